"""The namespaces of modules as mappings."""
import eventlet

eventlet.monkey_patch()

import facade
import patched
from parts import *


def own(x):
    return globals()["fetch"](x)


def computed(module, name):
    return module.__dict__[name](1), getattr(module, name)(2), vars(module)[name](3)


def slow(x):
    eventlet.sleep(0)
    return "slow", x


print(own(1), computed(facade, "fetch"), facade.fetch(4), facade.twice(5))


def use():
    return store(1)


print(use())
globals()["store"] = abs
print(use(), facade.store(2))

print(patched.order([2, 1]), patched.size("ab"))
globals()["repr"] = slow
print(repr(3))
patched.__dict__.update(sorted=slow)
vars(patched)["len"] = slow
print(patched.order([2, 1]), patched.size("ab"))
