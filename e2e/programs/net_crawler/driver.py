import os
import signal
import socket
import subprocess
import sys
import time

PYTHON, PROJECT = sys.argv[1], sys.argv[2]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(*args, **env):
    return subprocess.Popen([PYTHON, "main.py"] + [str(a) for a in args], cwd=PROJECT, text=True,
                            stdout=subprocess.PIPE, env=dict(os.environ, PYTHONUNBUFFERED="1", **env))


def connect(port, proc=None, patience=10.0):
    """Connect, waiting until the program listens; the first connection that works is used."""
    end = time.time() + patience
    while True:
        try:
            s = socket.create_connection(("127.0.0.1", port), timeout=5)
            if s.getsockname() != s.getpeername():
                return s
            s.close()                           # the kernel connected the socket to itself
        except ConnectionRefusedError:
            pass
        if time.time() > end or (proc is not None and proc.poll() is not None):
            raise SystemExit("program does not listen")
        time.sleep(0.02)


def finish(proc, timeout=5):
    """The program's own output and exit status."""
    try:
        out, _ = proc.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        proc.kill()
        out, _ = proc.communicate()
        out += "(did not end by itself)\n"
    print("--- program")
    sys.stdout.write(out)
    print("--- exit", proc.returncode)

import http.server
import threading

PAGES = {
    "/": ("home", ["a", "b", "/missing", "http://127.0.0.1:1/outside", "private/x", "a#top"]),
    "/a": ("A", ["b", "c", "/", "/slow"]),
    "/b": ("B", ["/moved", "/error", "./c"]),
    "/c": ("C", ["/deep1", "/cut"]),
    "/deep1": ("deep one", ["/deep2"]),
    "/deep2": ("deep two", []),
    "/target": ("target", ["/"]),
    "/private/x": ("secret", []),
}
hits = {}
agents = set()
lock = threading.Lock()
busy = [0, 0]


class Site(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        with lock:
            hits[self.path] = hits.get(self.path, 0) + 1
            agents.add(self.headers["User-Agent"])
            busy[0] += 1
            busy[1] = max(busy)
        try:
            self.answer()
        except OSError:
            pass
        finally:
            with lock:
                busy[0] -= 1

    def answer(self):
        if self.path == "/robots.txt":
            body = b"User-agent: *\nDisallow: /private\n"
        elif self.path == "/slow":
            time.sleep(3.0)
            body = b"late"
        elif self.path == "/error":
            return self.send_error(500, "broken")
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/target")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        elif self.path == "/cut":
            self.close_connection = True
            return self.connection.close()
        elif self.path in PAGES:
            time.sleep(0.1)
            title, links = PAGES[self.path]
            body = ("<title>%s</title>" % title + "".join('<p><a href="%s">x</a>' % l for l in links)).encode()
        else:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proc = start("http://127.0.0.1:%d/" % server.server_address[1], no_proxy="*")
    try:
        finish(proc)
    finally:
        proc.kill()
    print("hits", sorted(hits.items()))
    print("agents", sorted(agents), "in parallel" if busy[1] > 1 else "one by one")


main()
