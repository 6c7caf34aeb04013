"""A StopIteration on its way through functions that wait."""

import eventlet
eventlet.monkey_patch()
import itertools
import time


def fetch():
    time.sleep(0.01)


def take(source):
    fetch()
    return next(source)


def twice(source):
    fetch()
    return take(source), take(source)


def safe(source):
    fetch()
    try:
        return next(source)
    except StopIteration:
        return None


def default(source):
    fetch()
    return next(source, "none")


counter = itertools.count()


def number():
    fetch()
    return next(counter)


class Reader:
    def __init__(self, lines):
        self.lines = iter(lines)

    def line(self):
        fetch()
        return next(self.lines)

    def __iter__(self):
        return self

    def __next__(self):
        return self.line().upper()


class Direct:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        fetch()
        if not self.n:
            raise StopIteration
        self.n -= 1
        return self.n


class Inner:
    def __init__(self, items):
        self.items = iter(items)

    def __iter__(self):
        return self

    def __next__(self):
        fetch()
        return next(self.items)


def main():
    try:
        print(twice(iter([1, 2])), twice(iter([1])))
    except StopIteration:
        print("empty")
    print(safe(iter([])), default(iter([])), number(), number())
    print([x for x in Reader("ab")], list(Direct(2)), [x for x in Inner([3, 4])])
    d = Direct(1)
    print(next(d))
    try:
        next(d)
    except StopIteration:
        print("direct ends")


main()
