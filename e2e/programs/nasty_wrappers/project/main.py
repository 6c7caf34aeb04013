"""Decorators hand on what they are given, each to the function that it wraps."""
import functools

import eventlet

eventlet.monkey_patch()
import time


def logged(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        print("call", f.__name__)
        return f(*args, **kwargs)
    return wrapper


def retried(times):
    def deco(f):
        @functools.wraps(f)
        def wrapper(self, *args, **kw):
            for n in range(times):
                try:
                    result = f(self, *args, **kw)
                except ValueError as e:
                    print("again", n, e)
                else:
                    return result
            return None
        return wrapper
    return deco


def hooked(f):
    def wrapper(name, **kwargs):
        kwargs["hook"] = slow
        kwargs.setdefault("last", slow)
        return f(name, **kwargs)
    return wrapper


def reversing(f):
    def wrapper(*args):
        args = args[::-1]
        return f(*args)
    return wrapper


def maybe_named(f=None, *, name="none"):
    if f is None:
        return lambda g: maybe_named(g, name=name)

    def wrapper(*args):
        return (name, f(*args))
    return wrapper


class counted:
    def __init__(self, f):
        self.f = f
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.f(*args)


def slow(page):
    time.sleep(0.001)
    return page + "!"


def quick(page):
    return page + "?"


@logged
def fetch(url, done):
    eventlet.sleep(0)
    return done(url)


@logged
def total(numbers, key):
    return sum(key(n) for n in numbers)


@logged
@logged
def twice(f, x):
    return f(f(x))


@hooked
def greet(name, hook=None, last=None, first=quick):
    return last(hook(first(name)))


@reversing
def apply(x, f):
    return f(x)


@maybe_named
def plainly(f, x):
    return f(x)


@maybe_named(name="slow")
def slowly(f, x):
    return f(x)


@counted
def ticked(f, x):
    return f(x)


@logged
def pages(n, f):
    for i in range(n):
        yield f(str(i))


class Client:
    def __init__(self):
        self.tries = 0

    @retried(3)
    def get(self, key, done=quick):
        self.tries += 1
        if self.tries < 2:
            raise ValueError("not yet")
        return done(key)

    @retried(times=1)
    @logged
    def put(self, key, *rest, done):
        eventlet.sleep(0)
        return done(key), rest


table = {"fetch": fetch, "twice": twice}


def wrapped_again(f, n):
    for _ in range(n):
        f = logged(f)
    return f


def main():
    print(fetch("a", slow), fetch("b", quick))
    print(total([1, 2, 3], lambda n: n * n), total([2], key=lambda n: -n))
    print(twice(slow, "c"), twice(quick, "d"))
    print(greet("e"), greet("f", first=slow), greet("g", last=quick))
    print(apply(slow, "h"), apply(quick, "i"))
    print(plainly(quick, "j"), slowly(slow, "k"))
    print(ticked(slow, "l"), ticked(quick, "m"), ticked.calls)
    print(list(pages(2, slow)), [p for p in pages(1, quick)])
    c = Client()
    print(c.get("n"), c.get("o", slow), c.get("p", done=slow))
    print(c.put("q", 1, 2, done=slow), c.put("r", done=quick))
    for name in sorted(table):
        print(name, table[name](*((quick, "s") if name == "twice" else ("t", slow))))
    print(wrapped_again(slow, 2)("u"))
    print(functools.partial(fetch, "v")(slow))
    print(eventlet.spawn(fetch, "w", slow).wait())


main()
