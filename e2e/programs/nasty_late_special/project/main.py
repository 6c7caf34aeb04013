"""Special methods that a class gets after its body."""
import eventlet

eventlet.monkey_patch()
import time


def slow(x):
    time.sleep(0.001)
    return "slow %s" % x


class Late:
    def __init__(self):
        self.n = 0


def enter(self):
    print(slow("in"))
    return self


def leave(self, *exc):
    print(slow("out"))


def step(self):
    self.n += 1
    if self.n > 2:
        raise StopIteration
    return slow(self.n)


Late.__enter__ = enter
Late.__exit__ = leave
Late.__len__ = lambda self: len(slow("x"))
Late.__iter__ = lambda self: self
setattr(Late, "__next__", step)
Late.__call__ = lambda self, y: slow(y)
Late.value = property(lambda self: slow(self.kept), lambda self, v: setattr(self, "kept", slow(v)))

with Late() as late:
    print(len(late))
print([x for x in Late()], list(Late()))
print(Late()(5))
late.value = 6
print(late.value)
