"""An echo over sockets of Eventlet's class."""
import socket

import eventlet
from eventlet import greenio
from eventlet.greenio import GreenSocket


def echo(sock):
    while True:
        data = sock.recv(100)
        if not data:
            break
        sock.sendall(data.upper())
    sock.close()


def serve(listener, n):
    for _ in range(n):
        conn, _ = listener.accept()
        eventlet.spawn(echo, conn)


def talk(address, words):
    sock = greenio.GreenSocket(socket.AF_INET)
    sock.connect(address)
    answers = []
    for word in words:
        sock.sendall(word.encode())
        answers.append(sock.recv(100).decode())
    sock.close()
    return answers


def main():
    plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    plain.bind(('127.0.0.1', 0))
    plain.listen(5)
    listener = GreenSocket(plain)
    server = eventlet.spawn(serve, listener, 2)
    clients = [eventlet.spawn(talk, listener.getsockname(), words) for words in (['a', 'bc'], ['d', 'e', 'f'])]
    print([c.wait() for c in clients])
    server.wait()


if __name__ == '__main__':
    main()
