"""Calls that no call expression stands for."""
import eventlet
eventlet.monkey_patch()

import functools
import time
import types


def fetch(*args, **kwargs):
    print("  fetch", len(args), sorted(kwargs))
    time.sleep(0)
    return 1


class Meta(type):
    def __call__(cls, *args):
        fetch("class")
        return super().__call__(*args)

    def make(cls):
        fetch("make")
        return cls()

    @property
    def size(cls):
        return fetch()

    def __iter__(cls):
        fetch("iter")
        return iter([1])


class Thing(metaclass=Meta):
    def go(self):
        return fetch("go")


class Registry(type):
    classes = {}

    def __new__(meta, name, bases, namespace):
        cls = type.__new__(meta, name, bases, namespace)
        Registry.classes[name] = cls
        return cls


class Listed(metaclass=Registry):
    def go(self):
        return fetch("listed")


def case_metaclass():
    Thing().go()
    Thing.make().go()
    print(Thing.size, list(Thing), [x for x in Thing])
    Registry.classes["Listed"]().go()


class Late:
    """A decorator that binds by itself."""

    def __init__(self, f):
        self.f = f

    def __get__(self, obj, cls):
        return functools.partial(self.f, obj)


class Bound:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, cls):
        return types.MethodType(self.f, obj)


class Value:
    def __get__(self, obj, cls):
        return fetch("get")

    def __set__(self, obj, value):
        fetch("set", value)

    def __delete__(self, obj):
        fetch("delete")


class Device:
    value = Value()

    @Late
    def late(self):
        return fetch("late")

    @Bound
    def bound(self):
        return fetch("bound")


def case_descriptors():
    d = Device()
    print(d.late(), d.bound(), d.value)
    d.value = 1
    del d.value


class Strict:
    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        return lambda: found()

    def go(self):
        return fetch("strict")


class Proxy:
    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        found = getattr(self.inner, name)

        def call(*args):
            return found(*args)
        return call


class Fallback(dict):
    def __missing__(self, key):
        return fetch


class Typed:
    def __class_getitem__(cls, key):
        return fetch


def case_attributes():
    Strict().go()
    Proxy(Device()).bound()
    Fallback()["a"]("missing")
    Typed["a"]("typed")


class Pipe:
    def __init__(self, f=None):
        self.f = f

    def __rshift__(self, f):
        f("shifted")
        return self

    def __ror__(self, value):
        return self.f(value)

    def __add__(self, other):
        return other

    def __iadd__(self, other):
        self.f = other
        return self

    def __neg__(self):
        return fetch

    def __eq__(self, other):
        return fetch


def case_operators():
    Pipe() >> fetch
    print(1 | Pipe(fetch))
    (Pipe() + fetch)("added")
    p = Pipe()
    p += fetch
    p.f("kept")
    (-p)("negative")
    (p == 1)("equal")


class Shape:
    __match_args__ = ("side",)

    @property
    def side(self):
        return fetch()


class Row:
    def __getitem__(self, i):
        fetch(i)
        if i > 1:
            raise IndexError(i)
        return i


def case_patterns():
    match Shape():
        case Shape(side=1):
            print("by name")
    match Shape():
        case Shape(1):
            print("by place")
    match {"f": fetch}:
        case {"f": f}:
            f("from a pattern")
    match [fetch]:
        case [f]:
            f("from a sequence")
    print([x for x in Row()], list(Row()), 1 in Row())


def rename(cls):
    for name in ["go"]:
        original = getattr(cls, name)

        def go(self):
            print("  renamed")
            return original(self)
        setattr(cls, name, go)
    return cls


def derive(cls):
    class Derived(cls):
        def go(self):
            print("  derived")
            return super().go()
    return Derived


@rename
class Renamed:
    def go(self):
        return fetch("renamed")


@derive
class Base:
    def go(self):
        return fetch("base")


def case_class_decorators():
    Renamed().go()
    Base().go()


def ticker():
    for i in range(3):
        time.sleep(0)
    print("ticked")


def main():
    other = eventlet.spawn(ticker)
    for case in [
        case_metaclass, case_descriptors, case_attributes, case_operators,
        case_patterns, case_class_decorators,
    ]:
        print(case.__name__)
        case()
    other.wait()
    print("done")


if __name__ == "__main__":
    main()
