"""A site to crawl: a few pages, one of them slow, one of them missing."""
import time

import eventlet

PAGES = {
    "/": '<h1>Zoo</h1> <a href="/cats">cats</a> <a href="dogs">dogs</a> <a href="/about">about</a>',
    "/cats": '<a href="/cats/lynx">lynx</a> <a href="/cats/lion">lion</a> <a href="/">home</a>',
    "/cats/lynx": "Lynx lynx. " * 40,
    "/cats/lion": 'Panthera leo. <a href="lynx">lynx</a> <a href="/cats/tiger">tiger</a>',
    "/dogs": '<a href="/dogs/wolf">wolf</a> <a href="http://example.org/">elsewhere</a>',
    "/dogs/wolf": "Canis lupus",
    "/about": 'Open daily. <a href="/visitors">visitors</a> <a href="/map">map</a>',
    "/map": '<a href="/cats">cats</a> <a href="/dogs">dogs</a>',
}
SLOW = "/visitors"  # counted by hand


class Site:
    def __init__(self, address):
        self.listener = eventlet.listen(address)
        self.base = "http://%s:%d" % self.listener.getsockname()
        self.hits = {}
        self.server = None

    def start(self):
        self.server = eventlet.spawn(eventlet.serve, self.listener, self.handle)

    def stop(self):
        self.server.kill()
        self.listener.close()

    def handle(self, connection, address):
        stream = connection.makefile("rwb")
        path = stream.readline().split()[1].decode()
        while stream.readline().strip():
            pass  # headers
        self.hits[path] = self.hits.get(path, 0) + 1
        if path == SLOW:
            time.sleep(1)
        status = "200 OK" if path in PAGES else "404 Not Found"
        body = PAGES.get(path, "nothing here").encode()
        try:
            stream.write(b"HTTP/1.0 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body))
            stream.flush()
        except OSError:
            pass  # the visitor has left
        finally:
            stream.close()
            connection.close()
