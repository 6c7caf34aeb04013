"""A local site with some bad habits, so the downloader can be tried without a network."""
import socket
import time

import eventlet


class FakeSite:
    def __init__(self):
        self.hits = {}
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(20)
        self.base = "http://127.0.0.1:%d/" % self.listener.getsockname()[1]
        eventlet.spawn_n(self.run)

    def run(self):
        while True:
            conn, addr = self.listener.accept()
            eventlet.spawn_n(self.handle, conn)

    def handle(self, conn):
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                data = conn.recv(1024)
                if not data:
                    return
                request += data
            name = request.split()[1].decode().lstrip("/")
            nth = self.hits[name] = self.hits.get(name, 0) + 1
            status, body, delay = getattr(self, "do_" + name.partition(".")[0], self.do_default)(nth)
            time.sleep(delay)
            head = "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (status, len(body))
            conn.sendall(head.encode() + body)
        finally:
            conn.close()

    def do_default(self, nth):
        return "404 Not Found", b"nope", 0

    def do_small(self, nth):
        return "200 OK", b"tiny", 0.01

    def do_flaky(self, nth):
        return ("200 OK", b"finally", 0.01) if nth == 3 else ("503 Busy", b"", 0)

    def do_broken(self, nth):
        return "500 Oops", b"", 0

    def do_slow(self, nth):
        return "200 OK", b"x" * 2000, 1.5

    def do_big(self, nth):
        return "200 OK", b"0123456789" * 10000, 0.02
