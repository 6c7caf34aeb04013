# SPDX-License-Identifier: Apache-2.0
"""Event."""

OPTIONS = {"several_waiters": {"sort": True}, "exception_to_all": {"sort": True}}


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def _try(log, *what):
    try:
        log(*[await w for w in what])
    except BaseException as e:
        log("raised", name(e))


async def polling(aio, log):
    e = aio.Event()
    log(e.ready(), e.has_result(), e.has_exception(), e.poll(), e.poll("no"), e.poll_result(1), e.poll_exception(2))
    e.send(5)
    log(e.ready(), e.has_result(), e.has_exception(), e.poll(), e.poll_result(1), e.poll_exception(2))
    e.reset()
    log(e.ready())
    e.send_exception(KeyError("k"))
    for f in (e.poll, e.poll_exception):
        try:
            f()
        except KeyError as x:
            log(name(x))
    log(e.poll_result(3))


async def send_none(aio, log):
    e = aio.Event()
    e.send()
    log(e.ready(), await e.wait())


async def wait_with_timeout(aio, log):
    e = aio.Event()
    log(await e.wait(timeout=0.01), await e.wait(0))
    aio.spawn_after(0.01, e.send, 5)
    log(await e.wait(timeout=1))
    log(await e.wait(timeout=0.01))


async def several_waiters(aio, log):
    e = aio.Event()

    async def w(n):
        log(n, await e.wait())

    gs = [aio.spawn(w, n) for n in range(4)]
    await aio.sleep(0)
    e.send("v")
    log("sent")
    for g in gs:
        await g.wait()


async def exception_to_all(aio, log):
    e = aio.Event()

    async def w(n):
        try:
            await e.wait()
        except KeyError as x:
            log(n, name(x), x is error)

    gs = [aio.spawn(w, n) for n in range(3)]
    await aio.sleep(0)
    error = KeyError("k")
    e.send_exception(error)
    for g in gs:
        await g.wait()
    await w("late")


async def exception_forms(aio, log):
    for args in ((ValueError("i"),), (ValueError,), (ValueError, ValueError("v"), None), (ValueError, "text")):
        e = aio.Event()
        g = aio.spawn(e.wait)
        await aio.sleep(0)
        e.send_exception(*args)
        try:
            await g.wait()
        except ValueError as x:
            log(name(x))
        try:
            await e.wait()
        except ValueError as x:
            log(name(x))
    e = aio.Event()
    e.send(exc=ValueError("by send"))
    try:
        await e.wait()
    except ValueError as x:
        log(name(x))


async def send_does_not_switch(aio, log):
    e = aio.Event()

    async def w():
        await e.wait()
        log("woken")

    aio.spawn(w)
    await aio.sleep(0)
    e.send(1)
    log("sender goes on")
    await aio.sleep(0)
    log("end")


async def reset_before_the_waiter_runs(aio, log):
    e = aio.Event()
    g = aio.spawn(e.wait)
    await aio.sleep(0)
    e.send(1)
    e.reset()
    log(await g.wait(), e.ready())
    e.send(2)
    log(await e.wait())


async def killed_waiter(aio, log):
    e = aio.Event()
    g = aio.spawn(e.wait)
    await aio.sleep(0)
    await g.kill()
    e.send(1)
    await aio.sleep(0)
    log(g.dead, await e.wait())


async def killed_between_send_and_wake(aio, log):
    e = aio.Event()

    async def w():
        try:
            log("got", await e.wait())
        finally:
            log("ends")
            await aio.sleep(0.01)
            log("after")

    g = aio.spawn(w)
    await aio.sleep(0)
    e.send(1)
    await g.kill()
    await aio.sleep(0.1)
    log(g.dead)


async def sent_by_several(aio, log):
    e = aio.Event()
    e.send(1)
    try:
        e.send(2)
    except AssertionError as x:
        log(x)
    try:
        e.send_exception(ValueError())
    except AssertionError as x:
        log(x)
    log(await e.wait())


async def send_from_a_timer(aio, log):
    e = aio.Event()
    aio.spawn_after(0.01, e.send, "late")
    log(await e.wait())
