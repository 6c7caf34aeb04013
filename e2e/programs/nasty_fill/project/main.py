"""What is filled from a generator that waits: others see the items come."""

import eventlet
eventlet.monkey_patch()
import io
import time
from collections import Counter, OrderedDict, deque


def w(n):
    time.sleep(0.06)
    if n == 3:
        raise ValueError(n)
    return n


def watch(x, name):
    time.sleep(0.03)
    for _ in range(4):
        print(name, len(x))
        time.sleep(0.06)


class Rows(list):
    pass


class Table(dict):
    pass


class Own(list):
    def extend(self, items):
        items = list(items)
        print("own", items)
        super().extend(items)


def lists():
    x = []
    g = eventlet.spawn(watch, x, "list")
    try:
        x.extend(w(i) for i in range(4))
    except ValueError as e:
        print("error", e)
    g.wait()
    x += (w(i) for i in range(2))
    print(x)


def rows():
    x = Rows()
    g = eventlet.spawn(watch, x, "rows")
    try:
        x.extend(w(i) for i in range(4))
    except ValueError as e:
        print("error", e)
    g.wait()
    x += (w(i) for i in range(2))
    print(x)


def counts():
    x = Counter()
    g = eventlet.spawn(watch, x, "counts")
    try:
        x.update(w(i) for i in range(4))
    except ValueError as e:
        print("error", e)
    g.wait()
    print(x)


def table():
    x, y = Table(), OrderedDict()
    g = eventlet.spawn(watch, x, "table")
    try:
        x.update((w(i), i) for i in range(4))
    except ValueError as e:
        print("error", e)
    g.wait()
    y.update((w(i), i) for i in range(2))
    print(x, y)


def others():
    x = deque(maxlen=2)
    try:
        x.extendleft(w(i) for i in range(4))
    except ValueError as e:
        print("error", e, x)
    y = Own()
    try:
        y.extend(w(i) for i in range(4))
    except ValueError as e:
        print("error", e, y)
    y.extend(w(i) for i in range(2))
    s = {9}
    s.difference_update(w(i) for i in (9, 1))
    s.symmetric_difference_update(w(i) for i in (1, 2))
    s.intersection_update(w(i) for i in (1, 5))
    print(y, s, s.union(w(i) for i in range(2)))
    f = io.StringIO()
    try:
        f.writelines("%d;" % w(i) for i in range(4))
    except ValueError as e:
        print("error", e, f.getvalue())
    z = [8]
    try:
        z[:] = (w(i) for i in range(4))
    except ValueError as e:
        print("error", e, z)
    b = bytearray()
    try:
        b.extend(w(i) for i in range(4))
    except ValueError as e:
        print("error", e, b)


lists()
rows()
counts()
table()
others()
