"""Connections that are used again."""
import eventlet
from eventlet import pools


class Connection:
    made = 0

    def __init__(self):
        Connection.made += 1
        self.number = Connection.made

    def ask(self, what):
        eventlet.sleep(0.01)
        return '%d:%s' % (self.number, what)


class Connections(pools.Pool):
    def create(self):
        eventlet.sleep(0)  # the handshake
        return Connection()


def use(pool, what):
    with pool.item() as conn:
        return conn.ask(what)


def borrow(pool, what):
    conn = pool.get()
    try:
        return conn.ask(what)
    finally:
        pool.put(conn)


def limited(permits, n):
    with permits.item():
        eventlet.sleep(0.01)
        return n


def main():
    pool = Connections(max_size=2)
    print(pool.free(), pool.waiting())
    work = eventlet.GreenPool()
    print(sorted(r.split(':')[1] for r in work.starmap(use, [(pool, w) for w in 'abcd'])), Connection.made)
    print(sorted(r.split(':')[1] for r in work.starmap(borrow, [(pool, w) for w in 'xyz'])), Connection.made)
    held = [pool.get(), pool.get()]
    waiter = eventlet.spawn(borrow, pool, 'late')
    eventlet.sleep(0)
    print('waiting', pool.waiting(), 'free', pool.free())
    pool.put(held.pop())
    print(waiter.wait().split(':')[1])
    pool.put(held.pop())

    stack = pools.Pool(max_size=3, order_as_stack=True, create=Connection)
    a, b = stack.get(), stack.get()
    stack.put(a)
    stack.put(b)
    print(stack.get() is b, stack.current_size)
    stack.resize(5)
    print(stack.max_size, stack.free())

    permits = pools.TokenPool(max_size=2)
    print(list(work.imap(limited, [permits] * 4, range(4))), permits.free())


if __name__ == '__main__':
    main()
