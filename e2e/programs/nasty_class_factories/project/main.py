import functools
import time

import eventlet

eventlet.monkey_patch()


class Conn:
    def __init__(self, n=0):
        time.sleep(0)
        self.n = n

    def __repr__(self):
        return "%s(%d)" % (type(self).__name__, self.n)


class Sub(Conn):
    pass


class Plain:
    def __init__(self, n):
        self.n = -n


def fetch(n):
    time.sleep(0)
    return n


def build(kinds):
    return [k(1).n for k in kinds], [[c.n for c in map(k, [1, 2])] for k in kinds]


def apply(f, numbers):
    return [c.n for c in map(f, numbers)]


def apply_one_by_one(f, numbers):
    made = map(f, numbers)
    return next(made), list(made)


def builtins():
    print(list(map(Conn, [1, 2])), list(filter(Conn, [1, 2])), next(iter(Conn, None)))
    print(list(map(functools.partial(Conn), [1, 2])), sorted(c.n for c in map(Sub, [2, 1])))
    print(build([Sub, Plain, Conn]))
    print(apply(Sub, [1]), apply(Plain, [1]), apply(lambda n: Conn(n), [1]))
    print(apply_one_by_one(Conn, [1, 2]))


def eventlets():
    make = functools.partial(Conn, 5)
    print(make(), eventlet.spawn(make).wait(), eventlet.spawn(Conn, 4).wait())
    print(eventlet.with_timeout(5, Conn, 6), eventlet.with_timeout(5, make))
    pool = eventlet.GreenPool()
    print(list(pool.imap(Conn, [1, 2])), pool.spawn(Sub, 3).wait())


def by_keyword():
    pool = eventlet.GreenPool()
    print(eventlet.spawn(func=fetch, n=1).wait(), eventlet.spawn_after(0, func=Conn, n=2).wait())
    print(eventlet.with_timeout(5, function=fetch, n=3), pool.spawn(function=Conn, n=4).wait())
    thread = eventlet.spawn(func=fetch, n=5)
    thread.link(func=lambda gt: print("linked", fetch(6)))
    print(thread.wait())


builtins()
eventlets()
by_keyword()
