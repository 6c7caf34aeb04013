import eventlet


def bounded(x):
    eventlet.sleep(0)
    return x


def limit(x):
    eventlet.sleep(0)
    return x


def size(x):
    eventlet.sleep(0)
    return x


def main():
    def inner(a: bounded(1), *rest: limit(3)) -> size(2):
        return a

    eventlet.sleep(0)
    n: bounded(4) = 3
    print(inner(5), inner.__annotations__, n)


class Conf:
    x: limit(5) = 1


main()
print(Conf.__annotations__)
