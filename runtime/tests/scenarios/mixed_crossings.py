# SPDX-License-Identifier: Apache-2.0
"""Calls between green threads and coroutines: each is what the plain call would be in an all-green program."""

import contextvars
import logging

OPTIONS = {
    "many_crossings_at_once": {"sort": True},
}

VARIABLE = contextvars.ContextVar("VARIABLE", default="unset")


class Boom(Exception):
    pass


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


def outcome(log, thread):
    try:
        log("wait gives", thread.wait())
    except BaseException as e:
        log("wait raises", name(e))


async def values(ev, aio, bridge, log):
    async def double(x):
        await aio.sleep(0)
        return x * 2

    def green(x):
        ev.sleep(0)
        return bridge.call(double(x)) + 1

    log(await bridge.call_green(green, 5), ev.spawn(green, 6).wait())
    log(await bridge.call_green(lambda *a, **k: (a, k), 1, x=2))


async def exceptions_keep_identity(ev, aio, bridge, log):
    error = Boom("x")

    async def raises():
        await aio.sleep(0)
        raise error

    def green():
        try:
            bridge.call(raises())
        except Boom as e:
            log("green sees", e is error)
            raise

    try:
        await bridge.call_green(green)
    except Boom as e:
        log("coroutine sees", e is error)


async def no_added_yield_by_call(ev, aio, bridge, log):
    state = {"n": 0}

    async def nothing():
        return None

    def increment():
        v = state["n"]
        bridge.call(nothing())
        state["n"] = v + 1

    for g in [ev.spawn(increment) for _ in range(5)]:
        g.wait()
    log(state["n"])


async def no_added_yield_by_call_green(ev, aio, bridge, log):
    state = {"n": 0}

    def nothing():
        return None

    async def increment():
        v = state["n"]
        await bridge.call_green(nothing)
        state["n"] = v + 1

    for g in [aio.spawn(increment) for _ in range(5)]:
        await g.wait()
    log(state["n"])


async def rlock_over_call(ev, aio, bridge, log):
    lock = ev.RLock()

    async def inner():
        with lock:
            await aio.sleep(0)
            return "inner"

    def outer():
        with lock:
            return bridge.call(inner())

    log(ev.spawn(outer).wait())


async def rlock_over_call_green(ev, aio, bridge, log):
    lock = ev.RLock()

    def inner():
        with lock:
            return "inner"

    async def outer():
        with lock:
            return await bridge.call_green(inner)

    log(await outer(), ev.spawn(lambda: bridge.call(outer())).wait())


async def rlock_is_not_shared(ev, aio, bridge, log):
    lock = ev.RLock()
    inside = []

    async def worker(n):
        with lock:
            inside.append(n)
            await aio.sleep(0)
            log("alone", inside == [n])
            inside.remove(n)

    for g in [aio.spawn(worker, n) for n in range(3)]:
        await g.wait()


async def kill_swallowed_by_coroutine(ev, aio, bridge, log):
    async def fetch():
        try:
            await aio.sleep(5)
        except aio.GreenletExit:
            return "partial"

    def green():
        log("call gave", bridge.call(fetch()))
        return "done"

    g = ev.spawn(green)
    await aio.sleep(0.01)
    g.kill()
    outcome(log, g)


async def kill_with_exception_reaches_coroutine(ev, aio, bridge, log):
    error = Boom("kill")

    async def deep():
        try:
            await aio.sleep(5)
        except Boom as e:
            log("handled", e is error)
            return 1

    async def fetch():
        return await deep()

    def green():
        log("call gave", bridge.call(fetch()))

    g = ev.spawn(green)
    await aio.sleep(0.01)
    g.kill(error)
    outcome(log, g)


async def timeout_in_green_reaches_coroutine(ev, aio, bridge, log):
    async def fetch():
        try:
            await aio.sleep(5)
        except ev.Timeout as e:
            log("inner sees", e is timeout)
            raise

    try:
        with ev.Timeout(0.02) as timeout:
            await bridge.call_green(lambda: bridge.call(fetch()))
    except ev.Timeout as e:
        log("outer sees", e is timeout)


async def timeout_caught_in_coroutine(ev, aio, bridge, log):
    async def fetch():
        try:
            await aio.sleep(5)
        except ev.Timeout:
            return "inner caught it"

    def green():
        with ev.Timeout(0.02):
            value = bridge.call(fetch())
            ev.sleep(0.05)
            return value

    log(ev.spawn(green).wait())


async def silent_timeout_around_call(ev, aio, bridge, log):
    async def fetch():
        try:
            await aio.sleep(5)
        finally:
            log("finally")

    def green():
        with ev.Timeout(0.02, False):
            bridge.call(fetch())
            log("no")
        return "after"

    log(ev.spawn(green).wait())


async def eventlet_timeout_in_coroutine(ev, aio, bridge, log):
    for seconds, exception in ((0.01, None), (0.01, False), (0.01, Boom("own"))):
        try:
            with ev.Timeout(seconds, exception) as t:
                await aio.sleep(1)
                log("no")
            log("silent")
        except ev.Timeout as e:
            log(e is t)
        except Boom as e:
            log(name(e))


async def kill_order(ev, aio, bridge, log):
    async def fetch():
        try:
            await aio.sleep(5)
        finally:
            log("finally")

    g = ev.spawn(lambda: bridge.call(fetch()))
    await aio.sleep(0.01)
    g.kill()
    log("after kill", g.dead)


async def kill_before_it_begins(ev, aio, bridge, log):
    async def fetch():
        log("no")

    def green():
        bridge.call(fetch())

    g = ev.spawn(green)
    g.kill()
    outcome(log, g)
    await aio.sleep(0.01)


async def kill_with_cleanup(ev, aio, bridge, log):
    async def fetch():
        try:
            await aio.sleep(5)
        finally:
            await aio.sleep(0.02)
            log("cleaned")

    g = ev.spawn(lambda: bridge.call(fetch()))
    await aio.sleep(0.01)
    g.kill()
    log("kill returned", g.dead)
    outcome(log, g)


async def kill_through_a_chain(ev, aio, bridge, log):
    async def inner():
        try:
            await aio.sleep(5)
        except BaseException as e:
            log("inner", type(e).__name__)
            raise
        finally:
            log("inner finally")

    def middle():
        try:
            return bridge.call(inner())
        except BaseException as e:
            log("middle", type(e).__name__)
            raise

    async def outer():
        try:
            return await bridge.call_green(middle)
        except BaseException as e:
            log("outer", type(e).__name__)
            raise

    g = ev.spawn(lambda: bridge.call(outer()))
    await aio.sleep(0.01)
    log("kill")
    g.kill()
    log("killed", g.dead)
    outcome(log, g)


async def facade_below_a_coroutine(ev, aio, bridge, log):
    async def implementation():
        log("side effect")
        await aio.sleep(0)
        return 1

    def facade():
        return bridge.call(implementation())

    log(facade(), facade())


async def forced_sync_callables(ev, aio, bridge, log):
    async def io(x):
        await aio.sleep(0)
        return x

    class Thing:
        def __init__(self):
            self.x = bridge.call(io(1))

        @property
        def data(self):
            ev.sleep(0)
            return bridge.call(io(7))

        def __len__(self):
            return bridge.call(io(3))

        def __eq__(self, other):
            return bridge.call(io(True))

        def __iter__(self):
            yield bridge.call(io("a"))
            ev.sleep(0)
            yield bridge.call(io("b"))

    t = Thing()
    log(t.x, t.data, len(t), t == 5, list(t))
    log(sorted([3, 1, 2], key=lambda v: bridge.call(io(-v))))
    log([x for x in map(lambda v: bridge.call(io(v)), [1, 2])], max([1, 5, 2], key=lambda v: (ev.sleep(0), v)[1]))


async def stop_iteration(ev, aio, bridge, log):
    async def first(items):
        await aio.sleep(0)
        return next(iter(items))

    def green():
        try:
            return bridge.call(first(()))
        except StopIteration as e:
            return name(e)

    log(ev.spawn(green).wait())


async def generators_over_the_frontier(ev, aio, bridge, log):
    async def numbers(n):
        try:
            for i in range(n):
                await aio.sleep(0)
                yield i
        finally:
            log("async generator ends")

    def green_numbers(n):
        try:
            for i in range(n):
                ev.sleep(0)
                yield i
        finally:
            log("green generator ends")

    log(list(bridge.iterate(numbers(3))))
    log([x async for x in bridge.iterate_green(green_numbers(3))])

    def consume():
        for x in bridge.iterate(numbers(5)):
            if x == 2:
                return x

    log(ev.spawn(consume).wait())


async def generator_with_timeout(ev, aio, bridge, log):
    def slow():
        try:
            with ev.Timeout(0.15):
                for i in range(10):
                    ev.sleep(0.04)
                    yield i
        except ev.Timeout:
            log("caught in the generator")

    got = []
    async for x in bridge.iterate_green(slow()):
        got.append(x)
    log(len(got) < 10)


async def context_managers(ev, aio, bridge, log):
    class Green:
        def __enter__(self):
            ev.sleep(0)
            log("green enter")
            return 1

        def __exit__(self, kind, value, trace):
            ev.sleep(0)
            log("green exit", kind.__name__ if kind else None)
            return kind is Boom

    class Async:
        async def __aenter__(self):
            await aio.sleep(0)
            log("async enter")
            return 2

        async def __aexit__(self, kind, value, trace):
            await aio.sleep(0)
            log("async exit", kind.__name__ if kind else None)
            return kind is Boom

    async with bridge.context_green(Green()) as x:
        log(x)
        raise Boom
    with bridge.context(Async()) as y:
        log(y)
        raise Boom
    with Green() as x:
        log(x)
    async with Async() as y:
        log(y)


async def locals_follow_the_thread(ev, aio, bridge, log):
    local = ev.Local()

    async def read():
        before = getattr(local, "x", "unset")
        await aio.sleep(0)
        return before, getattr(local, "x", "unset"), await bridge.call_green(lambda: getattr(local, "x", "unset"))

    def green(n):
        local.x = n
        ev.sleep(0)
        return bridge.call(read())

    for g in [ev.spawn(green, n) for n in range(3)]:
        log(g.wait())

    async def worker(n):
        local.x = n
        await aio.sleep(0)
        return await bridge.call_green(lambda: local.x), ev.spawn(lambda: hasattr(local, "x")).wait()

    for g in [aio.spawn(worker, n) for n in range(3)]:
        log(await g.wait())


async def converted_locals_follow_the_thread(ev, aio, bridge, log):
    local = aio.Local()

    async def write_and_read(n):
        local.x = n
        await aio.sleep(0)
        return local.x

    def green(n):
        a = bridge.call(write_and_read(n))
        ev.sleep(0)
        return a, bridge.call(read())

    async def read():
        return local.x

    for g in [ev.spawn(green, n) for n in range(3)]:
        log(g.wait())
    log(hasattr(local, "x"))


async def getcurrent_follows_the_thread(ev, aio, bridge, log):
    async def me():
        first = ev.current()
        await aio.sleep(0)
        return first, ev.current()

    def green():
        a, b = bridge.call(me())
        return a is b is ev.current() is g

    g = ev.spawn(green)
    log(g.wait())
    a, b = await me()
    log(a is b, a is ev.current())


async def kill_of_getcurrent(ev, aio, bridge, log):
    async def f():
        try:
            ev.kill(ev.current())
            log("no")
        finally:
            log("finally")

    g = ev.spawn(lambda: bridge.call(f()))
    outcome(log, g)
    log("alive")


async def contextvars_cross(ev, aio, bridge, log):
    async def read():
        seen = VARIABLE.get()
        VARIABLE.set("set by coroutine")
        await aio.sleep(0)
        return seen, await bridge.call_green(VARIABLE.get)

    def green():
        VARIABLE.set("set by green")
        return bridge.call(read()), VARIABLE.get(), ev.spawn(VARIABLE.get).wait()

    log(ev.spawn(green).wait())
    VARIABLE.set("set by main")
    log(await bridge.call_green(VARIABLE.get), await aio.spawn(VARIABLE.get).wait())


async def locks_of_eventlet_in_coroutines(ev, aio, bridge, log):
    lock = ev.Semaphore(1)

    async def worker(n):
        with lock:
            log("in", n)
            await aio.sleep(0)
            ev.sleep(0)
            log("out", n)

    for g in [aio.spawn(worker, n) for n in range(3)]:
        await g.wait()
    log(lock.counter)


async def queue_of_eventlet_between_both(ev, aio, bridge, log):
    q = ev.Queue(0)
    got = []

    async def producer():
        for i in range(4):
            q.put(i)
            await aio.sleep(0)
        q.put(None)

    def consumer():
        while True:
            x = q.get()
            if x is None:
                return got
            got.append(x)

    aio.spawn(producer)
    log(ev.spawn(consumer).wait())


async def event_of_eventlet_between_both(ev, aio, bridge, log):
    e = ev.Event()

    async def waiter():
        return e.wait()

    g = aio.spawn(waiter)
    ev.spawn_after(0.01, e.send, 5)
    log(await g.wait(), e.wait())


async def pool_of_eventlet_in_coroutine(ev, aio, bridge, log):
    p = ev.Pool(2)

    def work(x):
        ev.sleep(0.001)
        return x

    log([g.wait() for g in [p.spawn(work, i) for i in range(4)]])
    log(list(p.imap(work, range(3))))
    p.waitall()


async def converted_queue_between_both(ev, aio, bridge, log):
    q = aio.Queue(1)
    got = []

    def producer():
        for i in range(4):
            bridge.call(q.put(i))
            ev.sleep(0)
        bridge.call(q.put(None))

    async def consumer():
        while True:
            x = await q.get()
            if x is None:
                return got
            got.append(x)

    ev.spawn(producer)
    log(await aio.spawn(consumer).wait(), q.qsize())


async def converted_timeout_around_green(ev, aio, bridge, log):
    with aio.Timeout(0.01, False):
        ev.sleep(1)
        log("no")
    with aio.Timeout(0.01) as t:
        try:
            await bridge.call_green(ev.sleep, 1)
        except aio.Timeout as e:
            log(e is t)


async def kill_of_converted_task_in_green_call(ev, aio, bridge, log):
    async def worker():
        try:
            await bridge.call_green(ev.sleep, 5)
        except BaseException as e:
            log(type(e).__name__)
            raise
        finally:
            log("finally")

    g = aio.spawn(worker)
    await aio.sleep(0.01)
    await g.kill()
    log(g.dead)
    g = aio.spawn(worker)
    await aio.sleep(0.01)
    await g.kill(Boom("own"))
    log(g.dead)


async def logging_while_the_lock_is_held(ev, aio, bridge, log):
    class Handler(logging.Handler):
        def emit(self, record):
            log("begin", record.getMessage())
            if record.getMessage() == "green":
                ev.sleep(0.02)
            log("end", record.getMessage())

    logger = logging.getLogger("probe")
    handler = Handler()
    handler.lock = ev.RLock()
    logger.addHandler(handler)
    logger.propagate = False

    async def coroutine():
        logger.warning("async")
        return "logged"

    ev.spawn(logger.warning, "green")
    ev.sleep(0)
    log(await coroutine())


async def spawn_orders_across(ev, aio, bridge, log):
    async def a(n):
        log("coroutine", n)
        await aio.sleep(0)
        log("coroutine", n, "again")

    def g(n):
        log("green", n)
        ev.sleep(0)
        log("green", n, "again")

    ev.spawn(g, 1)
    aio.spawn(a, 2)
    ev.spawn(g, 3)
    aio.spawn(a, 4)
    log("spawned")
    await aio.sleep(0)
    log("main")
    ev.sleep(0)
    log("main again")


async def many_crossings_at_once(ev, aio, bridge, log):
    def green(n):
        ev.sleep(0.001 * (n % 3))
        return bridge.call(coroutine(n))

    async def coroutine(n):
        await aio.sleep(0.001 * (n % 2))
        if n % 5 == 0:
            raise Boom(n)
        return await bridge.call_green(lambda: n * n)

    async def one(n):
        try:
            log(n, await bridge.call_green(green, n))
        except Boom as e:
            log(n, "Boom", e)

    for g in [aio.spawn(one, n) for n in range(20)]:
        await g.wait()


async def deep_nesting(ev, aio, bridge, log):
    def green(n):
        if n == 0:
            ev.sleep(0)
            return 0
        return bridge.call(coroutine(n - 1)) + 1

    async def coroutine(n):
        if n == 0:
            await aio.sleep(0)
            return 0
        return await bridge.call_green(green, n - 1) + 1

    log(ev.spawn(green, 100).wait())


async def exception_from_deep(ev, aio, bridge, log):
    error = Boom("deep")

    def green(n):
        if n == 0:
            raise error
        bridge.call(coroutine(n - 1))

    async def coroutine(n):
        await bridge.call_green(green, n)

    try:
        await bridge.call_green(green, 20)
    except Boom as e:
        log(e is error)


async def killed_waiter_of_a_converted_task(ev, aio, bridge, log):
    async def work():
        await aio.sleep(0.05)
        return "value"

    t = aio.spawn(work)
    g = ev.spawn(lambda: bridge.call(t.wait()))
    await aio.sleep(0)
    g.kill()
    log(g.dead, t.dead)
    log(await t.wait())


async def links_across(ev, aio, bridge, log):
    async def work():
        await aio.sleep(0)
        return 5

    def green_link(t):
        ev.sleep(0)
        log("linked")

    t = aio.spawn(work)
    t.link(green_link)
    log(await t.wait())
    await aio.sleep(0.01)
    log(t.dead)


async def system_exit_stays_usable(ev, aio, bridge, log):
    async def f():
        await aio.sleep(0)
        raise SystemExit(3)

    try:
        await bridge.call_green(lambda: bridge.call(f()))
    except SystemExit as e:
        log(repr(e))
    ev.sleep(0.01)
    log("hub works", ev.spawn(lambda: 1).wait())


async def system_exit_of_a_task(ev, aio, bridge, log):
    async def f():
        raise SystemExit(4)

    aio.spawn(f)
    try:
        await aio.sleep(1)
    except SystemExit as e:
        log(repr(e))
    ev.sleep(0.01)
    log("hub works", ev.spawn(lambda: 1).wait())


async def stray_wakeups(ev, aio, bridge, log):
    async def f():
        try:
            await aio.sleep(0.05)
            log("slept")
        except Boom:
            await aio.sleep(0.05)
            log("slept after kill")
        await aio.sleep(0)

    g = ev.spawn(lambda: bridge.call(f()))
    await aio.sleep(0.01)
    g.kill(Boom())
    log("killed", g.dead)
    g.wait()
