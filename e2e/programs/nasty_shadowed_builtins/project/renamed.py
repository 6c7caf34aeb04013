import builtins
from builtins import map as convert

import eventlet

together = builtins.map


def numbers():
    for i in range(2):
        eventlet.sleep(0)
        yield i


def one(x):
    eventlet.sleep(0)
    return x


def as_variable(xs):
    f = map
    e = enumerate
    return list(f(one, xs)), list(e(numbers()))


def by_other_names(xs):
    return list(together(one, xs)), list(convert(one, xs)), list(builtins.filter(one, xs))
