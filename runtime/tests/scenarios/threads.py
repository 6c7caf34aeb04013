# SPDX-License-Identifier: Apache-2.0
"""to_thread and tpool."""

import time

OPTIONS = {}


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def values_and_exceptions(aio, log):
    def f(*a, **k):
        return a, k

    def bad(e):
        raise e

    log(await aio.to_thread(f, 1, x=2))
    for e in (KeyError("k"), OSError(5, "x"), aio.Timeout(None)):
        try:
            await aio.to_thread(bad, e)
        except BaseException as x:
            log(name(x), x is e)


async def others_run_meanwhile(aio, log):
    async def other():
        for i in range(3):
            log("other", i)
            await aio.sleep(0.01)

    g = aio.spawn(other)
    await aio.to_thread(time.sleep, 0.2)
    log("slept")
    await g.wait()


async def several_at_once(aio, log):
    gs = [aio.spawn(aio.to_thread, time.sleep, 0.2) for _ in range(5)]
    began = time.monotonic()
    for g in gs:
        await g.wait()
    log(time.monotonic() - began < 0.8)


async def killed_while_in_thread(aio, log):
    done = []
    await aio.to_thread(int)

    def work():
        time.sleep(0.1)
        done.append(1)

    g = aio.spawn(aio.to_thread, work)
    await aio.sleep(0.01)
    await g.kill()
    log(g.dead, done)
    await aio.sleep(0.3)
    log(done)
