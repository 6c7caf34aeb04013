from time import sleep


def wrap(name):
    sleep(0.01)
    return "<" + name + ">"


def label(name):
    return wrap(name) * 2
