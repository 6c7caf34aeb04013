"""A service with a console."""
import os
import socket

import eventlet
from eventlet import backdoor

counter = {'jobs': 0}


def job(n):
    eventlet.sleep(0.001 * n)
    counter['jobs'] += 1
    return n * n


def main():
    if os.path.exists('console.sock'):
        os.unlink('console.sock')
    eventlet.spawn(backdoor.backdoor_server, eventlet.listen('console.sock', socket.AF_UNIX), {'counter': counter})
    pool = eventlet.GreenPool(2)
    print(list(pool.imap(job, range(4))))
    print(counter)


if __name__ == '__main__':
    main()
