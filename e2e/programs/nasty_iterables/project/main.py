"""What waits while it is iterated, in places where something else iterates."""

import eventlet

eventlet.monkey_patch()

import collections.abc
import contextlib
import functools
import itertools
import time
import types


def fetch(n=1):
    time.sleep(0)
    return n


def gen(n=2):
    for i in range(n):
        yield fetch(i)


class Field:
    def __iter__(self):
        yield fetch(1)
        yield fetch(2)


class Rows(list):
    pass


class Tree:
    def walk(self):
        yield "a", fetch(1)
        yield "b", fetch(2)

    def __iter__(self):
        return self.walk()


class Box:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)


class Lines:
    def __init__(self, source):
        self.source = iter(source)
        self.count = 0

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self.source)
        self.count += 1
        return line


class Tokens:
    def __init__(self, source):
        self.source = iter(source)

    def take(self):
        return next(self.source, None)


@contextlib.contextmanager
def opened(name):
    print("open", name)
    yield fetch(name)
    print("close", name)


def inside():
    print(list(map(list, [gen(), gen()])), list(map(sum, [gen(3)])))
    print(dict([Field()]), dict(map(tuple, [gen()])), list(zip(*[gen(), gen()])))
    d = {}
    d.update([gen()])
    print(d, collections.OrderedDict([Field()]))
    for a, b in [Field(), Field()]:
        print(a, b)
    print([a + b for a, b in [Field()]])
    (c, e), f = Field(), 1
    print(c, e, f, sorted([Field(), Field()], key=list)[0] is not None, max([gen()], key=sum) is not None)


def methods():
    rows = Rows()
    rows.extend(Field())
    rows.extend(gen())
    print(rows, {1, 2}.issubset(Field()), {0, 1}.issuperset(gen()), {5}.isdisjoint(Field()))
    p = functools.partial(next, gen())
    print(p(), p(), functools.partial(sorted, reverse=True)(Field()))


def classes():
    for name, n in Tree():
        print(name, n)
    print(list(Tree()), dict(Tree()), list(Box(Field())), list(Box([3])), list(Box(gen())))
    lines = Lines(gen(3))
    print(next(lines), list(lines), lines.count, list(Lines("abc")), list(Lines(Lines(gen()))))
    tokens = Tokens(gen())
    print(tokens.take(), tokens.take(), tokens.take(), Tokens([7]).take())
    i = iter(Field())
    print(next(i), next(i), next(i, "end"))
    print(list(filter(lambda x: x > 1, Field())), list(map(lambda a, b: a + b, Field(), gen())))


def stages():
    def double(items):
        for x in items:
            yield x * 2

    def pipe(*steps):
        return functools.reduce(lambda f, g: lambda x: g(f(x)), steps)

    print(pipe(gen, double, list)(3), pipe(gen, double, sum)(3), pipe(gen, list, len)(3))
    items = gen(5)
    for step in [double, lambda it: (x for x in it if x % 4 == 0), sorted]:
        items = step(items)
    print(items, list(itertools.islice(gen(4), 2)))


def kinds():
    def flat(x):
        if isinstance(x, (list, types.GeneratorType)):
            return [flat(y) for y in x]
        return x

    def walk(x):
        for y in x:
            if isinstance(y, collections.abc.Iterable):
                yield from walk(y)
            else:
                yield fetch(y)

    def some(n=2):
        for i in range(n):
            yield fetch(i)

    print(flat([1, some(), [2]]), list(walk([1, some(), [2, [3]]])), hasattr(some(), "__next__"))


def managers():
    cm = opened(1)
    print(cm.__enter__())
    cm.__exit__(None, None, None)
    with opened(2) as two:
        print(two)


inside()
methods()
classes()
stages()
kinds()
managers()
