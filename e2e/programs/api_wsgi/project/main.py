"""A small web service, and its clients."""
import eventlet
from eventlet import wsgi

wsgi.MAX_HEADER_LINE = 16384
hits = eventlet.Queue()


def lookup(path):
    eventlet.sleep(0.01)
    hits.put(path)
    return 'found %s\n' % path


def lines(path):
    for part in path.strip('/').split('/'):
        eventlet.sleep(0.005)
        yield ('%s\n' % part).encode()


def app(environ, start_response):
    path = environ['PATH_INFO']
    if environ['REQUEST_METHOD'] == 'POST':
        body = environ['wsgi.input'].read().decode()
        start_response('200 OK', [('Content-Type', 'text/plain')])
        return [lookup(body).encode()]
    if path.startswith('/parts'):
        start_response('200 OK', [('Content-Type', 'text/plain')])
        return lines(path)
    start_response('404 Not Found', [('Content-Type', 'text/plain')])
    return [b'nothing\n']


def ask(address, method, path, body=''):
    sock = eventlet.connect(address)
    sock.sendall(('%s %s HTTP/1.0\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s' % (method, path, len(body), body)).encode())
    answer = b''
    while True:
        data = sock.recv(4096)
        if not data:
            break
        answer += data
    head, _, rest = answer.partition(b'\r\n\r\n')
    return head.split(b'\r\n')[0].decode(), rest.decode()


def main():
    listener = eventlet.listen(('127.0.0.1', 0))
    address = listener.getsockname()
    server = eventlet.spawn(wsgi.server, listener, app, log_output=False)
    pool = eventlet.GreenPool()
    asked = [('POST', '/', 'a'), ('GET', '/parts/x/y', ''), ('GET', '/else', ''), ('POST', '/', 'b')]
    for answer in pool.starmap(ask, [(address,) + a for a in asked]):
        print(answer)
    print(sorted([hits.get(), hits.get()]))
    server.kill()


if __name__ == '__main__':
    main()
