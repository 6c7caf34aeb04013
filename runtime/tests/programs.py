# SPDX-License-Identifier: Apache-2.0
"""Whole programs: how they end and how they are interrupted. See test_programs.py.

    python programs.py MODE NAME        runs one, in the modes of harness.py
"""

import os
import signal
import sys
import threading
import time

# What the test does to a program once it has printed READY, and how it ends on Eventlet besides its output.
SIGNALS = {
    "interrupt_waiting_main": "SIGINT",
    "interrupt_caught_in_main": "SIGINT",
    "interrupt_main_waits_for_task": "SIGINT",
    "interrupt_busy_main": "SIGINT",
    "interrupt_busy_task": "SIGINT",
    "interrupt_twice": "SIGINT",
    "terminated_with_finally": "SIGTERM",
    "terminated_and_survives": "SIGTERM",
    "alarm_raises": "SIGALRM",
}


class Boom(Exception):
    pass


async def ends_with_running_tasks(aio, log):
    async def f(n):
        try:
            await aio.sleep(10)
        finally:
            log("finally", n)

    for n in range(3):
        aio.spawn(f, n)
    aio.spawn_n(f, 9)
    await aio.sleep(0)
    log("main ends")


async def ends_with_generators(aio, log):
    async def numbers():
        try:
            while True:
                await aio.sleep(0.001)
                yield 1
        finally:
            log("generator finally")

    async def f():
        async for _ in numbers():
            pass

    aio.spawn(f)
    await aio.sleep(0.05)
    log("main ends")


async def ends_with_contexts(aio, log):
    s = aio.Semaphore(1)
    q = aio.Queue()

    class Context:
        async def __aenter__(self):
            log("enter")

        async def __aexit__(self, *exc):
            log("exit")

    async def f():
        async with Context():
            async with s:
                await q.get()

    aio.spawn(f)
    await aio.sleep(0.01)
    log("main ends")


async def ends_with_unstarted(aio, log):
    async def f():
        log("no")

    aio.spawn(f)
    aio.spawn_after(0.01, f)
    log("main ends")


async def ends_with_threads(aio, log):
    def work():
        time.sleep(30)

    aio.spawn(aio.to_thread, work)
    await aio.sleep(0.1)
    log("main ends")
    if getattr(aio, "green", False):
        sys.stdout.flush()
        os._exit(0)  # Eventlet joins its pool's threads at exit; offlet's are daemons


async def ends_with_timeout_pending(aio, log):
    aio.Timeout(10)
    log("main ends")


async def raises(aio, log):
    async def f():
        try:
            await aio.sleep(10)
        finally:
            log("no")

    aio.spawn(f)
    await aio.sleep(0)
    raise Boom("main")


async def exits(aio, log):
    await aio.sleep(0)
    try:
        sys.exit(3)
    finally:
        log("finally")


async def task_exits(aio, log):
    async def f():
        try:
            await aio.sleep(0)
            sys.exit(4)
        finally:
            log("task finally")

    aio.spawn(f)
    try:
        await aio.sleep(10)
    except SystemExit as e:
        log("main got", repr(e))
        raise
    finally:
        log("main finally")


async def task_exits_and_main_goes_on(aio, log):
    async def f():
        sys.exit(5)

    async def g():
        for i in range(3):
            await aio.sleep(0.01)
            log("other", i)

    h = aio.spawn(g)
    t = aio.spawn(f)
    try:
        await aio.sleep(10)
    except SystemExit as e:
        log("main got", repr(e))
    await h.wait()
    try:
        await t.wait()
    except SystemExit as e:
        log("wait gives", repr(e))
    log("end")


async def task_exits_while_main_waits_for_it(aio, log):
    async def f():
        await aio.sleep(0.01)
        sys.exit(6)

    t = aio.spawn(f)
    try:
        await t.wait()
    except SystemExit as e:
        log("main got", repr(e))
    log(t.dead)


async def task_interrupts(aio, log):
    async def f():
        raise KeyboardInterrupt("by hand")

    aio.spawn(f)
    try:
        await aio.sleep(10)
    except KeyboardInterrupt as e:
        log("main got", repr(e))


async def exit_in_link(aio, log):
    def link(t):
        sys.exit(7)

    t = aio.spawn(lambda: 5)
    t.link(link)
    try:
        await aio.sleep(10)
    except SystemExit as e:
        log("main got", repr(e), await t.wait(), t.dead)


async def interrupt_waiting_main(aio, log):
    async def f():
        try:
            await aio.sleep(10)
        finally:
            log("no")

    aio.spawn(f)
    try:
        log("READY")
        await aio.sleep(10)
    except Exception:
        log("no")
    finally:
        log("main finally")


async def interrupt_caught_in_main(aio, log):
    ticks = []

    async def f():
        while True:
            await aio.sleep(0.01)
            ticks.append(1)

    aio.spawn(f)
    try:
        log("READY")
        await aio.sleep(10)
    except KeyboardInterrupt as e:
        log("caught", repr(e))
    seen = len(ticks)
    await aio.sleep(0.2)
    log("tasks go on", len(ticks) > seen)


async def interrupt_main_waits_for_task(aio, log):
    async def f():
        await aio.sleep(0.5)
        return "value"

    t = aio.spawn(f)
    try:
        log("READY")
        await t.wait()
    except KeyboardInterrupt:
        log("caught", t.dead)
    log(await t.wait())


async def interrupt_busy_main(aio, log):
    await aio.sleep(0)
    try:
        log("READY")
        end = time.monotonic() + 10
        while time.monotonic() < end:
            pass
    except KeyboardInterrupt:
        log("caught in busy main")


async def interrupt_busy_task(aio, log):
    async def f():
        try:
            log("READY")
            end = time.monotonic() + 10
            while time.monotonic() < end:
                pass
        except KeyboardInterrupt:
            log("caught in busy task")
            raise

    aio.spawn(f)
    try:
        await aio.sleep(20)
    except KeyboardInterrupt:
        log("and in main")


async def interrupt_twice(aio, log):
    log("READY")
    for _ in range(2):
        try:
            await aio.sleep(10)
        except KeyboardInterrupt:
            log("caught")
            os.kill(os.getpid(), signal.SIGINT) if _ == 0 else None


async def terminated_with_finally(aio, log):
    def handler(signum, frame):
        sys.exit(8)

    signal.signal(signal.SIGTERM, handler)
    try:
        log("READY")
        await aio.sleep(10)
    except SystemExit as e:
        log("main got", repr(e))
        raise
    finally:
        log("finally")


async def terminated_and_survives(aio, log):
    def handler(signum, frame):
        raise Boom("handler")

    signal.signal(signal.SIGTERM, handler)
    try:
        log("READY")
        await aio.sleep(10)
    except Boom as e:
        log("main got", repr(e))
    await aio.sleep(0.01)
    t = aio.spawn(lambda: "works")
    log(await t.wait())


async def alarm_raises(aio, log):
    def handler(signum, frame):
        raise Boom("alarm")

    signal.signal(signal.SIGALRM, handler)
    q = aio.Queue()
    try:
        log("READY")
        await q.get()
    except Boom as e:
        log("main got", repr(e), q.getting())
    with aio.Timeout(0.01, False):
        await q.get()
    log("end")


async def daemon_thread_does_not_hold(aio, log):
    def work():
        time.sleep(30)

    threading.Thread(target=work, daemon=True).start()
    await aio.sleep(0)
    log("main ends")


async def local_of_the_module(aio, log):
    log(getattr(MODULE_LOCAL[0], "value", "unset"))

    async def f():
        return getattr(MODULE_LOCAL[0], "value", "unset")

    log(await aio.spawn(f).wait())


async def spawned_by_the_module(aio, log):
    log("main")
    log(await MODULE_TASK[0].wait())


MODULE_LOCAL = []
MODULE_TASK = []


def run(mode, name):
    import pathlib
    import warnings

    import harness

    warnings.simplefilter("ignore")
    here = pathlib.Path(__file__).resolve()

    def log(*words):
        print(*words, flush=True)

    sys.path[:0] = [str(here.parent.parent), str(here.parent)]
    if mode != "aio":
        import eventlet
        import eventlet.hubs

        eventlet.hubs.use_hub("epolls" if mode == "green" else "eventlet.hubs.asyncio")
        if mode == "bridge_mp":
            eventlet.monkey_patch()
    if mode.startswith("green"):
        import green_names

        aio = green_names.aio
    else:
        from offlet import aio
    names = harness.load(here, mode.startswith("green"))
    local = aio.Local()
    local.value = "set by the module"
    names["MODULE_LOCAL"].append(local)
    if name == "spawned_by_the_module" and not mode.startswith("bridge"):

        def early():
            log("early")
            return "value"

        names["MODULE_TASK"].append(aio.spawn(early))
    program = names[name](aio, log) if not mode.startswith("green") else None
    if mode.startswith("green"):
        names[name](aio, log)
    elif mode == "aio":
        import asyncio

        asyncio.run(aio.main(program))
    else:
        from offlet import bridge

        if name == "spawned_by_the_module":

            async def nothing():
                names["MODULE_TASK"].append(aio.spawn(lambda: (log("early"), "value")[1]))

            bridge.call(nothing())
        bridge.call(program)


if __name__ == "__main__":
    run(*sys.argv[1:])
