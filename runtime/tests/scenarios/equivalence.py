# SPDX-License-Identifier: Apache-2.0
"""The scenarios of the first experiments: what an Eventlet program shows of its order, its exceptions, its ends."""

import gc
import queue
import traceback

# allowed: other logs that Eventlet's arbitrary wake order could have given as well
# threads: compare the lines of each thread (first word) separately
OPTIONS = {
    "queue_wake_order": {"sort": True},
    "sleep_positive_and_zero": {"skip": ["asyncio_sleep"]},
    "tpool_system_exit": {"differs": ["SystemExit"]},
    "stop_iteration": {"differs": ["RuntimeError StopIteration(1)"]},
}


def name(error):
    return type(error).__name__


async def spawn_lazy(aio, log):
    async def f(n):
        log("run", n)
        await aio.sleep(0)
        log("end", n)
        return n

    a = aio.spawn(f, 1)
    b = aio.spawn(f, 2)
    log("spawned")
    log(await b.wait(), await a.wait())


async def sleep0_order(aio, log):
    async def f(n):
        for i in range(3):
            log(n, i)
            await aio.sleep(0)

    for g in [aio.spawn(f, i) for i in range(3)]:
        await g.wait()


async def sleep0_and_spawn(aio, log):
    def child():
        log("child")

    async def f():
        aio.spawn_n(child)
        log("f before")
        await aio.sleep(0)
        log("f after")

    await aio.spawn(f).wait()


async def sleep_positive_and_zero(aio, log):
    async def f(n, s):
        await aio.sleep(s)
        log(n)

    for g in [aio.spawn(f, "negative", -1), aio.spawn(f, "zero", 0), aio.spawn(f, "some", 0.01)]:
        await g.wait()


async def equal_timers(aio, log):
    for i in range(5):
        aio.spawn_after(0.01, log, i)
    await aio.sleep(0.1)


async def spawn_n_exception(aio, log):
    def f():
        raise ValueError("x")

    aio.spawn_n(f)
    await aio.sleep(0)
    log("alive")


async def spawn_exception_never_waited(aio, log):
    def f():
        raise ValueError("x")

    aio.spawn(f)
    await aio.sleep(0)
    log("alive")


async def wait_twice_for_exception(aio, log):
    async def f():
        raise ValueError("x")

    g = aio.spawn(f)
    for _ in range(2):
        try:
            await g.wait()
        except ValueError as e:
            log("caught", e)


async def kill_before_start(aio, log):
    async def f():
        log("ran")

    g = aio.spawn(f)
    await g.kill()
    log("dead", g.dead)
    try:
        await g.wait()
    except BaseException as e:
        log(name(e))


async def kill_running(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        finally:
            log("fin")

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill()
    log("after kill dead", g.dead)


async def kill_is_no_exception(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        except Exception as e:
            log("except Exception", name(e))
        except BaseException as e:
            log("BaseException", name(e))
            raise

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.kill()


async def kill_self(aio, log):
    async def f():
        try:
            await aio.current().kill()
            log("not here?")
        finally:
            log("fin")

    g = aio.spawn(f)
    try:
        log(await g.wait())
    except BaseException as e:
        log(name(e))


async def kill_dead(aio, log):
    g = aio.spawn(lambda: 3)
    await g.wait()
    await g.kill()
    log(await g.wait())


async def cancel_started(aio, log):
    async def f():
        await aio.sleep(0.01)
        log("completed")

    g = aio.spawn(f)
    await aio.sleep(0)
    await g.cancel()
    await aio.sleep(0.1)


async def link_order(aio, log):
    g = aio.spawn(lambda: 5)

    async def linked(gt, x):
        log("link", await gt.wait(), x)

    await g.link(linked, "X")
    log("linked")
    await g.wait()
    log("waited")
    await g.link(lambda gt: log("late link"))
    log("end")


async def pool_blocks_when_full(aio, log):
    p = aio.Pool(2)

    async def f(n):
        log("s", n)
        await aio.sleep(0.01)
        log("e", n)

    for i in range(4):
        await p.spawn(f, i)
        log("spawned", i, p.running(), p.free())
    await p.waitall()
    log("done", p.running())


async def pool_reentrant(aio, log):
    p = aio.Pool(1)
    cur = []

    async def inner():
        log("inner same", aio.current() is cur[0])

    async def outer():
        cur.append(aio.current())
        g = await p.spawn(inner)
        log("spawn returned", await g.wait(), g.dead, bool(g))

    await p.spawn(outer)
    await p.waitall()


async def pool_reentrant_exception(aio, log):
    p = aio.Pool(1)

    async def inner():
        raise ValueError("i")

    async def outer():
        try:
            await p.spawn(inner)
            log("spawn returned")
        except ValueError:
            log("spawn() itself raised ValueError")

    await p.spawn(outer)
    await p.waitall()


async def pool_waitall_exception(aio, log):
    p = aio.Pool(2)

    async def f():
        raise ValueError("x")

    await p.spawn(f)
    await p.spawn_n(f)
    await p.waitall()
    log("waitall ok")


async def imap_exception(aio, log):
    p = aio.Pool(2)

    async def f(x):
        if x == 1:
            raise ValueError(x)
        return x

    it = p.imap(f, range(4))
    while True:
        try:
            log(await anext(it))
        except ValueError as e:
            log("VE", e)
        except StopAsyncIteration:
            log("stop")
            break


async def imap_lazy(aio, log):
    p = aio.Pool(2)

    def src():
        for i in range(10):
            log("pull", i)
            yield i

    it = p.imap(lambda x: x, src())
    log("made")
    await aio.sleep(0.01)
    log("first", await anext(it))
    await aio.sleep(0.01)


async def imap_over_async(aio, log):
    p = aio.Pool(2)

    async def src():
        for i in range(10):
            log("pull", i)
            await aio.sleep(0)
            yield i

    async def f(x):
        for _ in range(3 - x % 3):
            await aio.sleep(0)
        return x

    async for x in p.imap(f, src()):
        log(x)


async def pile_order(aio, log):
    p = aio.Pile(4)

    async def f(d):
        await aio.sleep(d)
        return d

    for d in (0.03, 0.01, 0.02):
        await p.spawn(f, d)
    log([x async for x in p])


async def queue_channel(aio, log):
    q = aio.Queue(0)

    async def prod():
        for i in range(3):
            log("put", i)
            await q.put(i)
            log("put done", i)

    aio.spawn(prod)
    await aio.sleep(0)
    log("full", q.full(), "empty", q.empty())
    for i in range(3):
        log("got", await q.get())
    await aio.sleep(0)


async def queue_wake_order(aio, log):
    q = aio.Queue()
    got = []

    async def c():
        got.append(await q.get())

    for n in range(6):
        aio.spawn_n(c)
    await aio.sleep(0)
    for i in range(6):
        await q.put(i)
    await aio.sleep(0.01)
    log(got, q.qsize())


async def queue_full_exceptions(aio, log):
    q = aio.Queue(1)
    await q.put(1)
    try:
        await q.put(2, timeout=0.01)
    except queue.Full as e:
        log("queue.Full", repr(e))
    try:
        q.put_nowait(2)
    except queue.Full as e:
        log("queue.Full", repr(e))
    await q.get()
    try:
        await q.get(timeout=0.01)
    except queue.Empty as e:
        log("queue.Empty", repr(e))
    try:
        q.get_nowait()
    except queue.Empty as e:
        log("queue.Empty", repr(e))


async def queue_join(aio, log):
    q = aio.Queue()
    for i in range(2):
        await q.put(i)

    async def c():
        while True:
            await q.get()
            log("task")
            await aio.sleep(0)
            q.task_done()

    aio.spawn_n(c)
    await q.join()
    log("joined")
    try:
        q.task_done()
    except ValueError as e:
        log(e)


async def event_send(aio, log):
    e = aio.Event()
    done = []

    async def w(n):
        try:
            done.append((n, await e.wait()))
        except ValueError as x:
            log(n, "exc", x)

    aio.spawn_n(w, 1)
    aio.spawn_n(w, 2)
    await aio.sleep(0)
    e.send(5)
    log("sent", done)
    await aio.sleep(0)
    log(sorted(done))
    try:
        e.send(6)
    except AssertionError as x:
        log("AssertionError", x)
    e.reset()
    try:
        e.reset()
    except AssertionError as x:
        log("AssertionError", x)
    aio.spawn_n(w, 3)
    await aio.sleep(0)
    e.send_exception(ValueError("v"))
    await aio.sleep(0)
    log(e.ready(), e.has_exception(), e.has_result())


async def timeout_kinds(aio, log):
    for arg in (None, True, False, ValueError("cust"), KeyError):
        try:
            with aio.Timeout(0.01, arg):
                await aio.sleep(0.2)
            log(arg, "-> silent")
        except BaseException as e:
            log(repr(arg)[:20], "->", name(e), isinstance(e, Exception), str(e), e is arg)
    with aio.Timeout(None):
        log("None seconds never fires")
    try:
        with aio.Timeout(0):
            await aio.sleep(0)
            log("T0 not fired by sleep(0)")
    except aio.Timeout:
        log("Timeout(0) fired")


async def timeout_and_except_exception(aio, log):
    try:
        with aio.Timeout(0.01):
            try:
                await aio.sleep(0.2)
            except Exception:
                log("swallowed")
        log("no timeout seen")
    except BaseException as e:
        log("outer", name(e))


async def timeout_caught_inside(aio, log):
    with aio.Timeout(0.01) as t:
        try:
            await aio.sleep(0.2)
        except aio.Timeout as x:
            log("caught inside", x is t)
        await aio.sleep(0.02)
        log("continues")


async def timeout_nested(aio, log):
    try:
        with aio.Timeout(0.01) as o:
            with aio.Timeout(0.2):
                await aio.sleep(1)
    except aio.Timeout as e:
        log("outer" if e is o else "inner")


async def timeout_swallow_continues(aio, log):
    try:
        with aio.Timeout(0.01):
            try:
                await aio.sleep(0.2)
            except BaseException as e:
                log("caught", name(e))
            log("body end")
        log("exit clean")
    except BaseException as e:
        log("outer", name(e))


async def semaphore_order(aio, log):
    s = aio.Semaphore(1)

    async def f(n):
        for _ in range(2):
            async with s:
                log(n)
                await aio.sleep(0)

    for g in [aio.spawn(f, i) for i in range(3)]:
        await g.wait()


async def semaphore_no_barging(aio, log):
    s = aio.Semaphore(1)

    async def a():
        await s.acquire()
        log("a1")
        await aio.sleep(0.01)
        s.release()
        await s.acquire()
        log("a2")
        s.release()

    async def b():
        await s.acquire()
        log("b")
        s.release()

    for g in [aio.spawn(a), aio.spawn(b)]:
        await g.wait()


async def acquire_does_not_yield(aio, log):
    s = aio.Semaphore(1)
    q = aio.Queue()

    def other():
        log("other")

    aio.spawn_n(other)
    await s.acquire()
    log("sem")
    await q.put(1)
    log("put")
    await q.get()
    log("get")
    s.release()
    await aio.sleep(0)


async def spawn_after_cancel(aio, log):
    g = aio.spawn_after(0.01, log, "ran")
    await g.cancel()
    await aio.sleep(0.1)
    try:
        await g.wait()
    except BaseException as e:
        log(name(e))


async def main_ends_with_running(aio, log):
    async def f():
        try:
            await aio.sleep(1)
        finally:
            log("fin")

    aio.spawn(f)
    await aio.sleep(0)
    log("main ends")


async def unreferenced_task_lives(aio, log):
    async def f():
        e = aio.Event()
        aio.spawn_after(0.02, e.send)
        await e.wait()
        log("survived")

    aio.spawn_n(f)
    await aio.sleep(0)
    gc.collect()
    await aio.sleep(0.1)


async def unreachable_task_lives(aio, log):
    async def f():
        try:
            await aio.Event().wait()
        finally:
            log("collected")

    aio.spawn_n(f)
    await aio.sleep(0)
    gc.collect()
    await aio.sleep(0.01)
    log("end")


async def tpool_values(aio, log):
    def boom():
        raise KeyError("k")

    log(await aio.tpool_execute(lambda: 5))
    try:
        await aio.tpool_execute(boom)
    except KeyError as e:
        log("KeyError", e)


async def tpool_size(aio, log):
    import threading
    import time

    most = [0, 0]
    lock = threading.Lock()

    def work():
        with lock:
            most[0] += 1
            most[1] = max(most)
        time.sleep(0.05)
        with lock:
            most[0] -= 1

    for g in [aio.spawn(aio.tpool_execute, work) for _ in range(45)]:
        await g.wait()
    log("at most", most[1])


async def tpool_system_exit(aio, log):
    def kb():
        raise SystemExit(3)

    try:
        with aio.Timeout(0.3):
            await aio.tpool_execute(kb)
    except BaseException as e:
        log(name(e))


async def tpool_timeout(aio, log):
    import time

    done = []

    def work():
        time.sleep(0.2)
        done.append(1)

    try:
        with aio.Timeout(0.02):
            await aio.tpool_execute(work)
    except aio.Timeout:
        log("Timeout at once", done)
    end = time.monotonic() + 20
    while not done and time.monotonic() < end:  # a busy machine may let the thread wait
        await aio.sleep(0.05)
    log("thread went on", done)


async def frames_in_traceback(aio, log):
    async def f():
        raise ValueError("x")

    g = aio.spawn(f)
    for _ in range(2):
        try:
            await g.wait()
        except ValueError as e:
            names = [fr.name for fr in traceback.extract_tb(e.__traceback__)]
            log("f in traceback", names.count("f"), names[0])


async def stop_iteration(aio, log):
    def f():
        raise StopIteration(1)

    try:
        await aio.spawn(f).wait()
    except BaseException as e:
        log(name(e), *([repr(e.__cause__)] if e.__cause__ else []))
