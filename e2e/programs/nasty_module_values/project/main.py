import eventlet
eventlet.monkey_patch()
import time
import importlib
import sys
import clock


class Fake:
    def sleep(self, n):
        return "fake %d" % n


class Slow:
    def __init__(self, clock=time):
        self.clock = clock

    def go(self):
        self.clock.sleep(0)
        return "slow"


class Held:
    time = time

    def go(self):
        self.time.sleep(0)
        return "held"


def local():
    t = time
    t.sleep(0)
    f = t.sleep
    return f(0)


def by_name(name):
    return getattr(time, name)(0), getattr(importlib.import_module("time"), "sleep")(0), sys.modules["time"].sleep(0)


def direct():
    time.sleep(0)
    return "direct"


def main():
    for t in [time, Fake(), clock]:
        print(t.sleep(0))
    print(Slow().go(), Slow(Fake()).go(), Held().go())
    print(local(), by_name("sleep"), direct(), clock.nap())
    m = clock if direct() else time
    m.sleep(0)
    print(getattr(m, "sleep")(0))


main()
