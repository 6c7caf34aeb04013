# SPDX-License-Identifier: Apache-2.0
"""``await_`` in callables that cannot be coroutines: as if they blocked in Eventlet's way."""

OPTIONS = {
    "where_nothing_can_wait": {"expect": ["NoPortal True", "closed"], "skip": ["portals", "bridge", "bridge_mp"]},
}


class Boom(Exception):
    pass


def _fetch(aio, log, seconds=0.001):
    async def fetch(x):
        log("fetch", x)
        await aio.sleep(seconds)
        return x

    return fetch


async def property_init_and_key(aio, log):
    fetch = _fetch(aio, log)

    class User:
        def __init__(self, n):
            self.name = aio.await_(fetch(f"name {n}"))

        @property
        def rank(self):
            return aio.await_(fetch(-int(self.name[-1])))

        def __eq__(self, other):
            return aio.await_(fetch(self.name)) == other.name

        __hash__ = None

    def use():
        users = [User(n) for n in range(3)]
        log([u.name for u in sorted(users, key=lambda u: u.rank)])
        log(users[0] == users[0], max(aio.await_(fetch(n)) for n in (1, 3, 2)))
        return "done"

    log(await aio.portal(use))


async def others_run_meanwhile(aio, log):
    fetch = _fetch(aio, log, 0.05)

    async def other():
        log("other")
        await aio.sleep(0)
        log("other again")

    def use():
        aio.spawn(other)
        log(aio.await_(fetch("waits")))

    await aio.portal(use)


async def exceptions_keep_identity(aio, log):
    error = Boom("x")

    async def fails():
        await aio.sleep(0)
        raise error

    def use():
        try:
            aio.await_(fails())
        except Boom as e:
            log(e is error)
        raise error

    try:
        await aio.portal(use)
    except Boom as e:
        log(e is error)


async def killed_in_it(aio, log):
    async def waits():
        try:
            await aio.sleep(5)
        except BaseException as e:
            log("inside", type(e).__name__)
            raise
        finally:
            log("finally inside")

    def use():
        try:
            aio.await_(waits())
        finally:
            log("finally outside")

    async def task():
        await aio.portal(use)

    t = aio.spawn(task)
    await aio.sleep(0)
    await t.kill()
    log(t.dead)
    t = aio.spawn(task)
    await aio.sleep(0)
    await t.kill(Boom("own"))
    try:
        await t.wait()
    except Boom as e:
        log("Boom", e)


async def timeouts(aio, log):
    async def waits():
        try:
            await aio.sleep(5)
        except aio.Timeout as e:
            log("inside", e is timeout[-1])
            raise

    timeout = []

    def use():
        with aio.Timeout(0.01, False) as t:
            timeout.append(t)
            aio.await_(waits())
            log("no")
        try:
            with aio.Timeout(0.01) as t:
                timeout.append(t)
                aio.await_(waits())
        except aio.Timeout as e:
            log("outside", e is t)

    await aio.portal(use)


async def one_logical_thread(aio, log):
    local = aio.Local()
    lock = aio.RLock()
    before = aio.current()

    async def inside():
        await aio.sleep(0)
        async with lock:
            log(local.x, aio.current() is before)
            local.x = "changed"

    def use():
        local.x = "of the caller"
        aio.await_(lock.acquire())
        aio.await_(inside())
        lock.release()
        log(local.x, aio.current() is before)

    await aio.portal(use)


async def nested(aio, log):
    def deeper(n):
        return aio.await_(down(n - 1)) + 1 if n else 0

    async def down(n):
        await aio.sleep(0)
        return deeper(n)

    async def through_portals(n):
        await aio.sleep(0)
        return await aio.portal(deeper, n)

    log(await aio.portal(deeper, 20), await aio.portal(lambda: aio.await_(through_portals(3))))


async def several_at_once(aio, log):
    queue = aio.Queue(1)

    def produce(n):
        for i in range(3):
            aio.await_(queue.put((n, i)))

    got = []

    def consume():
        while len(got) < 9:
            got.append(aio.await_(queue.get()))

    async def portal(f, *args):
        await aio.portal(f, *args)

    tasks = [aio.spawn(portal, produce, n) for n in range(3)] + [aio.spawn(portal, consume)]
    for t in tasks:
        await t.wait()
    log(sorted(got))
    log([i for n, i in got if n == 1])


async def where_nothing_can_wait(aio, log):
    async def never():
        log("no")

    coro = never()
    try:
        aio.await_(coro)
    except RuntimeError as e:
        log(type(e).__name__, "where_nothing_can_wait" in str(e) and "never" in str(e))
    try:
        coro.send(None)
    except RuntimeError:
        log("closed")
