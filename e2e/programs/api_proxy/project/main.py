"""Corners of Eventlet's API that stay."""
import eventlet
from eventlet import greenthread, tpool
from eventlet.dagpool import DAGPool


class Ledger:
    def __init__(self):
        self.rows = []

    def add(self, row):
        self.rows.append(row)
        return len(self.rows)


def book(ledger, row):
    return ledger.add(row)


def total(key, needs):
    eventlet.sleep(0.001)
    return sum(value for _, value in needs)


def shout(text, done):
    eventlet.sleep(0)
    print(text)
    done.send(True)


def main():
    ledger = tpool.Proxy(Ledger())
    print([book(ledger, n) for n in 'abc'])
    sums = DAGPool({'a': 1, 'b': 2})
    sums.spawn('c', ['a', 'b'], total)
    print(sums['c'])
    done = eventlet.Event()
    greenthread._spawn_n(0, shout, ('unrecorded', done), {})
    print(done.wait())


if __name__ == '__main__':
    main()
