"""Self-test: a little HTTP responder and urllib talking to it in one process."""
import eventlet
from eventlet.green.urllib import request
from eventlet.green.urllib.error import HTTPError, URLError

PAGES = {"/": "welcome", "/slow": "patience", "/\u00e9": "accent"}


def responder(listener):
    while True:
        conn, _ = listener.accept()
        eventlet.spawn_n(answer, conn)


def answer(conn):
    rfile = conn.makefile("rb")
    line = rfile.readline().decode("ascii")
    headers = {}
    while True:
        h = rfile.readline().strip()
        if not h:
            break
        k, _, v = h.partition(b":")
        headers[k.lower()] = v.strip()
    method, path, _ = line.split()
    data = rfile.read(int(headers.get(b"content-length", 0)))
    print("request", method, path, len(data))
    if path == "/slow":
        eventlet.sleep(0.1)
    if data:
        status, body = "201 Created", data[::-1]
    elif path in PAGES:
        status, body = "200 OK", PAGES[path].encode()
    else:
        status, body = "404 Not Found", b"no " + path.encode()
    conn.sendall(("HTTP/1.0 %s\r\nContent-Length: %d\r\nX-Path: %s\r\n\r\n" % (status, len(body), path)).encode() + body)
    rfile.close()
    conn.close()


def get(base, path, data=None):
    try:
        resp = request.urlopen(base + path, data, timeout=2)
        return resp.getcode(), resp.headers["X-Path"], resp.read().decode()
    except HTTPError as e:
        return e.code, e.headers["X-Path"], e.read().decode()


def main():
    listener = eventlet.listen(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = eventlet.spawn(responder, listener)
    base = "http://127.0.0.1:%d" % port
    slow = eventlet.spawn(get, base, "/slow")
    eventlet.sleep(0.04)
    print(get(base, "/"))
    print(get(base, "/missing"))
    print(get(base, "/upload", b"abc"))
    print(slow.wait())
    server.kill()
    listener.close()
    try:
        request.urlopen(base + "/")
    except URLError as e:
        print("URLError", type(e.reason).__name__)


main()
