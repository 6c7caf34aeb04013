"""The library iterates over, enters and calls what it is given, later."""
import eventlet
eventlet.monkey_patch()

import collections
import collections.abc
import contextlib
import csv
import functools
import itertools
import operator
import time



def fetch(*args, **kwargs):
    print("  fetch", len(args), sorted(kwargs))
    time.sleep(0)
    return 1


def numbers(n=2):
    for i in range(n):
        fetch()
        yield i


def case_itertools():
    print(list(itertools.chain(numbers(), [9])))
    print(list(itertools.islice(numbers(), 1)))
    print(list(itertools.starmap(fetch, [(1, 2)])))
    print(list(itertools.zip_longest(numbers(), "abc")))
    print(list(itertools.chain.from_iterable([numbers(), numbers(1)])))
    for n in itertools.chain(numbers(), [9]):
        print(n)
    for f in itertools.chain([fetch]):
        f("chained")
    first, second = itertools.tee([fetch])
    for f in first:
        f("teed")


def case_gathered():
    items = [7, 8]
    items[:] = numbers()
    items[1:] = numbers(1)
    items += numbers(1)
    print(items, bytes(numbers()))
    for a, b in [numbers()]:
        print(a, b)
    step = numbers().__next__
    print(step(), list(iter(numbers().__next__, 1)))


class Door:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("  open", self.name)
        fetch()
        return self

    def __exit__(self, *exc):
        fetch()
        print("  close", self.name)


class Frame(contextlib.ContextDecorator):
    def __enter__(self):
        fetch()
        print("  frame")

    def __exit__(self, *exc):
        print("  framed")


@Frame()
def picture():
    fetch("picture")
    print("  picture")


@contextlib.contextmanager
def box():
    print("  box")
    yield
    print("  boxed")


@box()
def toy():
    fetch("toy")
    print("  toy")


def case_managers():
    with contextlib.ExitStack() as stack:
        stack.enter_context(Door("entered"))
        stack.push(Door("pushed"))
        stack.callback(fetch, "callback")
    picture()
    toy()


class Settings(collections.abc.MutableMapping):
    def __init__(self):
        self.data = {}

    def __getitem__(self, key):
        fetch(key)
        return self.data[key]

    def __setitem__(self, key, value):
        fetch(key, value)
        self.data[key] = value

    def __delitem__(self, key):
        del self.data[key]

    def __iter__(self):
        fetch()
        return iter(self.data)

    def __len__(self):
        return len(self.data)


class Defaults(collections.UserDict):
    def __getitem__(self, key):
        return fetch(key)


class Keys:
    def keys(self):
        fetch("keys")
        return ["a"]

    def __getitem__(self, key):
        return fetch(key)


def show(a):
    print(a)


def case_mappings():
    s = Settings()
    s.update(a=1, b=2)
    print(s.get("a"), s.pop("b"), s.get("c"), "a" in s, dict(s), list(s.items()))
    print(Defaults(a=1).get("a"), Defaults(a=1)["a"])
    show(**Keys())
    print(dict(Keys()), {**Keys()})
    print("{0[a]} {a}".format(Keys(), a=1), "{a}".format_map(Keys()), "%(a)s" % Keys())


class Lines(collections.abc.Iterator):
    def __init__(self):
        self.left = 2

    def __next__(self):
        fetch()
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return "a,b"


def case_iterators():
    print(list(csv.reader(Lines())))
    for line in Lines():
        print(line)


@functools.singledispatch
def describe(x):
    return fetch(x)


@describe.register
def _(x: int):
    return -fetch(x)


@describe.register(str)
def _text(x):
    return "plain"


def case_dispatch():
    print(describe(1), describe("a"), describe([]))


class Job:
    def done(self, value):
        return fetch(value)

    def view(self, request):
        request.add_callback(self.done)


class Request:
    def __init__(self):
        self.callbacks = []

    def add_callback(self, f):
        self.callbacks.append(f)


def case_unknown():
    r = Request()
    operator.methodcaller("".join(["vi", "ew"]), r)(Job())
    for f in r.callbacks:
        f(1)


def ticker():
    for i in range(3):
        time.sleep(0)
    print("ticked")


def main():
    other = eventlet.spawn(ticker)
    for case in [
        case_itertools, case_gathered, case_managers, case_mappings,
        case_iterators, case_dispatch, case_unknown,
    ]:
        print(case.__name__)
        case()
    other.wait()
    print("done")


if __name__ == "__main__":
    main()
