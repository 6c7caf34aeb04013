import eventlet
eventlet.monkey_patch()

import gc
import operator
import weakref

from eventlet import queue

from shop import Order, Stock, finished, pump


def count_down(n):
    seen = []
    while n:
        eventlet.sleep(0.005)
        seen.append(n)
        n -= 1
    return seen


def main():
    stock = Stock({"bolt": 5, "nut": 1})
    log = []

    # handed to code that offlet cannot follow: who knows what it does with it
    gt = eventlet.spawn(count_down, 3)
    wait = operator.methodcaller("wait")
    print("methodcaller:", wait(gt))

    # a subclass of GreenThread
    orders = [Order.start(stock, "bolt", 2), Order.start(stock, "nut", 2), Order.start(stock, "bolt", 1)]
    for o in orders:
        o.link(finished, log, o.name)
    for o in orders:
        try:
            print("order:", o.wait())
        except LookupError as e:
            print("order failed:", e)
    eventlet.sleep(0)
    print("log:", log)

    # green threads that are compared, weakly held, and killed
    source, sink = queue.Queue(), queue.Queue(1)
    worker = eventlet.spawn(pump, source, sink, 3)
    alive = weakref.ref(worker)
    for i in range(3):
        source.put(i)
    print("sink:", [sink.get(timeout=1) for _ in range(3)])
    print("worker:", alive().wait())

    sleeper = eventlet.spawn(count_down, 1000)
    greenlets = [o for o in gc.get_objects() if o is sleeper]
    eventlet.sleep(0.02)
    sleeper.kill()
    try:
        sleeper.wait()
    except eventlet.greenlet.GreenletExit as e:
        print("killed", type(e).__name__, len(greenlets))


main()
