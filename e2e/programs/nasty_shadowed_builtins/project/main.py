"""Builtins under the names of others, and others under the names of builtins."""
import builtins

import eventlet

eventlet.monkey_patch()

import renamed


def slow(x):
    eventlet.sleep(0)
    return x


def low(x):
    return sorted(x)


def replace():
    global sorted, fresh
    sorted = slow
    fresh = slow


print(low([2, 1]))
replace()
print(low([2, 1]), fresh(2))

print([*map(abs, [-1])])
slow(0)
map = lambda f, x: f(x)
print(map(slow, 9))
del map
print(list(map(abs, [-2])))
if slow(0):
    len = 3
print(len("abc"))
try:
    zip
except NameError:
    zip = slow(1)
print(list(zip("a")))
for i in range(slow(0)):
    str = i
print(str(1))

together = builtins.map


def two(x):
    eventlet.sleep(0)
    return x


def mine(f, xs):
    return [f(x) for x in xs]


def one_of(xs, flag):
    f = mine if flag else together
    return f(two, xs)


def three(x):
    eventlet.sleep(0)
    return x


def both_builtin(xs, flag):
    f = filter if flag else together
    return f(three, xs)


def four(x):
    eventlet.sleep(0)
    return x


def kept(xs):
    return [x for x in filter(four, xs)]


print(renamed.as_variable([0, 1]), renamed.by_other_names([0, 1]))
print(list(one_of([0, 1], False)), one_of([3], True))
print(list(both_builtin([0, 1], False)), list(both_builtin([0, 1], True)))
print(kept([0, 1]))
if slow(1):
    filter = lambda f, xs: ["own", f(xs)]
print(kept([0, 1]))
