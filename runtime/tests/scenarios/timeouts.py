# SPDX-License-Identifier: Apache-2.0
"""Timeout in all its forms."""

OPTIONS = {}


class Late(Exception):
    pass


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def text(aio, log):
    for t in (
        aio.Timeout(None),
        aio.Timeout(1),
        aio.Timeout(2),
        aio.Timeout(1.5, False),
        aio.Timeout(3, True),
        aio.Timeout(4, Late("late")),
        aio.Timeout(5, Late),
    ):
        log(str(t), "|", repr(t).replace(hex(id(t)), "ID"), t.pending, t.seconds, t.exception, t.args)
        t.cancel()
        log(repr(t).replace(hex(id(t)), "ID"), t.pending)
        log(aio.is_timeout(t), isinstance(t, Exception))


async def constructor_form(aio, log):
    t = aio.Timeout(0.01)
    try:
        await aio.sleep(1)
    except aio.Timeout as e:
        log(e is t, t.pending)
    finally:
        t.cancel()
    t = aio.Timeout(0.02)
    t.cancel()
    await aio.sleep(0.1)
    log("not raised")


async def forgotten_is_raised_later(aio, log):
    async def f():
        t = aio.Timeout(0.02)
        log(t.pending)

    async def g():
        await f()
        try:
            await aio.sleep(1)
        except aio.Timeout as e:
            log("later", name(e))

    await aio.spawn(g).wait()


async def of_a_dead_task(aio, log):
    async def f():
        aio.Timeout(0.01)

    await aio.spawn(f).wait()
    await aio.sleep(0.1)
    log("end")


async def start_again(aio, log):
    t = aio.Timeout(1)
    try:
        t.start()
    except AssertionError as e:
        log("AssertionError", "already started" in str(e))
    t.cancel()
    t.seconds = 0.01
    log(t.start() is t, t.pending)
    try:
        await aio.sleep(1)
    except aio.Timeout as e:
        log(e is t)
    log(t.pending)
    t.cancel()
    with t:
        log("again", t.pending)
        try:
            await aio.sleep(1)
        except aio.Timeout:
            log("raised again")
    log(t.pending)


async def expired_before_with(aio, log):
    t = aio.Timeout(0.01)
    try:
        await aio.sleep(1)
    except aio.Timeout:
        log("first")
    with t:
        await aio.sleep(0.05)
        log("does not start again")


async def cancel_inside(aio, log):
    with aio.Timeout(0.02) as t:
        t.cancel()
        await aio.sleep(0.1)
    log("not raised")


async def nested_inner(aio, log):
    try:
        with aio.Timeout(1) as outer:
            try:
                with aio.Timeout(0.01) as inner:
                    await aio.sleep(2)
            except aio.Timeout as e:
                log("inner", e is inner, outer.pending)
                await aio.sleep(0)
                raise
    except aio.Timeout as e:
        log(e is inner)


async def nested_silent(aio, log):
    with aio.Timeout(0.01, False):
        with aio.Timeout(1, False):
            await aio.sleep(2)
        log("no")
    log("outer silent")
    with aio.Timeout(1, False):
        with aio.Timeout(0.01, False):
            await aio.sleep(2)
        log("inner silent")


async def silent_swallows_only_itself(aio, log):
    other = aio.Timeout(0.01)
    try:
        with aio.Timeout(1, False):
            await aio.sleep(2)
        log("no")
    except aio.Timeout as e:
        log(e is other)


async def subclass(aio, log):
    class Mine(aio.Timeout):
        def __init__(self, what):
            self.what = what
            super().__init__(0.01)

        def __str__(self):
            return f"mine {self.what}"

    try:
        with Mine("x"):
            await aio.sleep(1)
    except Mine as e:
        log(name(e), e.seconds)


async def fires_in_a_callee(aio, log):
    async def deep(n):
        if n:
            await deep(n - 1)
        else:
            try:
                await aio.sleep(1)
            except aio.Timeout as e:
                log("deep", e is t)
                raise
            finally:
                log("deep finally")

    try:
        with aio.Timeout(0.01) as t:
            await deep(5)
    except aio.Timeout as e:
        log("top", e is t)


async def catch_and_go_on(aio, log):
    with aio.Timeout(0.01) as t:
        for i in range(3):
            try:
                await aio.sleep(0.05)
                log("slept", i)
            except aio.Timeout as e:
                log("caught", i, e is t)


async def in_finally_that_waits(aio, log):
    try:
        with aio.Timeout(0.01):
            try:
                await aio.sleep(1)
            finally:
                await aio.sleep(0.02)
                log("cleaned")
    except aio.Timeout:
        log("raised")


async def around_queue_get(aio, log):
    q = aio.Queue()
    with aio.Timeout(0.01, False):
        await q.get()
        log("no")
    await q.put(1)
    log(q.qsize(), q.getting(), await q.get())


async def around_semaphore(aio, log):
    s = aio.Semaphore(0)
    with aio.Timeout(0.01, False):
        await s.acquire()
        log("no")
    s.release()
    log(s.counter, s.balance, await s.acquire())


async def around_event(aio, log):
    e = aio.Event()
    with aio.Timeout(0.01, False):
        await e.wait()
        log("no")
    e.send(1)
    log(await e.wait())


async def around_pool(aio, log):
    p = aio.Pool(1)
    await p.spawn(aio.sleep, 0.05)
    with aio.Timeout(0.01, False):
        await p.spawn(log, "no")
        log("no")
    log(p.running(), p.free(), p.waiting())
    await p.waitall()
    log(p.running(), p.free(), p.waiting())


async def with_timeout_function(aio, log):
    async def f(x, y=1):
        await aio.sleep(0.001)
        return x, y

    log(await aio.with_timeout(1, f, 2, y=3))
    log(await aio.with_timeout(None, f, 2))
    log(await aio.with_timeout(0.01, aio.sleep, 1, timeout_value="late"))
    try:
        await aio.with_timeout(0.01, aio.sleep, 1)
    except aio.Timeout as e:
        log(name(e))

    async def own():
        raise aio.Timeout(None)

    try:
        await aio.with_timeout(1, own, timeout_value="no")
    except aio.Timeout as e:
        log("another's", e.seconds)

    async def bad():
        raise Late("x")

    try:
        await aio.with_timeout(1, bad, timeout_value="no")
    except Late as e:
        log(name(e))
    log(await aio.with_timeout(0.01, aio.sleep, 1, timeout_value=None))


async def is_timeout_kinds(aio, log):
    import socket

    class Flag(Exception):
        is_timeout = True

    t = aio.Timeout(None)
    log([aio.is_timeout(e) for e in (t, Flag(), TimeoutError(), socket.timeout(), ValueError(), None, OSError())])
    wrapped = aio.wrap_is_timeout(Late)
    log(wrapped is Late, aio.is_timeout(Late()))

    def make(x):
        return KeyError(x)

    log(aio.is_timeout(aio.wrap_is_timeout(make)(1)), repr(aio.wrap_is_timeout(make)(1)))


async def raised_by_hand(aio, log):
    try:
        raise aio.Timeout(None)
    except aio.Timeout as e:
        log(repr(str(e)), e.pending)
    try:
        raise aio.Timeout
    except aio.Timeout as e:
        log(repr(str(e)))


async def made_in_one_used_in_other(aio, log):
    box = []

    async def owner():
        box.append(aio.Timeout(0.02))
        try:
            await aio.sleep(1)
        except aio.Timeout as e:
            log("owner", e is box[0])

    async def user():
        while not box:
            await aio.sleep(0)
        with box[0]:
            await aio.sleep(0.05)
            log("user slept")

    a = aio.spawn(owner)
    b = aio.spawn(user)
    await a.wait()
    await b.wait()


async def in_the_main_program(aio, log):
    try:
        with aio.Timeout(0.01, Late("main")) as t:
            await aio.sleep(1)
    except Late as e:
        log(name(e), t.pending)


async def bad_exception(aio, log):
    with aio.Timeout(0.01, "not an exception"):
        await aio.sleep(0.05)
        log("went on")


async def during_kill(aio, log):
    async def victim():
        try:
            await aio.sleep(1)
        finally:
            await aio.sleep(0.02)

    g = aio.spawn(victim)
    await aio.sleep(0)
    with aio.Timeout(1):
        await g.kill()
    log(g.dead)


async def zero_and_negative(aio, log):
    for seconds in (0, -1):
        try:
            with aio.Timeout(seconds):
                await aio.sleep(0.05)
        except aio.Timeout as e:
            log(name(e))


async def block_that_never_waits(aio, log):
    with aio.Timeout(0.0001):
        for _ in range(100000):
            pass
    await aio.sleep(0.01)
    log("not raised")


async def exception_in_block(aio, log):
    try:
        with aio.Timeout(0.02) as t:
            raise Late("mine")
    except Late:
        log(t.pending)
    await aio.sleep(0.05)
    log("not raised")
