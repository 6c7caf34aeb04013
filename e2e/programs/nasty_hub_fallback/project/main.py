"""A worker that chooses its hub late, twice: here and in the module of the server."""
import eventlet

import server


def choose():
    try:
        eventlet.hubs.use_hub("poll")
    except Exception:
        eventlet.hubs.use_hub("selects")


def double(n):
    eventlet.sleep(0.01 * n)
    return n * 2


def main():
    choose()
    pool = eventlet.GreenPool(4)
    print(list(pool.imap(double, [3, 1, 2])))
    server.choose()
    print(server.greet("world"))
    print(list(pool.imap(double, [6, 5])))


main()
