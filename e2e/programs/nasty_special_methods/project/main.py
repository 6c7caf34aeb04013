import abc
import time

import eventlet

eventlet.monkey_patch()


class Source(abc.ABC):
    @abc.abstractmethod
    def __iter__(self):
        """The items."""

    @abc.abstractmethod
    def __enter__(self): ...

    @abc.abstractmethod
    def __exit__(self, *exc):
        raise NotImplementedError

    def total(self):
        return sum(self)


class Pages(Source):
    def __iter__(self):
        time.sleep(0)
        yield 1

    def __enter__(self):
        time.sleep(0)
        return self

    def __exit__(self, *exc):
        print("closed")


class Rows(Source):
    def __iter__(self):
        for row in 1, 2:
            time.sleep(0)
            yield row

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        time.sleep(0)


def abstract_ones():
    for cls in Pages, Rows:
        with cls() as s:
            print(list(s), s.total())
    try:
        Source()
    except TypeError as e:
        print("abstract")


class Base:
    def __iter__(self):
        return iter([1, 2])

    def __enter__(self):
        print("enter base")
        return self

    def __exit__(self, *exc):
        print("exit base")


class Slow(Base):
    def __iter__(self):
        time.sleep(0)
        yield 10

    def __enter__(self):
        time.sleep(0)
        print("enter slow")
        return self

    def __exit__(self, *exc):
        time.sleep(0)
        print("exit slow")


class Quick(Slow):
    def __iter__(self):
        return iter([7])

    def __enter__(self):
        print("enter quick")
        return self

    def __exit__(self, *exc):
        print("exit quick")


class Count:
    n = 0

    def __iter__(self):
        return self

    def __next__(self):
        time.sleep(0)
        self.n += 1
        if self.n > 2:
            raise StopIteration
        return self.n


class QuickCount(Count):
    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return -self.n


def show(x):
    with x as y:
        for i in y:
            print(i)


def overridden():
    for cls in Base, Slow, Quick:
        show(cls())
        print(sum(cls()), list(cls()), 7 in cls())
    with Quick() as q:
        print(list(q), next(iter(q)))
    with Base() as q:
        print(list(q))
    for cls in Count, QuickCount:
        print(list(cls()), next(cls()))
        for i in cls():
            print(i)
    print(list(QuickCount()), next(QuickCount()))


class Lines:
    def __iter__(self):
        time.sleep(0)
        yield 3

    def total(self):
        return sum(self)


def looped():
    for line in Lines():
        print(line)


def listed():
    return list(Lines()), [line for line in Lines()], Lines().total()


abstract_ones()
overridden()
looped()
print(listed())
