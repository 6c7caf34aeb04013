# SPDX-License-Identifier: Apache-2.0
"""Pool, Pile, ResourcePool."""

OPTIONS = {}


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def construction(aio, log):
    for size in (0, 1, "3", -1, "x"):
        try:
            p = aio.Pool(size)
            log(size, p.size, p.free(), p.running(), p.waiting())
        except (TypeError, ValueError) as e:
            log(size, type(e).__name__)
    log(aio.Pool().size)


async def counts(aio, log):
    p = aio.Pool(2)
    e = aio.Event()

    async def w():
        await e.wait()

    await p.spawn(w)
    await p.spawn_n(w)
    log(p.running(), p.free(), p.waiting())
    blocked = [aio.spawn(p.spawn, w) for _ in range(2)]
    await aio.sleep(0)
    log(p.running(), p.free(), p.waiting())
    e.send()
    for b in blocked:
        await b.wait()
    await p.waitall()
    log(p.running(), p.free(), p.waiting())


async def resize(aio, log):
    p = aio.Pool(1)
    e = aio.Event()

    async def w(n):
        log("runs", n)
        await e.wait()

    await p.spawn(w, 0)
    g = aio.spawn(p.spawn, w, 1)
    await aio.sleep(0)
    log(p.waiting(), p.free())
    p.resize(3)
    log(p.size, p.free(), p.waiting())
    with aio.Timeout(0.03, False):  # it queues behind the one that waits, whom resize does not wake
        await p.spawn(w, 2)
        log("spawned")
    await aio.sleep(0.01)
    log(p.running(), p.free(), g.dead)
    p.resize(1)
    log(p.free(), p.running())
    e.send()
    await aio.sleep(0.01)  # not waitall(): on Eventlet it misses the end when a spawn still waits
    log(p.free(), p.running())


async def spawn_value(aio, log):
    p = aio.Pool(2)

    async def f(x):
        await aio.sleep(0)
        return x

    a = await p.spawn(f, 1)
    b = await p.spawn(f, 2)
    log(await a.wait(), await b.wait())


async def killed_worker_frees_its_place(aio, log):
    p = aio.Pool(1)
    g = await p.spawn(aio.sleep, 1)
    await aio.sleep(0)
    await g.kill()
    log(p.running(), p.free())
    g = await p.spawn(aio.sleep, 1)
    await g.kill()
    log(p.running(), p.free())
    await p.waitall()


async def killed_in_spawn(aio, log):
    p = aio.Pool(1)
    await p.spawn(aio.sleep, 0.02)
    g = aio.spawn(p.spawn, log, "no")
    await aio.sleep(0)
    await g.kill()
    log(p.waiting(), p.free())
    await p.waitall()
    log(p.running(), p.free())


async def waitall_from_worker(aio, log):
    p = aio.Pool(2)

    async def f():
        try:
            await p.waitall()
        except AssertionError as e:
            log("AssertionError", "never terminate" in str(e))

    await p.spawn(f)
    await p.waitall()


async def waitall_several(aio, log):
    p = aio.Pool(2)
    for _ in range(3):
        await p.spawn(aio.sleep, 0.01)
    gs = [aio.spawn(p.waitall) for _ in range(2)]
    for g in gs:
        await g.wait()
    log(p.running())
    await p.waitall()
    log("again")


async def reentrant_spawn_n(aio, log):
    p = aio.Pool(1)

    async def inner():
        log("inner runs")
        raise KeyError("inner")

    async def outer():
        await p.spawn_n(inner)
        log("outer goes on")

    await p.spawn(outer)
    await p.waitall()
    log(p.running(), p.free())


async def reentrant_with_room(aio, log):
    p = aio.Pool(2)

    async def inner():
        log("inner", aio.current() is outer_task[0])
        return 3

    outer_task = []

    async def outer():
        outer_task.append(aio.current())
        g = await p.spawn(inner)
        log("spawned", g.dead)
        log(await g.wait())

    await p.spawn(outer)
    await p.waitall()


async def reentrant_linked(aio, log):
    p = aio.Pool(1)

    async def inner():
        await aio.sleep(0)
        return "value"

    async def outer():
        g = await p.spawn(inner)
        g.link(lambda gt: log("linked at once"))
        log(await g.wait())

    await p.spawn(outer)
    await p.waitall()


async def spawn_n_exceptions(aio, log):
    p = aio.Pool(2)

    async def f(e):
        await aio.sleep(0)
        raise e

    for e in (ValueError("v"), aio.GreenletExit(), aio.Timeout(None)):
        await p.spawn_n(f, e)
        await p.waitall()
        log(p.running(), p.free())


async def imap_order_and_ahead(aio, log):
    p = aio.Pool(3)
    pulled = []

    def src():
        for i in range(12):
            pulled.append(i)
            yield i

    async def f(x):
        for _ in range(x % 3):
            await aio.sleep(0)
        return x

    got = []
    async for x in p.imap(f, src()):
        got.append(x)
        await aio.sleep(0.01)
        log(x, "pulled", len(pulled))
    log(got == list(range(12)))


async def imap_several_iterables(aio, log):
    p = aio.Pool(2)

    async def f(a, b):
        return a + b

    log([x async for x in p.imap(f, [1, 2, 3], (10, 20))])
    log([x async for x in p.imap(None, "ab", "cd")])
    log([x async for x in p.starmap(f, [(1, 2), (3, 4)])])
    log([x async for x in p.starmap(None, [(1, 2), ()])])
    log([x async for x in p.imap(f, [], [])])


async def imap_source_fails(aio, log):
    p = aio.Pool(2)

    def src():
        yield 1
        raise KeyError("source")

    it = p.imap(lambda x: x, src())
    log(await anext(it))
    with aio.Timeout(0.05, False):
        await anext(it)
        log("no")
    log("still waiting")


async def imap_own_pool(aio, log):
    p = aio.Pool(1)
    await p.spawn(aio.sleep, 0.02)
    it = p.imap(lambda x: x, range(2))
    log(p.running(), p.free())
    log([x async for x in it])


async def imap_next_method(aio, log):
    p = aio.Pool(2)
    it = p.imap(lambda x: x, range(2))
    log(await it.next(), await it.next())
    try:
        await it.next()
    except StopAsyncIteration:
        log("stop")


async def imap_abandoned(aio, log):
    p = aio.Pool(2)
    it = p.imap(lambda x: x, range(100))
    log(await anext(it))
    del it
    await aio.sleep(0.01)
    log("end")


async def pile_with_errors(aio, log):
    pile = aio.Pile(2)

    async def f(x):
        await aio.sleep(0)
        if x == 1:
            raise ValueError(x)
        return x

    for i in range(3):
        await pile.spawn(f, i)
    while True:
        try:
            log(await anext(pile))
        except ValueError as e:
            log("ValueError", e)
        except StopAsyncIteration:
            break
    log("end")
    await pile.spawn(f, 5)
    log([x async for x in pile])


async def pile_shares_pool(aio, log):
    p = aio.Pool(2)
    a = aio.Pile(p)
    b = aio.Pile(p)

    async def f(x):
        await aio.sleep(0.001)
        return x

    for i in range(3):
        await a.spawn(f, ("a", i))
        await b.spawn(f, ("b", i))
    log([x async for x in a], [x async for x in b], a.pool is b.pool)
    log([x async for x in a])


async def subclass_of_pool(aio, log):
    class Counting(aio.Pool):
        count = 0

        async def spawn(self, *args, **kwargs):
            self.count += 1
            return await super().spawn(*args, **kwargs)

    p = Counting(2)
    for i in range(3):
        await p.spawn(aio.sleep, 0)
    await p.waitall()
    log(p.count)


async def resource_pool(aio, log):
    made = []

    def create():
        made.append(len(made))
        return made[-1]

    p = aio.ResourcePool(min_size=1, max_size=2, create=create)
    log(made, p.free(), p.waiting(), p.current_size)
    a = await p.get()
    b = await p.get()
    log(a, b, made, p.free())

    async def borrow():
        x = await p.get()
        log("borrowed", x)
        return x

    g = aio.spawn(borrow)
    await aio.sleep(0)
    log(p.waiting(), p.free())
    await p.put(b)
    log(p.waiting())
    log(await g.wait(), p.free())
    p.put(a)
    p.put(b)
    log(p.free(), list(p.free_items))


async def resource_pool_order(aio, log):
    for stack in (False, True):
        p = aio.ResourcePool(max_size=3, order_as_stack=stack, create=iter(range(9)).__next__)
        items = [await p.get() for _ in range(3)]
        for x in items:
            p.put(x)
        log([await p.get() for _ in range(3)])


async def resource_pool_item(aio, log):
    p = aio.TokenPool(max_size=2)
    async with p.item() as token:
        log(type(token).__name__, p.free())
    log(p.free())
    try:
        async with p.item():
            raise KeyError("k")
    except KeyError:
        log(p.free())


async def resource_pool_resize(aio, log):
    p = aio.ResourcePool(max_size=2, create=object)
    a, b = await p.get(), await p.get()
    p.resize(1)
    log(p.free(), p.current_size)
    p.put(a)
    log(p.free(), p.current_size)
    p.put(b)
    log(p.free(), p.current_size)


async def resource_pool_create(aio, log):
    class Mine(aio.ResourcePool):
        fail = True

        async def create(self):
            await aio.sleep(0)
            if self.fail:
                raise ValueError("create")
            return "made"

    p = Mine(max_size=1)
    try:
        await p.get()
    except ValueError as e:
        log(e, p.current_size, p.free())
    Mine.fail = False
    log(await p.get(), p.current_size)
    try:
        await aio.ResourcePool().get()
    except NotImplementedError as e:
        log(e)


async def resource_pool_waiters(aio, log):
    p = aio.ResourcePool(max_size=1, create=lambda: "x")
    got = []

    async def user(n):
        async with p.item():
            await aio.sleep(0)
            got.append(n)

    gs = [aio.spawn(user, n) for n in range(4)]
    for g in gs:
        await g.wait()
    log(sorted(got), p.free())
