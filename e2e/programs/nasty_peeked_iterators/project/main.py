"""What iter(f, end), map and pools give, read through an iterator that stays synchronous."""
import eventlet

END = object()


class Peekable:
    def __init__(self, it):
        self.it = iter(it)
        self.buf = []

    def peek(self):
        if not self.buf:
            self.buf.append(next(self.it))
        return self.buf[0]

    def __iter__(self):
        return self

    def __next__(self):
        return self.buf.pop() if self.buf else next(self.it)


def buffered(items, size):
    q = eventlet.Queue(size)

    def fill():
        for item in items:
            q.put(item)
        q.put(END)

    eventlet.spawn_n(fill)
    yield from iter(q.get, END)


def double(n):
    eventlet.sleep(0)
    return n * 2


def main():
    numbers = Peekable(buffered([1, 2, 3], 1))
    print(numbers.peek(), next(numbers), list(numbers))
    doubled = Peekable(map(double, [1, 2]))
    print(doubled.peek(), next(doubled), next(doubled))
    pool = eventlet.GreenPool(2)
    pooled = Peekable(pool.imap(double, [4, 5]))
    print(pooled.peek(), sum(pooled))
    pile = eventlet.GreenPile(pool)
    pile.spawn(double, 6)
    print(next(Peekable(pile)))


main()
