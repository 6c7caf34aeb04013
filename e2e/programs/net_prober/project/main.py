"""Probes services listed on the command line as name=port[/expectation]."""
import eventlet
from eventlet.green import socket, time
import sys


class Probe:
    timeout = 0.5

    def __init__(self, name, port, expectation=None):
        self.name = name
        self.port = int(port)
        self.expectation = expectation
        self.sock = None

    def __enter__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(("127.0.0.1", self.port))
        return self

    def __exit__(self, *exc):
        self.sock.close()

    def banner(self):
        return self.sock.recv(200)

    def talk(self):
        greeting = self.banner()
        if not greeting:
            raise EOFError("closed at once")
        self.sock.sendall(b"VERSION\n")
        answer = b""
        while not answer.endswith(b"\n"):
            part = self.sock.recv(8)
            if not part:
                raise EOFError("closed after %d bytes" % len(answer))
            answer += part
        return greeting.decode().strip(), answer.decode().strip()


def probe(spec):
    name, _, rest = spec.partition("=")
    port, _, expectation = rest.partition("/")
    p = Probe(name, port, expectation or None)
    if name.startswith("patient"):
        p.timeout = 4
    try:
        with p:
            greeting, version = p.talk()
            p.sock.settimeout(None)
            p.sock.sendall(b"MORE\n")
            tail = p.sock.recv(100)
    except socket.timeout:
        return name, "timeout"
    except ConnectionRefusedError:
        return name, "refused"
    except ConnectionResetError:
        return name, "reset"
    except EOFError as e:
        return name, "eof: %s" % e
    except OSError as e:
        return name, "oserror %s" % type(e).__name__
    if p.expectation and p.expectation != version:
        return name, "expected %s, got %s" % (p.expectation, version)
    return name, "%s / %s / %d more" % (greeting, version, len(tail))


def nonblocking(port):
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.settimeout(0.05)
        try:
            s.makefile("rb").readline()
        except (socket.timeout, TimeoutError) as e:
            print("readline", isinstance(e, socket.timeout), isinstance(e, OSError))
        s.settimeout(2)
        print("timeout is", s.gettimeout())
        s.sendall(b"WAKE\n")
        print("woken", s.recv(100))


def main(argv):
    pool = eventlet.GreenPool()
    begin = time.time()
    for name, result in pool.imap(probe, argv[1:]):
        print("%-10s %s" % (name, result))
    print("side by side" if time.time() - begin < 3 else "too slow")
    nonblocking(int(next(a for a in argv if a.startswith("silent=")).partition("=")[2]))
    time.sleep(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
