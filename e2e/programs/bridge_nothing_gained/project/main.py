"""Functions that wait for nothing but a queue that stays Eventlet's: called by coroutines, green threads, each other."""
import operator

import eventlet
from eventlet.queue import Empty, Queue

jobs = Queue(2)
size = operator.methodcaller("qsize")


def add(job):
    jobs.put(job)


def add_two(job):  # waits in every call
    add(job)
    if job % 2:
        add(-job)


def take(wait):  # may return without a wait
    if not wait and not size(jobs):
        return None
    return jobs.get()


def take_later():  # nothing but a sort key calls it
    return take(True)


def drained(n):  # a generator
    for _ in range(n):
        yield jobs.get()


class Held:
    def __enter__(self):
        self.job = take(True)
        return self.job

    def __exit__(self, *exc):
        jobs.put(self.job)


def held():  # enters what waits
    with Held() as job:
        return job


def give_up():  # a Timeout reaches it where it waits
    try:
        with eventlet.Timeout(0.02):
            add_two(7)
            add_two(8)
    except eventlet.Timeout:
        return "timed out"


def ping(n):  # these two call each other
    add(n)
    return pong(n - 1) if n else "even"


def pong(n):
    add(n)
    return ping(n - 1) if n else "odd"


def produce(n):
    for job in range(n):
        add_two(job)
        eventlet.sleep(0)
    return "produced"


def blocked():
    try:
        add_two(1)
        add_two(3)
        print("not reached")
    finally:
        print("killed in add_two")


def main():
    producer = eventlet.spawn(produce, 4)
    print([take(True) for _ in range(6)], producer.wait())
    print(take(False))

    add(1)
    print(held(), size(jobs), list(drained(1)))

    print(give_up(), list(drained(2)))

    pinger = eventlet.spawn(ping, 3)
    print(list(drained(4)), pinger.wait())

    eventlet.spawn(produce, 3)
    print(sorted([2, 1, 3], key=lambda n: (take_later(), n)))
    try:
        print(jobs.get(timeout=0.01))
    except Empty:
        print("empty")

    thread = eventlet.spawn(blocked)
    eventlet.sleep(0.01)
    thread.kill()
    print(list(drained(2)), size(jobs))


if __name__ == "__main__":
    main()
