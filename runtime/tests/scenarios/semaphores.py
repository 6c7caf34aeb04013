# SPDX-License-Identifier: Apache-2.0
"""Semaphore, BoundedSemaphore, CappedSemaphore, Lock, RLock, Condition."""

OPTIONS = {}


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def construction(aio, log):
    for args in ((), (0,), (3,), ("2",), (-1,), ("x",)):
        try:
            s = aio.Semaphore(*args)
            log(args, s.counter, s.locked(), s.bounded(), s.balance, str(s))
        except (TypeError, ValueError) as e:
            log(args, type(e).__name__)


async def acquire_forms(aio, log):
    s = aio.Semaphore(1)
    log(await s.acquire(), await s.acquire(blocking=False), await s.acquire(False), s.counter)
    log(await s.acquire(timeout=0.01), await s.acquire(timeout=0), s.counter, s.balance)
    for k in ({"timeout": -2}, {"blocking": False, "timeout": 1}):
        try:
            await s.acquire(**k)
        except ValueError as e:
            log(e)
    log(s.release(), s.release(), s.counter)
    log(await s.acquire(timeout=-1), await s.acquire(timeout=1), await s.acquire(False), s.counter)


async def order_of_waiters(aio, log):
    s = aio.Semaphore(0)

    async def w(n):
        await s.acquire()
        log(n)

    gs = [aio.spawn(w, n) for n in range(5)]
    await aio.sleep(0)
    log(s.balance, s.locked())
    for _ in range(5):
        s.release()
    log(s.balance, s.counter)
    for g in gs:
        await g.wait()
    log(s.balance)


async def released_then_taken_by_other(aio, log):
    s = aio.Semaphore(0)

    async def w(n):
        await s.acquire()
        log(n)

    g = aio.spawn(w, "waiter")
    await aio.sleep(0)
    s.release()
    log(await s.acquire(False), s.counter)
    await aio.sleep(0.01)
    log(g.dead)
    s.release()
    await g.wait()


async def timeout_then_release(aio, log):
    s = aio.Semaphore(0)
    log(await s.acquire(timeout=0.01), s.balance)
    s.release()
    log(s.counter, await s.acquire(timeout=0.01))


async def killed_waiter_leaves_no_trace(aio, log):
    s = aio.Semaphore(0)
    a = aio.spawn(s.acquire)
    b = aio.spawn(s.acquire)
    await aio.sleep(0)
    await a.kill()
    log(s.balance)
    s.release()
    log(await b.wait(), s.counter, s.balance)


async def killed_between_release_and_wake(aio, log):
    s = aio.Semaphore(0)
    a = aio.spawn(s.acquire)
    b = aio.spawn(s.acquire)
    await aio.sleep(0)
    s.release()
    await a.kill()
    await aio.sleep(0.01)
    log(b.dead, s.counter, s.balance)


async def context_manager(aio, log):
    s = aio.Semaphore(1)
    async with s as value:
        log(value, s.locked())
    log(s.locked())
    try:
        async with s:
            raise KeyError("k")
    except KeyError:
        log(s.locked())


async def bounded(aio, log):
    s = aio.BoundedSemaphore(2)
    try:
        s.release()
    except ValueError as e:
        log(e)
    await s.acquire()
    s.release()
    log(s.counter, s.locked(), str(s))


async def capped(aio, log):
    for args in ((-1, 2), (3, 2)):
        try:
            aio.CappedSemaphore(*args)
        except ValueError as e:
            log(e)
    s = aio.CappedSemaphore(1, 2)
    log(s.locked(), s.bounded(), s.balance, str(s).count("Semaphore"))
    log(await s.acquire(), s.locked(), await s.acquire(blocking=False))
    log(await s.release(), await s.release(), s.bounded(), await s.release(blocking=False))

    async def release():
        log("releases")
        await s.release()
        log("released")

    g = aio.spawn(release)
    await aio.sleep(0.01)
    log(g.dead, s.balance)
    await s.acquire()
    await g.wait()
    log(s.balance)
    async with s:
        log(s.balance)


async def capped_killed(aio, log):
    s = aio.CappedSemaphore(0, 1)
    g = aio.spawn(s.acquire)
    await aio.sleep(0)
    log(s.balance)
    await g.kill()
    log(s.balance)
    await s.release()
    log(s.balance, await s.acquire(False))


async def lock(aio, log):
    k = aio.Lock()
    try:
        k.release()
    except RuntimeError as e:
        log(e)
    log(await k.acquire(), k.locked(), await k.acquire(False), await k.acquire(timeout=0.01))
    k.release()
    async with k:
        log(k.locked())
    log(k.locked())


async def rlock(aio, log):
    k = aio.RLock()
    order = []

    async def w(n):
        async with k:
            async with k:
                order.append(n)
                await aio.sleep(0)
                order.append(n)

    gs = [aio.spawn(w, n) for n in range(3)]
    for g in gs:
        await g.wait()
    log(order)
    try:
        k.release()
    except RuntimeError as e:
        log(e)
    await k.acquire()
    log(await aio.spawn(k.acquire, False).wait())

    def foreign():
        k.release()

    try:
        await aio.spawn(foreign).wait()
    except RuntimeError as e:
        log(e)
    log(int(await k.acquire()), int(await k.acquire(blocking=True, timeout=0.1)))
    k.release()
    k.release()
    k.release()
    log(await aio.spawn(k.acquire, False).wait())
    log(await k.acquire(True, 0.01))


async def condition(aio, log):
    c = aio.Condition()
    ready = []

    async def w(n):
        async with c:
            while not ready:
                log("waits", n)
                await c.wait()
            ready.pop()
            log("got", n)

    gs = [aio.spawn(w, n) for n in range(3)]
    await aio.sleep(0.01)
    for _ in range(3):
        async with c:
            ready.append(1)
            c.notify()
        await aio.sleep(0.01)
    for g in gs:
        await g.wait()
    async with c:
        log(await c.wait(0.01))
        log(await c.wait_for(lambda: False, 0.01))
        log(await c.wait_for(lambda: 5))
    try:
        c.notify()
    except RuntimeError as e:
        log(e)
    try:
        await c.wait()
    except RuntimeError as e:
        log(e)


async def condition_notify_all(aio, log):
    c = aio.Condition()
    woken = []

    async def w(n):
        async with c:
            await c.wait()
            woken.append(n)

    gs = [aio.spawn(w, n) for n in range(3)]
    await aio.sleep(0.01)
    async with c:
        c.notify_all()
    for g in gs:
        await g.wait()
    log(sorted(woken))
