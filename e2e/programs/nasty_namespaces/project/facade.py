from parts import *


def twice(x):
    return globals()["fetch"](x), fetch(x)
