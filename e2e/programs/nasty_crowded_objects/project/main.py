"""What runs on an object without a name, at a crowded place."""
import contextlib

import eventlet

eventlet.monkey_patch()


def each(iterable):
    return [x for x in iterable]


def within(manager):
    with manager as entered:
        return entered


def size(o):
    return o and o.size


def count1():
    yield 1


class Door1:
    size = 1

    def __enter__(self):
        return 1

    def __exit__(self, *exc):
        pass


def count2():
    yield 2


class Door2:
    size = 2

    def __enter__(self):
        return 2

    def __exit__(self, *exc):
        pass


def count3():
    yield 3


class Door3:
    size = 3

    def __enter__(self):
        return 3

    def __exit__(self, *exc):
        pass


def count4():
    yield 4


class Door4:
    size = 4

    def __enter__(self):
        return 4

    def __exit__(self, *exc):
        pass


def count5():
    yield 5


class Door5:
    size = 5

    def __enter__(self):
        return 5

    def __exit__(self, *exc):
        pass


def count6():
    yield 6


class Door6:
    size = 6

    def __enter__(self):
        return 6

    def __exit__(self, *exc):
        pass


def count7():
    yield 7


class Door7:
    size = 7

    def __enter__(self):
        return 7

    def __exit__(self, *exc):
        pass


def count8():
    yield 8


class Door8:
    size = 8

    def __enter__(self):
        return 8

    def __exit__(self, *exc):
        pass


def count9():
    yield 9


class Door9:
    size = 9

    def __enter__(self):
        return 9

    def __exit__(self, *exc):
        pass


def count10():
    yield 10


class Door10:
    size = 10

    def __enter__(self):
        return 10

    def __exit__(self, *exc):
        pass


def count11():
    yield 11


class Door11:
    size = 11

    def __enter__(self):
        return 11

    def __exit__(self, *exc):
        pass


def count12():
    yield 12


class Door12:
    size = 12

    def __enter__(self):
        return 12

    def __exit__(self, *exc):
        pass


def count13():
    yield 13


class Door13:
    size = 13

    def __enter__(self):
        return 13

    def __exit__(self, *exc):
        pass


class Waits:
    def __iter__(self):
        eventlet.sleep(0)
        yield 1
        yield 2

    def __enter__(self):
        eventlet.sleep(0)
        return "entered"

    def __exit__(self, *exc):
        eventlet.sleep(0)

    @property
    def size(self):
        eventlet.sleep(0)
        return "size"


def counts():
    eventlet.sleep(0)
    yield "counted"


@contextlib.contextmanager
def manages():
    eventlet.sleep(0)
    yield "managed"


def main():
    print(each(eval("[]")), within(eval("contextlib.nullcontext()")), size(eval("None")))
    print(each(count1()), within(Door1()), size(Door1()))
    print(each(count2()), within(Door2()), size(Door2()))
    print(each(count3()), within(Door3()), size(Door3()))
    print(each(count4()), within(Door4()), size(Door4()))
    print(each(count5()), within(Door5()), size(Door5()))
    print(each(count6()), within(Door6()), size(Door6()))
    print(each(count7()), within(Door7()), size(Door7()))
    print(each(count8()), within(Door8()), size(Door8()))
    print(each(count9()), within(Door9()), size(Door9()))
    print(each(count10()), within(Door10()), size(Door10()))
    print(each(count11()), within(Door11()), size(Door11()))
    print(each(count12()), within(Door12()), size(Door12()))
    print(each(count13()), within(Door13()), size(Door13()))
    print(each(counts()), within(manages()))
    print(each(Waits()), within(Waits()), size(Waits()))


eventlet.spawn(main).wait()
