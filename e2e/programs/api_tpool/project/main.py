"""Checksums in native threads while the heart beats."""
import hashlib
import time

import eventlet
from eventlet import tpool

beats = []


def heart():
    while True:
        beats.append(1)
        eventlet.sleep(0.005)


def digest(data, rounds=1):
    time.sleep(0.05)
    for _ in range(rounds):
        data = hashlib.sha1(data).digest()
    return data.hex()[:8]


def broken():
    raise LookupError('no such block')


def checked(data):
    return tpool.execute(digest, data, rounds=2)


def main():
    tpool.set_num_threads(4)
    beating = eventlet.spawn(heart)
    pool = eventlet.GreenPool()
    print(list(pool.imap(checked, [b'a', b'b', b'c'])))
    print('went on', len(beats) > 3)
    try:
        tpool.execute(broken)
    except LookupError as e:
        print('LookupError', e)
    beating.kill()


if __name__ == '__main__':
    main()
