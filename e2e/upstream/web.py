"""The whole web in one process, for programs that fetch fixed addresses.

Their source text is not touched, in no stage: as on any machine behind a
proxy, http_proxy and https_proxy in the environment lead every request here,
and SSL_CERT_FILE names the certificate that the answers over https have.
Both are read by Python's own urllib and ssl.
"""
import http.server
import os
import signal
import ssl
import subprocess
import sys
import threading

PATIENCE = 20


class Web:
    """Answers requests by the functions in `sites`, from address to
    function(request). One that is under the bare name of a host is called
    before https is spoken with it."""

    def __init__(self, sites):
        self.sites = sites
        self.asked = []
        self.news = threading.Condition()
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_CONNECT(self):
                host = self.path.partition(":")[0]
                if host in web.sites:
                    web.sites[host](self)
                self.send_response(200)
                self.end_headers()
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(os.environ["OFFLET_SITE_CERT"], os.environ["OFFLET_SITE_KEY"])
                try:
                    self.request = context.wrap_socket(self.connection, server_side=True)
                except (OSError, ssl.SSLError):
                    return web.note("https://%s (they did not agree)" % host)
                self.prefix = "https://" + host
                self.setup()
                self.handle_one_request()
                self.wfile.flush()
                self.request.close()

            def do_GET(self):
                address = getattr(self, "prefix", "") + self.path
                web.note(address)
                try:
                    web.sites.get(address, missing)(self)
                except OSError:
                    pass  # the program went away
                self.close_connection = True

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = "http://127.0.0.1:%d" % self.server.server_address[1]

    def note(self, address):
        with self.news:
            self.asked.append(address)
            self.news.notify_all()

    def has_been_asked(self, address):
        """Wait until somebody has asked for an address."""
        with self.news:
            if not self.news.wait_for(lambda: address in self.asked, PATIENCE):
                self.asked.append("(waited in vain for the request: %s)" % address)

    def show(self):
        with self.news:
            for address in sorted(self.asked):
                print("asked for", address)
            self.asked = []


def missing(request):
    request.send_error(404, "no such page")


def page(body, kind="text/html"):
    """A page that is there."""
    data = body if isinstance(body, bytes) else body.encode()

    def answer(request):
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)
    return answer


def moved(to, status=302):
    """A page that is elsewhere."""
    def answer(request):
        request.send_response(status)
        request.send_header("Location", to)
        request.send_header("Content-Length", "0")
        request.end_headers()
    return answer


def hang_up(request):
    """No answer at all."""
    request.connection.shutdown(2)


def cut(body, missing_bytes):
    """A page whose end never comes."""
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Length", str(len(body) + missing_bytes))
        request.end_headers()
        request.wfile.write(body)
        request.wfile.flush()
        request.connection.shutdown(2)
    return answer


class Program:
    """A running program whose lines are printed, and can be waited for."""

    def __init__(self, python, project, main, web, trusts=True):
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env.update(http_proxy=web.address, https_proxy=web.address)
        if trusts:
            env.update(SSL_CERT_FILE=os.environ["OFFLET_SITE_CERT"])
        self.lines = []
        self.news = threading.Condition()
        self.over = False
        self.proc = subprocess.Popen([python, main], cwd=project, env=env, text=True, stdout=subprocess.PIPE)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.proc.stdout:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.over = True
            self.news.notify_all()

    def has_printed(self, line):
        """Wait until the program has printed a line: what must come after it
        is held back for so long, whatever the machine's speed."""
        with self.news:
            if not self.news.wait_for(lambda: line in self.lines or self.over, PATIENCE):
                self.lines.append("(waited in vain for the line: %s)" % line)

    def has_ended(self):
        """Wait for the end of the program."""
        with self.news:
            if not self.news.wait_for(lambda: self.over, PATIENCE):
                self.lines.append("(waited in vain for the end)")

    def finish(self, sort_after=None):
        """Print what the program printed and how it ended. The lines after
        the one given are printed sorted."""
        try:
            self.proc.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.proc.send_signal(signal.SIGKILL)
            self.lines.append("(did not end by itself)")
        self.reader.join(PATIENCE)
        lines = self.lines
        if sort_after in lines:
            i = lines.index(sort_after) + 1
            lines = lines[:i] + sorted(lines[i:])
        for line in lines:
            print(line)
        print("--- exit", self.proc.wait())
        sys.stdout.flush()
