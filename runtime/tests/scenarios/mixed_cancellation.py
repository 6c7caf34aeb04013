# SPDX-License-Identifier: Apache-2.0
"""The 35 probes of cancellation between the two universes, in the guide's form of calls.

Those with a green form are compared with it; those that need asyncio's own cancellation say what they expect.
"""

import asyncio

OPTIONS = {
    "p03_kill_before_start_of_a_task": {"expect": ["wait raises GreenletExit", "cancelled True"]},
    "p08_coroutine_cancels_itself": {"expect": ["wait raises CancelledError"]},
    "p11_task_cancelled_awaiting_thread": {
        "expect": ["g start", "cancel", "g got GreenletExit", "g finally", "task raised CancelledError", "g dead True"],
        "printed": False,
    },
    "p12_cancel_of_awaiter_swallowed": {"expect": ["g start", "g got GreenletExit", "g finally", "task gives swallowed"]},
    "p13_cancel_of_awaiter_with_cleanup": {
        "expect": ["g start", "g got GreenletExit", "g cleanup done", "g finally", "task raised CancelledError True"],
        "printed": False,
    },
    "p14_cancel_of_awaiter_not_started": {"expect": ["task raised CancelledError True"], "printed": False},
    "p15_two_awaiters_one_cancelled": {
        "expect": ["g start", "t1 raised CancelledError", "g completed", "g finally", "t2 gives R"]
    },
    "p16_thread_killed_while_awaited": {
        "expect": ["g start", "g got GreenletExit", "g finally", "await raised CancelledError 0", "task goes on"],
        "printed": False,
    },
    "p24_asyncio_timeout_around_thread": {"python": (3, 11), 
        "expect": ["g start", "g got GreenletExit", "g finally", "raised TimeoutError True"],
        "printed": False,
    },
    "p25_wait_for_thread": {
        "expect": ["g start", "g got GreenletExit", "g finally", "raised TimeoutError True"],
        "printed": False,
    },
    "p26_shield": {"expect": ["g start", "raised TimeoutError False", "g completed", "g finally"]},
    "p27_gather_fails": {
        "expect": ["g start", "raised ValueError False", "g completed", "g finally"],
        "printed": False,
    },
    "p28_task_group": {"python": (3, 11), 
        "expect": ["g start", "g got GreenletExit", "g finally", "raised ExceptionGroup True"],
        "printed": False,
    },
    "p35_cancelled_thread_awaited": {"expect": ["await raised CancelledError"], "printed": False},
    "task_cancel_while_it_blocks_in_green": {
        "expect": ["got CancelledError", "finally", "task raised CancelledError"],
        "printed": False,
    },
    "asyncio_timeout_around_green": {"python": (3, 11), "expect": ["TimeoutError", "TimeoutError in green", "nested"]},
}


class Own(Exception):
    pass


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


def _coroutine(aio, log, swallow=False, cleanup=0):
    async def c():
        log("c start")
        try:
            await aio.sleep(0.3)
            log("c completed")
            return "R"
        except BaseException as e:
            log("c got", type(e).__name__)
            if swallow:
                return "swallowed"
            raise
        finally:
            if cleanup:
                await aio.sleep(cleanup)
                log("c cleanup done")
            log("c finally")

    return c


def _green(ev, log, swallow=False, cleanup=0):
    def g():
        log("g start")
        try:
            ev.sleep(0.3)
            log("g completed")
            return "R"
        except BaseException as e:
            log("g got", type(e).__name__)
            if swallow:
                return "swallowed"
            raise
        finally:
            if cleanup:
                ev.sleep(cleanup)
                log("g cleanup done")
            log("g finally")

    return g


def _outcome(log, g):
    try:
        log("wait gives", g.wait())
    except BaseException as e:
        log("wait raises", name(e))


async def p01_kill(ev, aio, bridge, log):
    c = _coroutine(aio, log)
    g = bridge.spawn_for_awaitable(c())
    ev.sleep(0.05)
    log("kill")
    g.kill()
    log("kill returned")
    _outcome(log, g)


async def p02_kill_before_start(ev, aio, bridge, log):
    c = _coroutine(aio, log)
    g = bridge.spawn_for_awaitable(c())
    g.kill()
    _outcome(log, g)
    ev.sleep(0.05)
    log("later")


async def p03_kill_before_start_of_a_task(ev, aio, bridge, log):
    task = asyncio.get_running_loop().create_task(_coroutine(aio, log)())
    g = bridge.spawn_for_awaitable(task)
    g.kill()
    _outcome(log, g)
    ev.sleep(0.05)
    log("cancelled", task.cancelled())


async def p04_kill_with_exc_info(ev, aio, bridge, log):
    c = _coroutine(aio, log)
    g = bridge.spawn_for_awaitable(c())
    ev.sleep(0.05)
    g.kill(ValueError, ValueError("custom"), None)
    _outcome(log, g)


async def p05_kill_with_instance(ev, aio, bridge, log):
    c = _coroutine(aio, log)
    g = bridge.spawn_for_awaitable(c())
    ev.sleep(0.05)
    g.kill(ValueError("custom"))
    _outcome(log, g)


async def p06_kill_swallowed(ev, aio, bridge, log):
    c = _coroutine(aio, log, swallow=True)
    g = bridge.spawn_for_awaitable(c())
    ev.sleep(0.05)
    g.kill()
    _outcome(log, g)


async def p07_kill_with_cleanup(ev, aio, bridge, log):
    c = _coroutine(aio, log, cleanup=0.1)
    g = bridge.spawn_for_awaitable(c())
    ev.sleep(0.05)
    g.kill()
    log("kill returned", g.dead)
    _outcome(log, g)
    log("waited")


async def p08_coroutine_cancels_itself(ev, aio, bridge, log):
    async def c():
        asyncio.current_task().cancel()
        await asyncio.sleep(1)

    g = bridge.spawn_for_awaitable(c())
    _outcome(log, g)


async def p09_coroutine_raises_greenletexit(ev, aio, bridge, log):
    async def c():
        raise aio.GreenletExit("x")

    _outcome(log, bridge.spawn_for_awaitable(c()))


async def p10_coroutine_raises_systemexit(ev, aio, bridge, log):
    async def c():
        raise SystemExit(3)

    try:
        _outcome(log, bridge.spawn_for_awaitable(c()))
    except BaseException as e:
        log("outer", repr(e))
    ev.sleep(0.01)
    log("hub works")


async def p11_task_cancelled_awaiting_thread(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))

    async def a():
        return await g

    t = asyncio.create_task(a())
    await asyncio.sleep(0.05)
    log("cancel")
    t.cancel()
    try:
        log("task", await t)
    except BaseException as e:
        log("task raised", type(e).__name__)
    log("g dead", g.dead)


async def p12_cancel_of_awaiter_swallowed(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log, swallow=True))

    async def a():
        return await g

    t = asyncio.create_task(a())
    await asyncio.sleep(0.05)
    t.cancel()
    try:
        log("task gives", await t)
    except BaseException as e:
        log("task raised", type(e).__name__)


async def p13_cancel_of_awaiter_with_cleanup(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log, cleanup=0.1))

    async def a():
        return await g

    t = asyncio.create_task(a())
    await asyncio.sleep(0.05)
    t.cancel()
    try:
        log("task", await t)
    except BaseException as e:
        log("task raised", type(e).__name__, g.dead)


async def p14_cancel_of_awaiter_not_started(ev, aio, bridge, log):
    g = ev.spawn_after(0.1, _green(ev, log))

    async def a():
        return await g

    t = asyncio.create_task(a())
    await asyncio.sleep(0.02)
    t.cancel()
    try:
        log("task", await t)
    except BaseException as e:
        log("task raised", type(e).__name__, g.dead)
    await asyncio.sleep(0.2)


async def p15_two_awaiters_one_cancelled(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))

    async def a(n):
        try:
            log(n, "gives", await g)
        except BaseException as e:
            log(n, "raised", type(e).__name__)

    t1 = asyncio.create_task(a("t1"))
    t2 = asyncio.create_task(a("t2"))
    await asyncio.sleep(0.05)
    t1.cancel()
    await asyncio.gather(t1, t2)


async def p16_thread_killed_while_awaited(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))
    ev.spawn_after(0.05, g.kill)
    try:
        await g
    except BaseException as e:
        log("await raised", type(e).__name__, asyncio.current_task().cancelling())
    await asyncio.sleep(0.01)
    log("task goes on")


async def p17_thread_killed_with_exception(ev, aio, bridge, log):
    error = Own("v")
    g = ev.spawn(_green(ev, log))
    ev.spawn_after(0.05, g.kill, error)
    try:
        await bridge.awaited(g)
    except Own as e:
        log("raised", e is error)


async def p18_thread_raises_stop_iteration(ev, aio, bridge, log):
    def f():
        raise StopIteration(3)

    def green():
        try:
            return bridge.call(bridge.awaited(ev.spawn(f)))
        except BaseException as e:
            return name(e)

    log(green())


async def p19_await_finished_thread(ev, aio, bridge, log):
    g = ev.spawn(lambda: 5)
    await aio.sleep(0.02)
    log(await bridge.awaited(g), await bridge.awaited(g))


async def p20_await_killed_thread(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))
    await aio.sleep(0.02)
    g.kill()
    log("dead", g.dead)
    try:
        log(g.wait())
    except aio.GreenletExit:
        log("GreenletExit")


async def p21_timeout_around_wait(ev, aio, bridge, log):
    c = _coroutine(aio, log)

    def green():
        with ev.Timeout(0.05):
            bridge.call(c())

    _outcome(log, ev.spawn(green))


async def p22_timeout_then_kill(ev, aio, bridge, log):
    c = _coroutine(aio, log)
    g = bridge.spawn_for_awaitable(c())
    try:
        with ev.Timeout(0.05):
            g.wait()
    except ev.Timeout:
        g.kill()
    log(g.dead)


async def p23_timeout_inside_coroutine(ev, aio, bridge, log):
    async def c():
        try:
            with ev.Timeout(0.05):
                await aio.sleep(0.2)
                log("no")
        except BaseException as e:
            log("raised in the coroutine", type(e).__name__)
            raise

    _outcome(log, bridge.spawn_for_awaitable(c()))
    ev.sleep(0.1)
    log("hub works")


async def p24_asyncio_timeout_around_thread(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))

    async def c():
        try:
            async with asyncio.timeout(0.05):
                await g
        except BaseException as e:
            log("raised", type(e).__name__, g.dead)

    await c()


async def p25_wait_for_thread(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))

    async def a():
        return await g

    try:
        await asyncio.wait_for(a(), 0.05)
    except BaseException as e:
        log("raised", type(e).__name__, g.dead)


async def p26_shield(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))
    try:
        await asyncio.wait_for(asyncio.shield(g), 0.05)
    except BaseException as e:
        log("raised", type(e).__name__, g.dead)
    await asyncio.sleep(0.5)


async def p27_gather_fails(ev, aio, bridge, log):
    def bad():
        ev.sleep(0.05)
        raise ValueError("b")

    g = ev.spawn(_green(ev, log))
    try:
        await asyncio.gather(g, ev.spawn(bad))
    except BaseException as e:
        log("raised", type(e).__name__, g.dead)
    await asyncio.sleep(0.5)


async def p28_task_group(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))

    async def w():
        return await g

    async def bad():
        await asyncio.sleep(0.05)
        raise ValueError("b")

    async def c():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(w())
                group.create_task(bad())
        except BaseException as e:
            log("raised", type(e).__name__, g.dead)

    await c()


async def p29_kill_of_a_chain(ev, aio, bridge, log):
    inner = _coroutine(aio, log)

    def middle():
        try:
            return bridge.call(inner())
        except BaseException as e:
            log("middle got", type(e).__name__)
            raise

    async def outer():
        try:
            return await bridge.call_green(middle)
        except BaseException as e:
            log("outer got", type(e).__name__)
            raise

    g = bridge.spawn_for_awaitable(outer())
    ev.sleep(0.05)
    log("kill")
    g.kill()
    _outcome(log, g)


async def p30_kill_of_the_usual_call(ev, aio, bridge, log):
    c = _coroutine(aio, log)
    g = ev.spawn(lambda: bridge.call(c()))
    ev.sleep(0.05)
    g.kill()
    _outcome(log, g)


async def p31_kill_from_a_coroutine(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))
    await aio.sleep(0.02)
    g.kill()
    log("after kill", g.dead)


async def p32_wrapper_awaited(ev, aio, bridge, log):
    c = _coroutine(aio, log)
    log(await bridge.awaited(bridge.spawn_for_awaitable(c())))


async def p33_exception_printed(ev, aio, bridge, log):
    async def boom():
        raise ValueError("boom")

    _outcome(log, bridge.spawn_for_awaitable(boom()))
    ev.sleep(0.01)


async def p34_thread_exception_printed(ev, aio, bridge, log):
    def f():
        raise ValueError("boom")

    try:
        await bridge.awaited(ev.spawn(f))
    except ValueError as e:
        log("caught", e)
    ev.sleep(0.01)


async def p35_cancelled_thread_awaited(ev, aio, bridge, log):
    g = ev.spawn(_green(ev, log))
    g.cancel()
    try:
        await g
    except BaseException as e:
        log("await raised", type(e).__name__)


async def task_cancel_while_it_blocks_in_green(ev, aio, bridge, log):
    async def f():
        try:
            ev.sleep(0.5)
        except BaseException as e:
            log("got", type(e).__name__)
            raise
        finally:
            log("finally")

    t = asyncio.create_task(f())
    await asyncio.sleep(0.01)
    t.cancel()
    try:
        await t
    except BaseException as e:
        log("task raised", type(e).__name__)


async def asyncio_timeout_around_green(ev, aio, bridge, log):
    async def blocks():
        try:
            async with asyncio.timeout(0.02):
                ev.sleep(1)
        except BaseException as e:
            log(type(e).__name__)

    await blocks()

    async def inner():
        async with asyncio.timeout(0.02):
            await asyncio.sleep(1)

    def green():
        try:
            bridge.call(inner())
        except TimeoutError:
            log("TimeoutError in green")

    async def outer():
        async with asyncio.timeout(5):
            await bridge.call_green(green)

    await outer()
    log("nested")
