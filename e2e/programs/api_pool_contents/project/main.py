"""What pools.Pool lends out is what create makes: given, overridden, or a class."""
import eventlet
from eventlet import pools


class Conn:
    def ask(self, q):
        eventlet.sleep(0.01)
        return q + 1

    def ready(self):
        return True


def connect():
    return Conn()


class ConnPool(pools.Pool):
    def create(self):
        return Conn()


class Given(pools.Pool):
    def __init__(self, make):
        super().__init__(max_size=1, create=make)


def slow():
    eventlet.sleep(0)
    return Conn()


handed = Given(slow)
made = pools.Pool(create=connect, max_size=2)
derived = ConnPool(max_size=2)
kept = pools.Pool(0, 2, False, Conn)


def borrow():
    c = made.get()
    try:
        return c.ask(1), c.ready()
    finally:
        made.put(c)


def by_item():
    with made.item() as c:
        return c.ask(2)


def of_subclass():
    with derived.item() as c:
        return c.ask(3)


def got_of_subclass():
    c = derived.get()
    try:
        return c.ask(4)
    finally:
        derived.put(c)


def of_class():
    with kept.item() as c:
        return c.ask(5)


def of_given():
    with handed.item() as c:
        return c.ask(6)


def main():
    g = [eventlet.spawn(f) for f in (borrow, by_item, of_subclass, got_of_subclass, of_class, of_given)]
    print([t.wait() for t in g])


if __name__ == "__main__":
    main()
