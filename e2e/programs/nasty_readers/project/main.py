import eventlet

eventlet.monkey_patch()

import collections.abc
import contextlib
import functools
import socket


class Rows:
    """Iterated over by __getitem__ alone."""

    def __getitem__(self, i):
        eventlet.sleep(0)
        if i > 2:
            raise IndexError(i)
        return i


class Counts:
    def __init__(self):
        self.d = {}

    def __getitem__(self, k):
        eventlet.sleep(0)
        return self.d.get(k, 0)

    def __setitem__(self, k, v):
        self.d[k] = v


class Twice:
    """Read by plain subscripts only."""

    def __getitem__(self, i):
        eventlet.sleep(0)
        return i * 2


class Words:
    def __getitem__(self, k):
        eventlet.sleep(0)
        return k + "!"


class Echo(collections.abc.Mapping):
    def __getitem__(self, k):
        eventlet.sleep(0)
        return k

    def __iter__(self):
        return iter("a")

    def __len__(self):
        return 1


class Three(collections.abc.Iterator):
    def __init__(self):
        self.n = 0

    def __next__(self):
        eventlet.sleep(0)
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return self.n


class Step:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        eventlet.sleep(0)
        self.n += 1
        if self.n > 2:
            raise StopIteration
        return self.n

    next = __next__


class Guard:
    def acquire(self):
        eventlet.sleep(0)
        return self

    def release(self, *exc):
        eventlet.sleep(0)
        print("released")

    __enter__ = acquire
    __exit__ = release


class Quiet(contextlib.AbstractContextManager):
    def __exit__(self, *exc):
        eventlet.sleep(0)
        print("left")


def drain(q):
    return [x for x in iter(q.get, None)]


def chunks(s):
    return b"".join(iter(functools.partial(s.recv, 3), b""))


def lines(s):
    for chunk in iter(lambda: s.recv(4), b""):
        yield chunk


def ticks(n=[0]):
    eventlet.sleep(0)
    n[0] += 1
    return n[0]


def negate(x):
    eventlet.sleep(0)
    return -x


def main():
    q = eventlet.Queue()
    for x in (1, 2, None, 3, None):
        q.put(x)
    print(drain(q))
    for x in iter(q.get, None):
        print("got", x)
    print(next(iter(ticks, 5)), list(iter(ticks, 5)))

    a, b = socket.socketpair()
    reader = eventlet.spawn(chunks, a)
    b.sendall(b"hello world")
    b.close()
    print(reader.wait())
    c, d = socket.socketpair()
    d.sendall(b"some bytes")
    d.close()
    print(list(lines(c)))

    rows = Rows()
    print([x for x in rows], 2 in rows, rows[1])
    counts = Counts()
    counts["b"] += 1
    counts["b"] += counts["b"]
    print(counts.d)
    print(Twice()[Twice()[2]], "%(a)s" % Words(), "{0[b]}".format(Words()))
    echo = Echo()
    print(echo["x"], echo.get("y"), dict(echo), "z" in echo)

    print(list(Three()), list(Step()), Step().next())
    with Guard() as g:
        print("held")
    g.acquire().release()
    with Quiet():
        print("in")

    pool = eventlet.GreenPool(2)
    print(sorted([1, 3, 2], key=negate), list(pool.imap(negate, [1, 2])), list(pool.starmap(negate, [(3,)])))


main()
