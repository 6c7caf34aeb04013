# A mail sink for tests: speaks enough SMTP, keeps nothing.
import sys

import eventlet
from eventlet import queue
from sessions import LimitedSession, MailSession

inbox = queue.LightQueue()
stop = eventlet.Event()
seen = {}


def deliver(sender, rcpts, body, counter=[0]):
    counter[0] += 1
    ident = 'm%d' % counter[0]
    inbox.put((ident, sender, tuple(rcpts), body))
    if any(b'STOP' in line for line in body):
        eventlet.spawn_after(0.05, stop.send)
    return ident


def handle(sock, addr):
    n = seen['connections'] = seen.get('connections', 0) + 1
    session = (LimitedSession if n % 3 == 0 else MailSession)(sock, deliver)
    try:
        how = session.serve()
    finally:
        sock.close()
    print('connection %d ended: %s after %d verbs' % (n, how, session.verbs))


def accepter(listener, pool):
    while True:
        pool.spawn(handle, *listener.accept())


def main():
    listener = eventlet.listen(('127.0.0.1', int(sys.argv[1])))
    pool = eventlet.GreenPool(10)
    gt = eventlet.spawn(accepter, listener, pool)
    stop.wait()
    gt.kill()
    while True:
        try:
            ident, sender, rcpts, body = inbox.get(block=False)
        except queue.Empty:
            break
        print('%s from %s to %s: %s' % (ident, sender, ','.join(rcpts), b'|'.join(body).decode()))


main()
