"""Attributes that an object has at one time, and has not at another."""
import time

import eventlet

eventlet.monkey_patch()


def slow(n):
    time.sleep(0.001)
    return "slow", n


def quick(n):
    return "quick", n


class Dropped:
    """What is deleted, __getattr__ gives."""

    def __init__(self):
        self.conn = quick

    def close(self):
        del self.conn

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return slow

    def ask(self, n):
        return self.conn(n)


class Base:
    def __init__(self):
        self.prepare()

    def prepare(self):
        pass


class Early(Base):
    """__init__ of the base asks before it is set."""

    def __init__(self):
        super().__init__()
        self.reader = quick

    def prepare(self):
        print(self.reader(1))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return slow


class Record:
    """__setattr__ stores elsewhere."""

    def __init__(self):
        self.field = quick

    def __setattr__(self, name, value):
        FIELDS[name] = value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return slow if name in FIELDS else quick


FIELDS = {}


class Kept:
    """Nothing of that: only what __init__ has set is called."""

    def __init__(self):
        self.target = quick

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return slow

    def ask(self, n):
        return self.target(n), self.other(n)


class Job:
    state = "new"

    def show(self):
        return self.state


def main():
    dropped = Dropped()
    print(dropped.ask(1))
    dropped.close()
    print(dropped.ask(2))
    print(Early().reader(3))
    print(Record().field(4))
    print(Kept().ask(5))
    print(Job().show())
    Job.state = property(lambda self: slow)
    print(Job().show()(6))
    Job.call = staticmethod(lambda f, n: f(n))
    print(Job.call(slow, 7), Job.call(quick, 8))


main()
