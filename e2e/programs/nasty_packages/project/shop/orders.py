from . import stock


def place(name, count):
    return name, stock.take(name, count)
