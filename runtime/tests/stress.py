# SPDX-License-Identifier: Apache-2.0
"""Random kills, cancels and timeouts of workers that share queues and locks; prints what went wrong, or "fine".

    python stress.py aio|bridge|bridge_mp SEED

In the bridge modes half of the workers are green threads and half coroutines (some in tasks of offlet, some in tasks
of asyncio), and the shared objects are Eventlet's or offlet's.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

WORKERS = 16
MODE, SEED = sys.argv[1], int(sys.argv[2])
rnd = random.Random(SEED)
problems = []
if MODE != "aio":
    import warnings

    warnings.simplefilter("ignore")
    import eventlet
    import eventlet.hubs

    eventlet.hubs.use_hub("eventlet.hubs.asyncio")
    if MODE == "bridge_mp":
        eventlet.monkey_patch()
    import eventlet.queue
    import eventlet.semaphore

    from offlet import bridge
import asyncio  # noqa: E402

from offlet import aio  # noqa: E402


class Boom(Exception):
    pass


class Shared:
    """A queue and a lock of one kind, with the same awaited methods for both kinds."""

    def __init__(self, kind, maxsize):
        self.kind = kind
        if kind == "eventlet":
            self.queue = eventlet.queue.Queue(maxsize)
            self.lock = eventlet.semaphore.Semaphore(1)
        elif kind == "asyncio":
            self.queue = asyncio.Queue(maxsize or 0)
            self.lock = asyncio.Lock()
        else:
            self.queue = aio.Queue(maxsize)
            self.lock = aio.Semaphore(1)

    async def put(self, item, timeout=None):
        if self.kind == "eventlet":
            return self.queue.put(item, timeout=timeout)
        if self.kind == "asyncio":
            return await self.queue.put(item)
        return await self.queue.put(item, timeout=timeout)

    async def get(self):
        if self.kind == "eventlet":
            return self.queue.get()
        return await self.queue.get()

    async def acquire(self):
        if self.kind == "eventlet":
            return self.lock.acquire()
        return await self.lock.acquire()

    def release(self):
        self.lock.release()

    def permits(self):
        if self.kind == "asyncio":
            return 0 if self.lock.locked() else 1
        return self.lock.counter

    def left(self):
        if self.kind == "asyncio":
            return len(self.queue._getters), len(self.queue._putters)
        return self.queue.getting(), self.queue.putting()


class Worker:
    """A worker in a task of offlet, a task of asyncio or a green thread; all can be killed, waited for, asked."""

    def __init__(self, function, how):
        self.how = how
        if how == "green":
            self.thread = eventlet.spawn(lambda: bridge.call(function()))
        elif how == "asyncio":
            self.thread = asyncio.create_task(function())
        else:
            self.thread = aio.spawn(function)

    async def kill(self, *args):
        if self.how == "green":
            self.thread.kill(*args)
        elif self.how == "asyncio":
            self.thread.cancel()
            await asyncio.sleep(0)
        else:
            await self.thread.kill(*args)

    @property
    def dead(self):
        return self.thread.done() if self.how == "asyncio" else self.thread.dead


def ways():
    return ["offlet"] if MODE == "aio" else ["offlet", "asyncio", "green"]


async def pause():
    if rnd.random() < 0.3:
        if MODE != "aio" and rnd.random() < 0.5:
            eventlet.sleep(rnd.choice([0, 0, 0.0005]))
        else:
            await rnd.choice([asyncio.sleep, aio.sleep])(rnd.choice([0, 0, 0.0005]))


async def queue_round(kind, maxsize, items=120):
    shared = Shared(kind, maxsize)
    put, maybe, got = [], [], []
    finished = [0]

    def producer(n):
        async def run():
            for i in range(items):
                item = (n, i, rnd.random())
                maybe.append(item)
                if kind != "asyncio" and rnd.random() < 0.1:
                    try:
                        await shared.put(item, timeout=0.0005)
                    except aio.Full:
                        maybe.remove(item)
                        continue
                elif rnd.random() < 0.1:
                    done = False
                    with aio.Timeout(0.0005, False):
                        await shared.put(item)
                        done = True
                    if not done:
                        continue
                else:
                    await shared.put(item)
                maybe.remove(item)
                put.append(item)
                await pause()
            finished[0] += 1

        return run

    async def consumer():
        while True:
            if rnd.random() < 0.1:
                with aio.Timeout(0.0005, False):
                    got.append(await shared.get())
            else:
                got.append(await shared.get())
            await pause()

    half = WORKERS // 2
    producers = [Worker(producer(n), rnd.choice(ways())) for n in range(half)]
    consumers = [Worker(consumer, rnd.choice(ways())) for _ in range(half)]
    for _ in range(150):
        await aio.sleep(rnd.choice([0, 0, 0.0005]))
        i = rnd.randrange(half)
        args = rnd.choice([(), (Boom("kill"),)])
        if rnd.random() < 0.6:
            await consumers[i].kill(*args)
            consumers[i] = Worker(consumer, rnd.choice(ways()))
        else:
            await producers[i].kill(*args)
            producers[i] = Worker(producer(i), rnd.choice(ways()))
    with aio.Timeout(60, False):
        while not all(p.dead for p in producers) or shared.queue.qsize() or shared.left()[1]:
            await aio.sleep(0.001)
    for worker in producers + consumers:
        if not worker.dead:
            await worker.kill()
    await aio.sleep(0.01)
    what = f"{kind} queue maxsize={maxsize}"
    counts = Counter(got)
    lost = [item for item in put if item not in counts]
    unknown = set(got) - set(put) - set(maybe)
    if lost:
        problems.append(f"{what}: {len(lost)} lost")
    if any(n > 1 for n in counts.values()):
        problems.append(f"{what}: doubled")
    if unknown:
        problems.append(f"{what}: {len(unknown)} from nowhere")
    if shared.left() != (0, 0) or shared.queue.qsize():
        problems.append(f"{what}: left {shared.left()} {shared.queue.qsize()}")
    if not all(worker.dead for worker in producers + consumers):
        problems.append(f"{what}: workers left")
    return len(got)


async def lock_round(kind):
    shared = Shared(kind, None)
    inside = [0, 0, 0]

    async def worker():
        for _ in range(60):
            await shared.acquire()
            try:
                inside[0] += 1
                inside[1] = max(inside[0], inside[1])
                inside[2] += 1
                await pause()
            finally:
                inside[0] -= 1
                shared.release()
            await pause()

    async def impatient():
        for _ in range(60):
            with aio.Timeout(0.0005, False):
                await worker()

    workers = [Worker(rnd.choice([worker, worker, impatient]), rnd.choice(ways())) for _ in range(WORKERS)]
    for _ in range(80):
        await aio.sleep(0)
        i = rnd.randrange(WORKERS)
        await workers[i].kill(*rnd.choice([(), (Boom("kill"),)]))
        workers[i] = Worker(worker, rnd.choice(ways()))
    with aio.Timeout(60, False):
        while not all(w.dead for w in workers):
            await aio.sleep(0.001)
    inside[2] = 0
    if inside[1] > 1:
        problems.append(f"{kind} lock: {inside[1]} inside at once")
    if inside[0] or shared.permits() != 1 or not all(w.dead for w in workers):
        problems.append(f"{kind} lock: inside {inside[0]}, permits {shared.permits()}")


async def program():
    kinds = ["offlet", "asyncio"] if MODE == "aio" else ["offlet", "asyncio", "eventlet"]
    total = 0
    for kind in kinds:
        for maxsize in (None, 1, 5) if kind == "asyncio" else (None, 0, 1, 5):
            total += await queue_round(kind, maxsize)
        await lock_round(kind)
    alive = [s for s in asyncio.get_running_loop()._offlet.alive]
    if alive:
        problems.append(f"strands left: {alive}")
    tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task() and "async_run" not in repr(t)]
    if MODE != "aio" and tasks:
        problems.append(f"tasks left: {tasks}")
    print("; ".join(problems) or "fine", total)


sys.stderr = open("/dev/null", "w")  # the exceptions of the killed
if MODE == "aio":
    asyncio.run(aio.main(program()))
else:
    bridge.call(program())
