"""An echo server and its clients in one process; prints how many seconds of processor time the round trips took:
the machine may have other work."""

import time

import eventlet

CLIENTS, ROUNDS = 50, 400


def handle(sock, address):
    while True:
        data = sock.recv(4096)
        if not data:
            break
        sock.sendall(data)
    sock.close()


def client(address):
    sock = eventlet.connect(address)
    for _ in range(ROUNDS):
        sock.sendall(b"x" * 100)
        sock.recv(4096)
    sock.close()


def main():
    listener = eventlet.listen(("127.0.0.1", 0))
    server = eventlet.spawn(eventlet.serve, listener, handle)
    pool = eventlet.GreenPool(CLIENTS)
    start = time.process_time()
    for _ in range(CLIENTS):
        pool.spawn(client, listener.getsockname())
    pool.waitall()
    print(time.process_time() - start)
    server.kill()


main()
