"""A shop, half migrated: the stock is asyncio's, the orders are green threads.

The crossings are those of Eventlet's guide: a coroutine in a green thread.
"""
import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable

import stock


def order(port, name, amount):
    left = spawn_for_awaitable(stock.take(port, name, amount)).wait()
    eventlet.sleep(0)
    return "%d of %s, %d left" % (amount, name, left)


async def later(seconds, value):
    await asyncio.sleep(seconds)
    return value


def main():
    things = stock.Stock(apples=10, pears=3)
    port = spawn_for_awaitable(things.serve()).wait()

    for name, amount in [("apples", 4), ("pears", 3), ("pears", 1), ("plums", 1)]:
        try:
            print(order(port, name, amount))
        except stock.Missing as e:
            print("missing", e)

    # several at once, in the order in which they are ready
    threads = [spawn_for_awaitable(later(t, n)) for t, n in [(0.09, "c"), (0.03, "a"), (0.06, "b")]]
    ready = eventlet.Queue()
    for t in threads:
        t.link(lambda t: ready.put(t.wait()))
    print([ready.get() for _ in threads])

    # green threads that each wait for a coroutine
    pool = eventlet.GreenPool(2)
    print(sorted(pool.imap(lambda n: order(port, "apples", n), [1, 2, 3])))

    # a Timeout over a coroutine
    with eventlet.Timeout(0.05, False):
        spawn_for_awaitable(later(30, None)).wait()
        print("never")

    # killing the green thread cancels the coroutine
    slow = spawn_for_awaitable(stock.take(port, "slow", 1))
    eventlet.sleep(0.1)
    slow.kill()
    eventlet.sleep(0.05)
    print("slow is dead:", slow.dead)
    spawn_for_awaitable(things.close()).wait()
    print(things.amounts)


if __name__ == "__main__":
    main()
