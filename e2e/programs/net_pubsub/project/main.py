import argparse
import itertools

import eventlet
from broker import Hub


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--port', type=int, required=True)
    ap.add_argument('--pace', type=float, default=0.05, help='pause after each message to a peer')
    ap.add_argument('--peers', type=int, default=0, help='end after that many peers')
    opts = ap.parse_args()
    hub = Hub(opts.pace)
    pool = eventlet.GreenPool()
    listener = eventlet.listen(('127.0.0.1', opts.port))
    numbers = itertools.count(1)
    for number in itertools.islice(numbers, opts.peers or None):
        sock, _ = listener.accept()
        pool.spawn(hub.connection, sock, number)
    listener.close()
    pool.waitall()
    print('published', hub.published, 'retained', sorted(hub.retained.items()))


if __name__ == '__main__':
    main()
