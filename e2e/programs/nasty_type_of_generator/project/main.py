"""Prints trees of lists, numbers and generators."""

import contextlib

import eventlet


def double(n):
    eventlet.sleep(0)
    return n * 2


def numbers():
    yield double(1)
    yield double(2)


def letters():
    yield double("a")


@contextlib.contextmanager
def held(name):
    print("take", name)
    yield double(name)
    print("give", name)


class Visitor:
    def visit(self, node):
        for name in ("visit_" + type(node).__name__, "default"):
            if hasattr(self, name):
                return getattr(self, name)(node)

    def default(self, node):
        return repr(node)

    def visit_list(self, node):
        return [self.visit(x) for x in node]

    def visit_int(self, node):
        return double(node)

    def visit_generator(self, node):
        return tuple(self.visit(x) for x in node)


KINDS = {int: "a number", type(x for x in ()): "a generator"}


def kind(x):
    return KINDS.get(x.__class__, "something else")


def main():
    print(Visitor().visit([1, "x", [2]]))
    print(Visitor().visit(numbers()))
    print(kind(1), kind(letters()), kind("x"))
    manager = held("lock")
    print(type(manager).__name__)
    with manager as got:
        print(got)


main()
