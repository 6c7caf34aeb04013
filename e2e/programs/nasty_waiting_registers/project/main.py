"""Registering functions that wait, and give back what they register."""
import eventlet

eventlet.monkey_patch()


def slow(x):
    eventlet.sleep(0)
    return x


def quick(x):
    return -x


class Registry:
    def __init__(self):
        self.all = []

    def add(self, f, name=None):
        eventlet.sleep(0)
        self.all.append(f)
        return f

    def chain(self, f):
        self.add(f)
        return self

    def maybe(self, f=None):
        if f is None:
            return lambda g: self.add(g)
        eventlet.sleep(0)
        return f


def by_default(f=None):
    if f is None:
        eventlet.sleep(0)
        return quick
    return f


def swapped(f, g):
    if f(0):
        f, g = g, f
    eventlet.sleep(0)
    return f, g


def either(f, g):
    return f if eventlet.sleep(0) else g


r = Registry()
print(r.add(slow)(1), r.add(quick)(2), r.add(name=3, f=abs)(-3), r.chain(slow).chain(quick).all[-1](4))
print(r.maybe(slow)(5), r.maybe(quick)(6), r.maybe()(slow)(7), by_default()(8), by_default(slow)(9))
print(swapped(slow, quick)[0](1), either(slow, quick)(2), either(quick, slow)(3))
print(either(*[abs, quick])(4), either(**{"f": abs, "g": slow})(5))
first = eventlet.spawn(r.add, slow)
second = eventlet.spawn(r.add, quick)
print(first.wait()(1), second.wait()(2))
print([f(3) for f in eventlet.GreenPool().imap(r.add, [slow, quick])], [r.add(f)(4) for f in (slow, quick)])
