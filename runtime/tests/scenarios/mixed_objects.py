# SPDX-License-Identifier: Apache-2.0
"""Each kind of object of the one universe, used by the other."""

import sys

OPTIONS = {
    "eventlet_tpool_in_coroutines": {"sort": True},
    "waits_of_both_in_one_turn": {"sort": True},
    "dropped_async_generator": {"expect": ["closed", "after loop", "closed", "after next"]},
}


class Boom(Exception):
    pass


async def eventlet_tpool_in_coroutines(ev, aio, bridge, log):
    async def one(n):
        return ev.tpool_execute(lambda: n * n)

    async def fails():
        try:
            ev.tpool_execute(lambda: 1 / 0)
        except ZeroDivisionError as e:
            return type(e).__name__

    log([await t.wait() for t in [aio.spawn(one, n) for n in range(5)]])
    log(await fails())


async def eventlet_pile_and_pool_in_coroutines(ev, aio, bridge, log):
    async def double(x):
        await aio.sleep(0.001)
        if x == 3:
            raise Boom("3")
        return 2 * x

    def crossing(x):
        return bridge.call(double(x))

    async def user():
        pile = ev.Pile(2)
        for n in range(3):
            pile.spawn(crossing, n)
        log(list(pile))
        results = iter(ev.Pool(2).imap(crossing, range(5)))
        got = []
        for _ in range(5):
            try:
                got.append(next(results))
            except Boom as e:
                got.append(f"Boom {e}")
        log(got)
        pool = ev.Pool(1)
        threads = [pool.spawn(crossing, n) for n in range(3)]  # the second waits for the first
        log(pool.running(), [t.wait() for t in threads])
        pool.waitall()

    await aio.spawn(user).wait()


async def eventlet_dagpool_in_coroutines(ev, aio, bridge, log):
    async def work(key, results):
        await aio.sleep(0.001)
        return (key, sorted(results))

    def observe(key, results):
        return bridge.call(work(key, results))

    async def user():
        pool = ev.DAGPool({"a": 1})
        pool.spawn("b", ["a"], observe)
        pool.spawn("c", ["a", "b"], observe)
        log(pool["c"])
        log(sorted(pool.waitall()))

    await user()


async def eventlet_semaphores_in_coroutines(ev, aio, bridge, log):
    for semaphore in (ev.Semaphore(1), ev.BoundedSemaphore(1), ev.RLock(), ev.Lock()):
        inside = [0, 0]

        async def user():
            for _ in range(3):
                with semaphore:
                    inside[0] += 1
                    inside[1] = max(inside)
                    await aio.sleep(0)
                    ev.sleep(0)
                    inside[0] -= 1
                await aio.sleep(0)

        def green():
            bridge.call(user())

        tasks = [aio.spawn(user), aio.spawn(user), ev.spawn(green), ev.spawn(green)]
        for t in tasks[:2]:
            await t.wait()
        for t in tasks[2:]:
            t.wait()
        log(type(semaphore).__name__, inside)


async def eventlet_sockets_in_coroutines(ev, aio, bridge, log):
    def handle(sock, addr):
        while True:
            data = sock.recv(100)
            if not data:
                break
            sock.sendall(data.upper())
        raise ev.StopServe

    listener = ev.listen(("127.0.0.1", 0))
    server = ev.spawn(ev.serve, listener, handle)

    async def client():
        sock = ev.connect(listener.getsockname())
        await aio.sleep(0)
        sock.sendall(b"hello")
        log(sock.recv(100))
        sock.settimeout(0.01)
        try:
            sock.recv(1)
        except OSError as e:
            log(type(e).__name__)
        sock.close()

    await aio.spawn(client).wait()
    log(server.wait())


async def eventlet_processes_in_coroutines(ev, aio, bridge, log):
    async def run(n):
        p = ev.Popen([sys.executable, "-S", "-c", f"print({n})"], stdout=-1)
        return p.communicate()[0], p.wait()

    log([await t.wait() for t in [aio.spawn(run, n) for n in range(2)]])


async def converted_classes_in_green_threads(ev, aio, bridge, log):
    semaphore, event, pool, local = aio.Semaphore(1), aio.Event(), aio.Pool(1), aio.Local()
    inside = [0, 0]

    def green(n):
        local.n = n
        bridge.call(semaphore.acquire())
        inside[0] += 1
        inside[1] = max(inside)
        ev.sleep(0.001)
        inside[0] -= 1
        semaphore.release()
        return local.n, bridge.call(event.wait())

    threads = [ev.spawn(green, n) for n in range(3)]
    aio.spawn_after(0.02, event.send, "event")
    log([t.wait() for t in threads], inside)

    async def work(x):
        await aio.sleep(0.001)
        return x

    def user():
        tasks = [bridge.call(pool.spawn(work, n)) for n in range(3)]
        log([bridge.call(t.wait()) for t in tasks])
        bridge.call(pool.waitall())
        log(pool.running(), pool.free())

    ev.spawn(user).wait()

    def with_forms():
        with bridge.context(semaphore):
            log(semaphore.locked())
        log(semaphore.locked(), list(bridge.iterate(pool.imap(work, range(3)))))

    ev.spawn(with_forms).wait()


async def killed_green_users_of_converted_classes(ev, aio, bridge, log):
    semaphore, queue = aio.Semaphore(0), aio.Queue()

    def acquires():
        bridge.call(semaphore.acquire())

    def gets():
        bridge.call(queue.get())

    for f in (acquires, gets):
        g = ev.spawn(f)
        ev.sleep(0)
        g.kill()
        log(g.dead)
    semaphore.release()
    queue.put_nowait(1)
    ev.sleep(0)
    log(semaphore.balance, queue.qsize())


async def dropped_async_generator(ev, aio, bridge, log):
    async def numbers():
        try:
            for i in range(3):
                yield i
        finally:
            log("closed")

    async def breaks():
        async for _ in numbers():
            break
        log("after loop")

    await breaks()

    def green():
        iterator = bridge.iterate(numbers())
        next(iterator)
        del iterator
        log("after next")

    green()


async def spawned_work_starts_with_an_empty_context(ev, aio, bridge, log):
    import contextvars

    variable = contextvars.ContextVar("variable", default="unset")

    def child():
        return variable.get()

    async def converted_child():
        return variable.get()

    async def parent():
        variable.set("of the parent")
        log(ev.spawn(child).wait(), await aio.spawn(converted_child).wait(), variable.get())

    await parent()


async def waits_of_both_in_one_turn(ev, aio, bridge, log):
    e = ev.Event()
    q = ev.Queue()

    async def waiter(n):
        log(n, e.wait(), q.get())

    def green(n):
        bridge.call(waiter(n))

    tasks = [ev.spawn(green, n) for n in range(2)]
    ev.sleep(0)
    e.send("sent")
    for n in range(2):
        q.put("item")
        ev.sleep(0.001)
    for t in tasks:
        t.wait()
    log("end")

