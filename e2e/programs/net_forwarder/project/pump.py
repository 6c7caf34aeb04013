import errno

import eventlet
from eventlet.green import socket

stats = {}
CHUNK = 1000


def count(number, what, n=1):
    key = (number, what)
    stats[key] = stats.get(key, 0) + n


def summary():
    return ['forward %d %s: %d' % (n, what, value) for (n, what), value in sorted(stats.items())]


def report_changes(every=0.02):
    last = {}
    while True:
        opened = {k: v for k, v in stats.items() if k[1] == 'opened'}
        if opened != last:
            last = opened
            print('opened so far: %d' % sum(opened.values()))
        eventlet.sleep(every)


def copy(number, src, dst, direction):
    """One direction; passes the end of stream on as a half close."""
    try:
        while True:
            data = src.recv(CHUNK)
            if not data:
                break
            count(number, direction, len(data))
            dst.sendall(data)
    except socket.error as e:
        if e.errno not in (errno.ECONNRESET, errno.EPIPE, errno.EBADF):
            raise
        count(number, 'resets')
        return False
    try:
        dst.shutdown(socket.SHUT_WR)
    except socket.error:
        pass
    return True


def connection(number, client, target):
    try:
        remote = socket.create_connection(target, timeout=1)
    except socket.error as e:
        count(number, 'refused')
        client.sendall(b'forwarder: %s\n' % errno.errorcode[e.errno].encode())
        client.close()
        return
    remote.settimeout(None)
    count(number, 'opened')
    up = eventlet.spawn(copy, number, client, remote, 'up')
    down = eventlet.spawn(copy, number, remote, client, 'down')
    clean = up.wait() and down.wait()
    client.close()
    remote.close()
    count(number, 'closed' if clean else 'broken')
