"""Loads that call on one object and not on the other."""
import types

import eventlet

eventlet.monkey_patch()


class Lazy:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, owner=None):
        return self.f(obj)


class Constant:
    size = 1


class Own:
    def __init__(self):
        self.size = 2


class Named:
    def __getattr__(self, name):
        return name


class Described:
    @Lazy
    def size(self):
        return "described"


class Waits:
    @property
    def size(self):
        eventlet.sleep(0)
        return "waits"

    def __getitem__(self, key):
        eventlet.sleep(0)
        return "item"

    @staticmethod
    def __call__(x):
        eventlet.sleep(0)
        return x, "static"


class Handles:
    @property
    def handler(self):
        eventlet.sleep(0)
        return self.handle

    def handle(self, x):
        eventlet.sleep(0)
        return x, "handled"


class Base:
    def run(self):
        return "base"


class Derived(Base):
    def run(self):
        return super().run() + ", derived"


def later(self):
    eventlet.sleep(0)
    return "later"


class Calls:
    @classmethod
    def __call__(cls, x):
        eventlet.sleep(0)
        return x, cls.__name__


def constant(o):
    return o.size


def own(o):
    return o.size


def named(o):
    return o.size


def described(o):
    return o.size


def struct(o):
    return o.size


def always(o):
    return o.size


def first(o):
    return o[0]


def by_name(o):
    return o["a"]


def main():
    waits = Waits()
    print([constant(o) for o in (Constant(), waits)])
    print([own(o) for o in (Own(), waits)])
    print([named(o) for o in (Named(), waits)])
    print([described(o) for o in (Described(), waits)])
    print([struct(o) for o in (types.SimpleNamespace(size=3), waits)])
    print(always(waits))
    print([first(o) for o in ([1], "xy", waits)])
    print([by_name(o) for o in ({"a": 1}, waits)])
    print(waits(1), Calls()(2))
    print(Handles().handler(3))
    print(Derived().run())
    Base.run = later
    print(Derived().run())


eventlet.spawn(main).wait()
