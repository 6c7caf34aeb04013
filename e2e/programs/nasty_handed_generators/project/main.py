"""What a generator yields to a library, which hands it out again: as a fixture gives its value to a test."""

import eventlet

eventlet.monkey_patch()

import contextlib
import json
import pickle
import time
from unittest import mock


def creators(settings):
    made = []

    def create(n):
        time.sleep(0)
        made.append(n)
        return n

    yield create
    print("made", made)


class Pool:
    def __init__(self, size):
        self.size = size

    @contextlib.contextmanager
    def borrow(self):
        time.sleep(0)
        yield self.size
        time.sleep(0)
        print("given back")

    def numbered(self):
        for i in range(self.size):
            time.sleep(0)
            yield i

    def items(self):
        for i in range(self.size):
            time.sleep(0)
            yield i, -i


def pools(settings):
    with contextlib.closing(Connection()):
        yield Pool(settings["size"])


class Connection:
    def close(self):
        time.sleep(0)
        print("closed")


def fixture(text, factory):
    """The values of a factory, called by a library with what it reads."""
    return json.loads(text, object_hook=factory)


def main():
    for create in mock.MagicMock(side_effect=creators)({}):
        print("created", create(3), create(4))
    for pool in fixture('{"size": 2}', pools):
        with pool.borrow() as size:
            print("borrowed", size)
        print(list(pool.numbered()), dict(pool.items()))
    again = pickle.loads(pickle.dumps(Pool(1)))
    with again.borrow() as size:
        print("borrowed again", size, [n for n in again.numbered()], *again.items())
    with Pool(5).borrow() as size:
        print("of one's own", size)


if __name__ == "__main__":
    main()
