import eventlet

eventlet.monkey_patch()
import time

time.sleep(0)


def imports():
    import eventlet as e, time as t
    e.sleep(0)
    t.sleep(0)
    return 1


time.sleep(0)
print(imports())


def fetch(n=1):
    time.sleep(0)
    return n


def printer():
    try:
        while True:
            n = yield
            print("got", fetch(n))
    finally:
        print("closed")


def run_all(functions):
    for f in functions:
        print(f.__name__, f(1))


def outer():
    f = lambda n: fetch(n) * 2
    print(f.__name__, f.__qualname__, f(3))


run_all([fetch, lambda n: fetch(n) + 1])
outer()
idle = printer()
idle.close()
g = printer()
next(g)
g.send(2)
g.close()
