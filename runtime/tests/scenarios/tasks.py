# SPDX-License-Identifier: Apache-2.0
"""GreenThread: wait, link, unlink, kill, cancel, dead, in every state."""

import contextvars

OPTIONS = {
    "kill_each_other": {"threads": True},
    "wait_for_self": {"printed": False},
}

VARIABLE = contextvars.ContextVar("VARIABLE", default="unset")


class Boom(Exception):
    pass


class Quiet(BaseException):
    pass


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def _outcome(task):
    try:
        return await task.wait()
    except BaseException as e:
        return "raised " + name(e)


async def states(aio, log):
    async def f():
        log("inside", g.dead, bool(g), aio.current() is g)
        await aio.sleep(0)

    g = aio.spawn(f)
    log("new", g.dead, bool(g))
    await aio.sleep(0)
    log("waiting", g.dead, bool(g))
    await g.wait()
    log("ended", g.dead, bool(g))


async def arguments(aio, log):
    async def f(*a, **k):
        return a, k

    log(await aio.spawn(f, 1, 2, x=3).wait())
    log(await aio.spawn_after(0, f, 1, y=2).wait())
    done = []
    aio.spawn_n(done.append, 1)
    log(done)
    await aio.sleep(0)
    log(done)


async def waiters_of_one(aio, log):
    async def f():
        await aio.sleep(0.01)
        return "value"

    g = aio.spawn(f)
    got = []

    async def w(n):
        got.append((n, await g.wait()))

    ws = [aio.spawn(w, n) for n in range(4)]
    for x in ws:
        await x.wait()
    log(sorted(got))


async def killed_waiter_leaves_it(aio, log):
    async def f():
        await aio.sleep(0.02)
        return "value"

    g = aio.spawn(f)
    w = aio.spawn(g.wait)
    await aio.sleep(0)
    await w.kill()
    log(await _outcome(w), g.dead)
    log(await g.wait())


async def wait_under_timeout(aio, log):
    async def f():
        await aio.sleep(0.05)
        log("went on")
        return "value"

    g = aio.spawn(f)
    with aio.Timeout(0.01, False):
        await g.wait()
        log("no")
    log(g.dead)
    log(await g.wait())


async def wait_for_self(aio, log):
    async def f():
        await aio.current().wait()

    g = aio.spawn(f)
    await aio.sleep(0.01)
    log(g.dead)
    await g.kill()
    log(g.dead, await _outcome(g))


async def kill_with_exception(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        except Boom as e:
            log("handler", name(e), e is error)
            raise

    for error in (Boom("instance"), Quiet("base")):
        g = aio.spawn(f)
        await aio.sleep(0)
        await g.kill(error)
        log(g.dead, await _outcome(g))
    g = aio.spawn(f)
    await aio.sleep(0)
    error = None
    await g.kill(Boom)
    log(await _outcome(g))
    g = aio.spawn(f)
    await aio.sleep(0)
    error = Boom("three")
    await g.kill(Boom, error, None)
    log(await _outcome(g))
    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill(Boom, Boom("two"))
    log(await _outcome(g))
    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill(Boom, "argument")
    log(await _outcome(g))


async def kill_unstarted_with_exception(aio, log):
    def f():
        log("ran")

    await aio.sleep(0)
    for args in ((Boom("one"),), (Boom,), (Boom, Boom("two")), (Boom, Boom("three"), None)):
        g = aio.spawn(f)
        await g.kill(*args)
        log(g.dead, await _outcome(g))
    g = aio.spawn_n(f)
    await aio.kill(g)
    await aio.sleep(0)
    log(g.dead)
    g = aio.spawn_n(f)
    await aio.kill(g, Boom, Boom("n"), None)
    log(g.dead)


async def kill_unstarted_runs_links(aio, log):
    def f():
        log("ran")

    g = aio.spawn(f)
    g.link(lambda gt: log("link", gt.dead))

    async def linked(gt):
        await aio.sleep(0)
        log("async link", await _outcome(gt))

    await g.link(linked)
    await g.kill()
    log("killed")


async def kill_swallowed(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        except BaseException as e:
            log("swallowed", type(e).__name__)
        log("goes on")
        return "value"

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill()
    log(g.dead, await _outcome(g))


async def kill_swallowed_and_waits(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        except BaseException:
            log("cleaning")
            await aio.sleep(0.01)
            log("cleaned")
        return "value"

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill()
    log("kill returned", g.dead)
    log(await _outcome(g))


async def kill_cleanup_that_waits(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        finally:
            log("finally")
            await aio.sleep(0.01)
            log("finally ended")

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill()
    log("kill returned", g.dead)
    log(await _outcome(g), g.dead)


async def kill_twice(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        finally:
            try:
                await aio.sleep(1)
            finally:
                log("second")

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill()
    log(g.dead)
    await g.kill(Boom("late"))
    log(g.dead, await _outcome(g))
    await g.kill(Boom("too late"))
    log(await _outcome(g))


async def kill_self_with_exception(aio, log):
    async def f():
        try:
            await aio.current().kill(Boom("self"))
            log("no")
        except Boom as e:
            log("caught", e)
        return "value"

    log(await aio.spawn(f).wait())


async def kill_is_a_yield_point(aio, log):
    async def victim():
        try:
            await aio.sleep(1)
        finally:
            log("victim ends")
            aio.spawn(log, "spawned by victim")

    def other():
        log("other")

    g = aio.spawn(victim)
    await aio.sleep(0)
    aio.spawn(other)
    log("kill")
    await g.kill()
    log("killer goes on")
    await aio.sleep(0)
    log("end")


async def kill_each_other(aio, log):
    async def first():
        try:
            await aio.sleep(1)
            await second_task.kill()
            log("first after kill")
        finally:
            log("first ends")

    async def second():
        try:
            await aio.sleep(1)
        except BaseException:
            log("second kills first")
            await first_task.kill()
            log("second goes on", first_task.dead)
            raise
        finally:
            log("second ends")

    async def starter():
        try:
            await second_task.kill()
            log("first after kill")
        finally:
            log("first ends")

    second_task = aio.spawn(second)
    await aio.sleep(0)
    first_task = aio.spawn(starter)
    await aio.sleep(0.05)
    log("main", first_task.dead, second_task.dead)


async def kill_in_chain(aio, log):
    async def last():
        try:
            await aio.sleep(1)
        finally:
            log("last")

    async def middle():
        try:
            await aio.sleep(1)
        finally:
            await c.kill()
            log("middle")

    c = aio.spawn(last)
    b = aio.spawn(middle)
    await aio.sleep(0)
    await b.kill()
    log("killed", b.dead, c.dead)
    await aio.sleep(0.01)
    log(b.dead, c.dead)


async def cancel_states(aio, log):
    async def f():
        log("ran")
        await aio.sleep(0.01)
        return "value"

    g = aio.spawn(f)
    await g.cancel()
    log(g.dead, await _outcome(g))
    g = aio.spawn(f)
    await aio.sleep(0)
    await g.cancel()
    log(g.dead, await _outcome(g))
    await g.cancel()
    log(await _outcome(g))
    g = aio.spawn_after(0.01, f)
    await g.cancel(Boom, Boom("given"), None)
    log(await _outcome(g))


async def cancelled_later_does_not_run(aio, log):
    g = aio.spawn_after(0.01, log, "ran")
    await g.kill()
    await aio.sleep(0.05)
    log("end")


async def links(aio, log):
    async def f():
        log("f")
        return 7

    g = aio.spawn(f)

    def first(gt, *a, **k):
        log("first", gt is g, gt.dead, a, k, aio.current() is g)

    async def second(gt):
        log("second begins", await gt.wait())
        await aio.sleep(0)
        log("second ends", gt.dead)

    def third(gt):
        log("third", gt.dead)

    g.link(first, 1, k=2)
    await g.link(second)
    g.link(third)
    log("waited", await g.wait(), g.dead)
    await aio.sleep(0.01)
    log(g.dead)


async def link_fails(aio, log):
    def bad(gt):
        raise Boom("link")

    def after(gt):
        log("after")

    g = aio.spawn(lambda: 5)
    g.link(bad)
    g.link(after)
    log(await g.wait())
    await aio.sleep(0)
    log(g.dead)
    try:
        g.link(lambda gt: log("late"))
    except Boom as e:
        log(e)


async def late_link_fails(aio, log):
    def bad(gt):
        raise Boom("link")

    g = aio.spawn(lambda: 5)
    await g.wait()
    await aio.sleep(0)
    try:
        g.link(bad)
    except Boom as e:
        log("in the linker", e)
    g.link(lambda gt: log("next"))


async def late_async_link(aio, log):
    async def linked(gt, n):
        log("begins", n)
        await aio.sleep(0)
        log("ends", n)

    g = aio.spawn(lambda: 5)
    await g.wait()
    await aio.sleep(0)
    await g.link(linked, 1)
    log("end")


async def unlink(aio, log):
    g = aio.spawn(lambda: 5)

    def f(gt, *a):
        log("linked", a)

    g.link(f)
    g.link(f, 1)
    log(g.unlink(f), g.unlink(f), g.unlink(log))
    await g.wait()
    await aio.sleep(0)
    log(g.unlink(f, 1))


async def link_of_failed(aio, log):
    async def f():
        raise Boom("f")

    async def linked(gt):
        log(await _outcome(gt))

    g = aio.spawn(f)
    await g.link(linked)
    log(await _outcome(g))


async def kill_in_link(aio, log):
    async def linked(gt):
        try:
            await aio.sleep(1)
        finally:
            log("link killed")

    g = aio.spawn(lambda: 5)
    await g.link(linked)
    await aio.sleep(0)
    log(g.dead, await g.wait())
    await g.kill()
    log(g.dead, await g.wait())


async def spawn_after_local(aio, log):
    async def owner(stay):
        aio.spawn_after_local(0.02, log, "local", stay)
        aio.spawn_after(0.02, log, "after", stay)
        if stay:
            await aio.sleep(0.1)

    aio.spawn(owner, 1)
    await aio.spawn(owner, 0).wait()
    await aio.sleep(0.2)


async def context_is_empty(aio, log):
    VARIABLE.set("main")

    def f():
        log(VARIABLE.get())
        VARIABLE.set("task")
        return VARIABLE.get()

    log(await aio.spawn(f).wait(), VARIABLE.get())
    aio.spawn_n(f)
    await aio.sleep(0)


async def current_is_stable(aio, log):
    me = aio.current()

    async def f():
        inner = aio.current()
        await aio.sleep(0)
        log(inner is aio.current(), inner is me)
        return inner

    g = aio.spawn(f)
    log((await g.wait()) is g, me is aio.current(), len({me, g, me}), bool(me), me.dead)


async def exceptions_at_top(aio, log):
    async def f(error):
        await aio.sleep(0)
        raise error

    for error in (Boom("x"), Quiet("y"), aio.GreenletExit("z"), KeyError("k")):
        log(await _outcome(aio.spawn(f, error)))
        aio.spawn_n(f, error)
        await aio.sleep(0.01)


async def exception_chain_is_kept(aio, log):
    async def f():
        try:
            raise KeyError("inner")
        except KeyError as e:
            raise Boom("outer") from e

    try:
        await aio.spawn(f).wait()
    except Boom as e:
        log(repr(e.__cause__), e.__traceback__ is not None)


async def many(aio, log):
    total = []

    async def f(n):
        await aio.sleep(0)
        total.append(n)

    gs = [aio.spawn(f, n) for n in range(500)]
    for g in gs:
        await g.wait()
    log(total == list(range(500)))


async def wait_value_is_a_task(aio, log):
    def f():
        return aio.spawn(lambda: 5)

    inner = await aio.spawn(f).wait()
    log(await inner.wait())


async def spawn_in_dying(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        finally:
            aio.spawn(log, "spawned")

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill()
    log("end")
    await aio.sleep(0)


async def spawned_for_awaitables(aio, log):
    async def c(x):
        log("starts", x)
        try:
            await aio.sleep(0.005)
        finally:
            log("ends", x)
        return x

    t = aio.spawn_for_awaitable(c(1))
    log("made")
    log(await t.wait(), t.dead)
    t = aio.spawn_for_awaitable(c(2))
    await t.kill()
    log(t.dead)
    t = aio.spawn_for_awaitable(c(3))
    await aio.sleep(0)
    await t.kill(KeyError("k"))
    try:
        await t.wait()
    except KeyError as e:
        log(repr(e))
