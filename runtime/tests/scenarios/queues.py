# SPDX-License-Identifier: Apache-2.0
"""Queue, LightQueue, PriorityQueue, LifoQueue."""

import queue

OPTIONS = {"several_getters": {"sort": True}, "several_putters": {"sort": True}, "producers_and_consumers": {"sort": True}}


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def sizes(aio, log):
    for n in (None, -1, 0, 1, 2):
        q = aio.Queue(n)
        log(n, q.maxsize, q.empty(), q.full(), q.qsize(), q.putting(), q.getting(), str(q))
        if n != 0:
            await q.put(1)
            log(q.empty(), q.full(), q.qsize(), str(q).partition(" _cond")[0])


async def kinds(aio, log):
    for kind in (aio.Queue, aio.LightQueue, aio.LifoQueue, aio.PriorityQueue):
        q = kind()
        for x in (3, 1, 2):
            await q.put(x)
        log(kind.__name__, [await q.get() for _ in range(3)], hasattr(q, "join"))


async def nonblocking(aio, log):
    q = aio.Queue(1)
    for f in (q.get_nowait,):
        try:
            f()
        except queue.Empty:
            log("Empty")
    q.put_nowait(1)
    try:
        q.put_nowait(2)
    except queue.Full:
        log("Full")
    log(q.get_nowait())
    try:
        await q.get(block=False)
    except queue.Empty:
        log("Empty")
    await q.put(1, block=False)
    try:
        await q.put(1, False)
    except queue.Full:
        log("Full")
    try:
        await q.put(1, True, 0.01)
    except queue.Full:
        log("Full after timeout", q.putting())
    log(await q.get())
    try:
        await q.get(True, 0.01)
    except queue.Empty:
        log("Empty after timeout", q.getting())
    log(aio.Empty is queue.Empty, aio.Full is queue.Full)


async def put_blocks_when_full(aio, log):
    q = aio.Queue(2)

    async def producer():
        for i in range(5):
            await q.put(i)
            log("put", i, q.qsize())

    g = aio.spawn(producer)
    await aio.sleep(0.01)
    log(q.putting(), q.qsize())
    for _ in range(5):
        log("got", await q.get())
        await aio.sleep(0.01)
    await g.wait()


async def get_blocks_when_empty(aio, log):
    q = aio.Queue()

    async def consumer():
        for _ in range(3):
            log("got", await q.get())

    g = aio.spawn(consumer)
    await aio.sleep(0.01)
    log(q.getting())
    await q.put(1)
    log("in queue", q.qsize(), q.getting())
    await q.put(2)
    await aio.sleep(0.01)
    log(q.qsize(), q.getting())
    await q.put(3)
    await g.wait()


async def getter_can_be_overtaken(aio, log):
    q = aio.Queue()
    g = aio.spawn(q.get)
    await aio.sleep(0)
    await q.put(1)
    log("taken by me", await q.get(), q.qsize())
    await aio.sleep(0.01)
    log(g.dead)
    await q.put(2)
    log(await g.wait())


async def several_getters(aio, log):
    q = aio.Queue()
    gs = [aio.spawn(q.get) for _ in range(4)]
    await aio.sleep(0)
    for i in range(4):
        await q.put(i)
    for g in gs:
        log(await g.wait())


async def several_putters(aio, log):
    q = aio.Queue(1)
    gs = [aio.spawn(q.put, i) for i in range(4)]
    await aio.sleep(0.01)
    log("putting", q.putting(), q.qsize())
    for _ in range(4):
        log("got", await q.get())
    for g in gs:
        log("put returned", await g.wait())


async def killed_getter(aio, log):
    q = aio.Queue()
    a = aio.spawn(q.get)
    await aio.sleep(0)
    await a.kill()
    log(q.getting())
    await q.put(1)
    log(q.qsize(), await q.get())


async def killed_getter_after_put(aio, log):
    q = aio.Queue()
    a = aio.spawn(q.get)
    b = aio.spawn(q.get)
    await aio.sleep(0)
    await q.put(1)
    await q.put(2)
    await a.kill()
    await b.kill()
    await aio.sleep(0.01)
    left = [q.get_nowait() for _ in range(q.qsize())]
    taken = []
    for g in (a, b):
        try:
            taken.append(await g.wait())
        except BaseException as e:
            taken.append(type(e).__name__)
    log(sorted(left), taken)


async def killed_putter(aio, log):
    q = aio.Queue(1)
    await q.put(0)
    a = aio.spawn(q.put, 1)
    b = aio.spawn(q.put, 2)
    await aio.sleep(0)
    await a.kill()
    log(q.putting())
    log(await q.get(), await q.get(), q.qsize())
    await b.wait()


async def resize(aio, log):
    q = aio.Queue(1)
    gs = [aio.spawn(q.put, i) for i in range(3)]
    await aio.sleep(0.01)
    log(q.qsize(), q.putting())
    q.resize(2)
    await aio.sleep(0.01)
    log(q.qsize(), q.putting(), q.maxsize)
    q.resize(None)
    await aio.sleep(0.01)
    log(q.qsize(), q.putting(), q.maxsize, q.full())
    for g in gs:
        await g.wait()
    q.resize(1)
    log(q.full(), q.qsize())


async def channel_order(aio, log):
    q = aio.Queue(0)

    async def consumer():
        for _ in range(3):
            log("got", await q.get())

    g = aio.spawn(consumer)
    for i in range(3):
        log("put", i)
        await q.put(i)
        log("put done", i)
    await g.wait()


async def channel_nonblocking(aio, log):
    q = aio.Queue(0)
    for f in (lambda: q.put_nowait(1), q.get_nowait):
        try:
            f()
        except (queue.Full, queue.Empty) as e:
            log(type(e).__name__)
    g = aio.spawn(q.get)
    await aio.sleep(0)
    await q.put(7, block=False)
    log("put returned", g.dead)
    log(await g.wait())
    g = aio.spawn(q.put, 8)
    await aio.sleep(0)
    try:
        q.get_nowait()
    except queue.Empty:
        log("Empty though somebody puts")
    log(await q.get())
    await g.wait()


async def channel_put_timeout(aio, log):
    q = aio.Queue(0)
    try:
        await q.put(1, timeout=0.01)
    except queue.Full:
        log("Full", q.putting())
    g = aio.spawn(q.get)
    await aio.sleep(0)
    await q.put(2, timeout=1)
    log(await g.wait())


async def join_and_task_done(aio, log):
    q = aio.Queue()
    await q.join()
    log("nothing to join")
    for i in range(3):
        await q.put(i)
    log(q.unfinished_tasks)

    async def worker():
        while True:
            await q.get()
            await aio.sleep(0.001)
            q.task_done()

    g = aio.spawn(worker)
    await q.join()
    log(q.unfinished_tasks, q.qsize())
    await q.put(9)
    await q.join()
    log("again")
    await g.kill()
    try:
        q.task_done()
    except ValueError as e:
        log(e)


async def several_joiners(aio, log):
    q = aio.Queue()
    await q.put(1)
    gs = [aio.spawn(q.join) for _ in range(3)]
    await aio.sleep(0)
    await q.get()
    q.task_done()
    for g in gs:
        await g.wait()
    log("joined")


async def incomparable_items(aio, log):
    q = aio.PriorityQueue()
    await q.put(1)
    try:
        await q.put("x")
    except TypeError:
        log("TypeError")


async def subclass(aio, log):
    class Unique(aio.Queue):
        def _init(self, maxsize):
            self.queue = set()

        def _put(self, item):
            self.queue.add(item)
            self._put_bookkeeping() if hasattr(self, "_put_bookkeeping") else self._count_task()

        def _get(self):
            return self.queue.pop()

    q = Unique()
    for i in (1, 1, 1):
        await q.put(i)
    log(q.qsize(), await q.get(), q.empty())


async def producers_and_consumers(aio, log):
    q = aio.Queue(3)
    got = []

    async def producer(n):
        for i in range(20):
            await q.put((n, i))

    async def consumer():
        while True:
            item = await q.get()
            if item is None:
                return
            got.append(item)
            await aio.sleep(0)

    producers = [aio.spawn(producer, n) for n in range(4)]
    consumers = [aio.spawn(consumer) for _ in range(3)]
    for g in producers:
        await g.wait()
    for _ in consumers:
        await q.put(None)
    for g in consumers:
        await g.wait()
    log(len(got), sorted(got) == [(n, i) for n in range(4) for i in range(20)], q.qsize())


async def raised_in_woken_getter(aio, log):
    q = aio.Queue()

    async def consumer():
        await q.get()
        raise KeyError("consumer")

    aio.spawn(consumer)
    await aio.sleep(0)
    await q.put(1)
    await aio.sleep(0.01)
    log("alive", q.qsize())


async def put_does_not_switch(aio, log):
    q = aio.Queue()

    async def consumer():
        log("got", await q.get())

    g = aio.spawn(consumer)
    await aio.sleep(0)
    await q.put(1)
    log("putter goes on")
    await g.wait()
