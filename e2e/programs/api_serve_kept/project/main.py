"""A service whose listener something else holds as well."""
import eventlet
from eventlet import wsgi

log = eventlet.Queue()


def work(text):
    eventlet.sleep(0.001)
    return text[::-1]


def handle(sock, address):
    text = sock.recv(100).decode()
    log.put(text)
    if text == 'stop':
        raise eventlet.StopServe
    sock.sendall(work(text).encode())
    sock.close()


def ask(address, text):
    sock = eventlet.connect(address)
    sock.sendall(text.encode())
    answer = sock.recv(100).decode()
    sock.close()
    return answer


def main():
    listener = eventlet.listen(('127.0.0.1', 0))
    print(wsgi.socket_repr(listener).split(':')[0])
    server = eventlet.spawn(eventlet.serve, listener, handle, concurrency=2)
    print([ask(listener.getsockname(), word) for word in ('abc', 'de')])
    ask(listener.getsockname(), 'stop')
    server.wait()
    print(log.qsize(), log.get())


if __name__ == '__main__':
    main()
