# SPDX-License-Identifier: Apache-2.0
"""What the runtime costs, beside Eventlet's and asyncio's own: prints the tables of docs/runtime.md.

    python bench.py [crossings] [classes] [echo]

Each figure is the best of several runs, in CPU time, so that a busy machine does not change it much; of the echo servers
it is the median of nine rounds, and a ratio that of the ratios in each round.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
warnings.simplefilter("ignore")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

REPEATS = 8


def best(run: Callable[[int], None], n: int) -> float:
    """Microseconds of CPU for one of *n*."""
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        run(n)
        times.append(time.process_time() - began)
    return min(times) / n * 1e6


async def abest(run: Callable[[int], Any], n: int) -> float:
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        await run(n)
        times.append(time.process_time() - began)
    return min(times) / n * 1e6


def row(*cells: Any) -> None:
    print("| " + " | ".join(f"{c:.2f}" if isinstance(c, float) else str(c) for c in cells) + " |", flush=True)


# -- crossings ----------------------------------------------------------------------------------------------------


async def nothing() -> None:
    pass


async def pass_loop(n: int) -> None:
    for _ in range(n):
        await asyncio.sleep(0)


async def await_futures(n: int) -> None:
    loop = asyncio.get_running_loop()
    for _ in range(n):
        future = loop.create_future()
        loop.call_soon(future.set_result, None)
        await future


def crossings() -> None:
    import eventlet
    import eventlet.hubs

    eventlet.hubs.use_hub("eventlet.hubs.asyncio")
    from eventlet.asyncio import spawn_for_awaitable

    eventlet.sleep(0)
    loop = eventlet.hubs.get_hub().loop

    def theirs(n: int) -> None:
        for _ in range(n):
            spawn_for_awaitable(nothing()).wait()

    async def await_thread(n: int) -> None:
        for _ in range(n):
            await eventlet.spawn(int)

    def in_hub(coro: Any) -> float:
        task = loop.create_task(coro)
        while not task.done():
            eventlet.sleep(0.001)
        return task.result()  # type: ignore[no-any-return]

    before = best(theirs, 500), in_hub(abest(await_thread, 500)), best(lambda n: [eventlet.sleep(0) for _ in range(n)], 2000)

    from offlet import bridge

    bridge.install()

    def ours(n: int) -> None:
        for _ in range(n):
            bridge.call(nothing())

    async def ours_back(n: int) -> None:
        for _ in range(n):
            await bridge.call_green(int)

    async def one_pass() -> None:
        await asyncio.sleep(0)

    def suspended(n: int) -> None:
        for _ in range(n):
            bridge.call(one_pass())

    def theirs_suspended(n: int) -> None:
        for _ in range(n):
            spawn_for_awaitable(one_pass()).wait()

    row("µs of CPU", "Eventlet's own", "offlet", "ratio")
    row("---", "---:", "---:", "---:")
    call = best(ours, 3000)
    row("green → async, returns at once: `spawn_for_awaitable(nop()).wait()` / `call(nop())`", before[0], call, before[0] / call)
    a, b = best(theirs_suspended, 500), best(suspended, 2000)
    row("green → async, waits once", a, b, a / b)
    back = bridge.call(abest(ours_back, 3000))
    row("async → green: `await eventlet.spawn(f)` / `await call_green(f)`", before[1], back, before[1] / back)
    sleep = best(lambda n: [eventlet.sleep(0) for _ in range(n)], 2000)
    row("`eventlet.sleep(0)` in a green thread", before[2], sleep, before[2] / sleep)
    print()

    async def awaits(run: Callable[[int], Any]) -> list[float]:
        """A task that asyncio steps, one in the barest portal, one in offlet's, and this coroutine, in turn."""
        loop = asyncio.get_running_loop()
        starts: list[Callable[[Any], Any]] = [
            lambda c: asyncio.tasks.Task(c, loop=loop),  # without the bridge's factory
            lambda c: asyncio.tasks.Task(BarePortal.run(c), loop=loop),
            asyncio.create_task,
            lambda c: c,
        ]
        figures: list[list[float]] = [[] for _ in starts]
        for _ in range(8 * REPEATS):
            for figure, start in zip(figures, starts):
                began = time.process_time()
                await start(run(1000))
                figure.append((time.process_time() - began) / 1000 * 1e6)
        return [min(figure) for figure in figures]

    row("µs of CPU per await", "asyncio's task", "barest portal", "more", "task in a portal", "more", "coroutine under `call`", "more")
    row("---", *["---:"] * 7)
    for name, run in (("`asyncio.sleep(0)`", pass_loop), ("a future", await_futures)):
        plain, *others = bridge.call(awaits(run))
        row(name, plain, *[cell for other in others for cell in (other, other - plain)])
    row("two switches, of two greenlets that do nothing else", "", "", best(switches, 20000), *[""] * 4)


class BarePortal:
    """What no portal can do without: two switches for each await. It knows no exceptions, no kill and no green waits."""

    def __init__(self, coro: Any) -> None:
        import greenlet

        home = greenlet.getcurrent()

        def body() -> None:
            send, switch = coro.send, home.switch
            try:
                while True:
                    switch(send(None))
            except StopIteration:
                pass

        self.portal = greenlet.greenlet(body, home)
        self.portal.gr_context = contextvars.copy_context()

    @classmethod
    async def run(cls, coro: Any) -> None:
        await cls(coro)

    def __await__(self) -> Any:
        portal = self.portal
        switch = portal.switch
        token = switch()
        while portal:
            yield token
            token = switch()


def switches(n: int) -> None:
    import greenlet

    def body() -> None:
        switch = home.switch
        while True:
            switch(None)

    home = greenlet.getcurrent()
    switch = greenlet.greenlet(body).switch
    switch()
    for _ in range(n):
        switch(None)


# -- classes ------------------------------------------------------------------------------------------------------


def classes() -> None:
    from offlet import aio

    n = 2000

    def queue_uncontended(make: Any) -> Any:
        async def run(n: int) -> None:
            q = make()
            for i in range(n):
                await q.put(i)
                await q.get()

        return run

    def queue_handover(make: Any, spawn: Any) -> Any:
        async def run(n: int) -> None:
            q = make()

            async def consume() -> None:
                for _ in range(n):
                    await q.get()

            task = spawn(consume)
            await asyncio.sleep(0)
            for i in range(n):
                await q.put(i)
                await asyncio.sleep(0)
            await task

        return run

    def semaphore_free(make: Any) -> Any:
        async def run(n: int) -> None:
            s = make()
            for _ in range(n):
                async with s:
                    pass

        return run

    def semaphore_contended(make: Any, spawn: Any) -> Any:
        async def run(n: int) -> None:
            s = make()

            async def work() -> None:
                for _ in range(n // 4):
                    async with s:
                        await asyncio.sleep(0)

            for task in [spawn(work) for _ in range(4)]:
                await task

        return run

    def event(make: Any, send: str, spawn: Any) -> Any:
        async def run(n: int) -> None:
            for _ in range(n):
                e = make()
                task = spawn(e.wait)
                await asyncio.sleep(0)
                getattr(e, send)()
                await task

        return run

    def spawn_and_wait(spawn: Any) -> Any:
        async def run(n: int) -> None:
            for _ in range(n):
                await spawn(nothing)

        return run

    def spawn_many(spawn: Any) -> Any:
        async def run(n: int) -> None:
            for task in [spawn(nothing) for _ in range(n)]:
                await task

        return run

    async def their_timeout(n: int) -> None:
        for _ in range(n):
            async with asyncio.timeout(10):
                pass

    async def our_timeout(n: int) -> None:
        for _ in range(n):
            with aio.Timeout(10):
                pass

    async def their_thread(n: int) -> None:
        for _ in range(n):
            await asyncio.to_thread(int)

    async def our_thread(n: int) -> None:
        for _ in range(n):
            await aio.to_thread(int)

    def create(f: Any) -> Any:
        return asyncio.create_task(f())

    def ours(run: Any) -> float:
        return asyncio.run(aio.main(abest(run, n)))

    def theirs(run: Any) -> float:
        return asyncio.run(abest(run, n))

    pairs = [
        ("task: spawn and wait, one at a time", spawn_and_wait(create), spawn_and_wait(aio.spawn)),
        ("task: spawn many, wait for all", spawn_many(create), spawn_many(aio.spawn)),
        ("Queue: put and get without waiting", queue_uncontended(asyncio.Queue), queue_uncontended(aio.Queue)),
        ("Queue: a consumer that waits for each item", queue_handover(asyncio.Queue, create), queue_handover(aio.Queue, aio.spawn)),
        ("Semaphore: free", semaphore_free(asyncio.Semaphore), semaphore_free(aio.Semaphore)),
        ("Semaphore: 4 tasks", semaphore_contended(asyncio.Semaphore, create), semaphore_contended(aio.Semaphore, aio.spawn)),
        ("Lock: free", semaphore_free(asyncio.Lock), semaphore_free(aio.Lock)),
        ("Lock: 4 tasks", semaphore_contended(asyncio.Lock, create), semaphore_contended(aio.Lock, aio.spawn)),
        ("Event: one waiter", event(asyncio.Event, "set", create), event(aio.Event, "send", aio.spawn)),
        ("sleep(0)", pass_loop, pass_loop),
        ("to_thread", their_thread, our_thread),
    ]
    if sys.version_info >= (3, 11):
        pairs.append(("Timeout that does not fire", their_timeout, our_timeout))
    row("µs of CPU", "asyncio", "offlet.aio", "ratio")
    row("---", "---:", "---:", "---:")
    for name, stdlib, mine in pairs:
        a = b = 1e9
        for _ in range(3):  # in turn, for a machine whose speed changes
            a, b = min(a, theirs(stdlib)), min(b, ours(mine))
        row(name, a, b, b / a)


# -- echo ---------------------------------------------------------------------------------------------------------

SERVERS = {
    "Eventlet": """
import eventlet
def handle(s, a):
    while True:
        d = s.recv(4096)
        if not d: break
        s.sendall(d)
l = eventlet.listen(("127.0.0.1", 0)); print(l.getsockname()[1], flush=True)
eventlet.serve(l, handle)
""",
    "asyncio streams": """
import asyncio
async def handle(r, w):
    while True:
        d = await r.read(4096)
        if not d: break
        w.write(d); await w.drain()
async def main():
    s = await asyncio.start_server(handle, "127.0.0.1", 0); print(s.sockets[0].getsockname()[1], flush=True)
    await s.serve_forever()
RUN(main())
""",
    "asyncio sock_recv": """
import asyncio, socket
async def handle(s):
    loop = asyncio.get_running_loop()
    while True:
        d = await loop.sock_recv(s, 4096)
        if not d: break
        await loop.sock_sendall(s, d)
tasks = set()
async def main():
    loop = asyncio.get_running_loop()
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(100); l.setblocking(False)
    print(l.getsockname()[1], flush=True)
    while True:
        c, _ = await loop.sock_accept(l); c.setblocking(False)
        t = loop.create_task(handle(c)); tasks.add(t); t.add_done_callback(tasks.discard)
RUN(main())
""",
    "a callback: poll, recv, send": """
import asyncio, select, socket
async def main():
    loop = asyncio.get_running_loop()
    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen(100); l.setblocking(False)
    print(l.getsockname()[1], flush=True)
    while True:
        c, _ = await loop.sock_accept(l); c.setblocking(False)
        poll = select.poll(); poll.register(c, select.POLLIN)
        def ready(c=c, recv=c.recv, send=c.send, poll=poll.poll):
            d = recv(4096)
            if not d: loop.remove_reader(c); return
            send(d)
            poll(0)
        loop.add_reader(c, ready)
RUN(main())
""",
    "offlet.aio": """
import asyncio
from offlet import aio
async def handle(s, a):
    while True:
        d = await s.recv(4096)
        if not d: break
        await s.sendall(d)
async def main():
    l = aio.listen(("127.0.0.1", 0)); print(l.getsockname()[1], flush=True)
    await aio.serve(l, handle)
RUN(aio.main(main()))
""",
}

CLIENT = """
import socket, sys, threading, time
port, clients, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
import selectors
sel = selectors.DefaultSelector(); data = b"x" * 64; n = 0
for _ in range(clients):
    s = socket.create_connection(("127.0.0.1", port)); s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.setblocking(False); sel.register(s, selectors.EVENT_READ); s.send(data)
end = time.perf_counter() + seconds
while time.perf_counter() < end:
    for key, _ in sel.select(1):
        key.fileobj.recv(4096); n += 1; key.fileobj.send(data)
print(n)
"""


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def echo_once(name: str, loop: str, clients: int = 50, seconds: float = 1) -> float:
    """Round trips for each second of the server's CPU."""
    head = f"import sys, warnings; warnings.simplefilter('ignore'); sys.path.insert(0, {str(Path(__file__).resolve().parent.parent)!r})\n"
    if loop == "uvloop":
        head += "import uvloop\ndef RUN(c):\n    l = uvloop.new_event_loop(); l.run_until_complete(c)\n"
    else:
        head += "import asyncio\nRUN = asyncio.run\n"
    server = subprocess.Popen([sys.executable, "-c", head + SERVERS[name]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        time.sleep(0.2)
        began = cpu_of(server.pid)
        client = subprocess.run(
            [sys.executable, "-c", CLIENT, port, str(clients), str(seconds)], capture_output=True, text=True, check=True
        )
        return int(client.stdout) / (cpu_of(server.pid) - began)
    finally:
        server.kill()
        server.wait()


def echo() -> None:
    import importlib.util

    jobs = [(name, "asyncio") for name in SERVERS]
    if importlib.util.find_spec("uvloop"):
        jobs += [(name, "uvloop") for name in SERVERS if name != "Eventlet"]
    rounds = [{job: echo_once(*job) for job in jobs} for _ in range(9)]
    loops = [loop for loop in ("asyncio", "uvloop") if ("offlet.aio", loop) in jobs]
    row("echo, 50 connections, 64 bytes", "loop", "round trips per CPU second", *[f"offlet.aio on {loop} is … times it" for loop in loops])
    row("---", "---", *["---:"] * (1 + len(loops)))
    for job in jobs:
        name, loop = job
        ratios = [
            statistics.median(rates[("offlet.aio", ours)] / rates[job] for rates in rounds) if name == "Eventlet" or ours == loop else ""
            for ours in loops
        ]
        row(name, "its own" if name == "Eventlet" else loop, f"{statistics.median(rates[job] for rates in rounds):,.0f}", *ratios)


if __name__ == "__main__":
    for what in sys.argv[1:] or ("crossings", "classes", "echo"):
        if len(sys.argv) == 2:
            print(f"\n{what}, Python {sys.version.split()[0]}\n", flush=True)
        if len(sys.argv) == 2:
            {"crossings": crossings, "classes": classes, "echo": echo}[what]()
        else:
            subprocess.run([sys.executable, __file__, what], check=True)
