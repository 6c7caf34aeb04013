import eventlet


def fetch(x):
    eventlet.sleep(0)
    return x


def shown(x):
    print("default", x)
    return x


def call(f, *args):
    return f(*args)


def main():
    n = 3
    while (lambda m=n: fetch(m) > 0)():
        n -= 1
    print(n)
    x = None
    print(x and (lambda y=x[0]: fetch(y) + 1)())
    print(shown("first"), (lambda x=shown("second"): fetch(x) + "!")())
    for k in range(2):
        print(call(lambda a, b=k: fetch(a) + b, 10))
    print(call(lambda a=1, *, b=2: fetch(a) + b))
    print((k := 7), call(lambda b=k: fetch(b)))
    if (lambda q=n: fetch(q) == 0)():
        print("zero")
    late = 1
    later = lambda: fetch(late) + 1
    late = 2
    print(later())


main()
