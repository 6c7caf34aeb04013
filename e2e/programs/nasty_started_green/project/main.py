import eventlet

eventlet.monkey_patch()

import time

queue = eventlet.Queue()


class Runner:
    def __init__(self):
        self.pool = eventlet.GreenPool(4)

    def submit(self, function, *args):
        return self.pool.spawn(function, *args)


def by_time(n):
    """Stays synchronous: sorted() calls it."""
    time.sleep(0)
    return -n


def by_queue(n):
    """The same, and waits for nothing but what becomes aio's."""
    queue.put(n)
    return queue.get()


def double(n):
    time.sleep(0.001)
    return n * 2


def main():
    runner = Runner()
    print(sorted([1, 3, 2], key=by_time), sorted([3, 1], key=by_queue))
    begun = time.monotonic()
    threads = [runner.submit(time.sleep, 0.02), runner.submit(by_time, 3), runner.submit(double, 4)]
    print([t.wait() for t in threads], time.monotonic() - begun >= 0.02)
    for function in by_queue, double:
        print(function(5))


main()
