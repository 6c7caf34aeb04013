import functools

import eventlet

import server
from dbclient import Connection, ConnectionPool, PoolTimeout, ProtocolError, ServerGone


def job(pool, n):
    try:
        return n, pool.run("SLEEP", "0.1")
    except PoolTimeout as e:
        return n, "PoolTimeout: %s" % e


def main():
    listener = eventlet.listen(("127.0.0.1", 0))
    host, port = listener.getsockname()
    eventlet.spawn(server.serve, listener)

    with Connection(host, port, user="solo") as c:
        print(c.id, c.greeting, c.user, c.alive)
        print(c.execute("SET", "colour", "blue"), c.execute("GET", "colour").upper())
        try:
            c.execute("GET", "shape")
        except ProtocolError as e:
            print("ProtocolError", e)
    print("alive", c.alive)

    pool = ConnectionPool(2, functools.partial(Connection, host, port, user="pool"), wait=0.6)
    with pool.transaction() as t:
        t.execute("SET", "a", "1")
        t.execute("SET", "b", "2")
    try:
        with pool.transaction() as t:
            t.execute("SET", "a", "99")
            raise ZeroDivisionError("changed my mind")
    except ZeroDivisionError as e:
        print("rolled back:", e)
    print("a is", pool.run("GET", "a"))

    green = eventlet.GreenPool()
    for n, result in green.imap(functools.partial(job, pool), range(4)):
        print("job", n, result)
    busy = [green.spawn(pool.run, "SLEEP", "1.5") for _ in range(2)]
    eventlet.sleep(0.02)
    print("job", *job(pool, 4))
    print("created", pool.created, "busy", [gt.wait() for gt in busy])

    try:
        with pool.connection() as conn:
            conn.execute("DIE")
    except ServerGone:
        print("server gone; created", pool.created)
    try:
        pool.run("SLEEP", "0.6", limit=0.1)
    except eventlet.Timeout as t:
        print("limit", t)
    eventlet.sleep(1)
    print("pool closes", pool.close())
    for row in server.JOURNAL:
        print(*row)


if __name__ == "__main__":
    main()
