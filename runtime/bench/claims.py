# SPDX-License-Identifier: Apache-2.0
"""Runs what is said of Eventlet's asyncio hub, without offlet and with it, and prints a table of what happens.

    python claims.py
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

RUNTIME = Path(__file__).resolve().parent.parent
SECONDS = 8
HEAD = """
import warnings
warnings.simplefilter("ignore")
import eventlet, eventlet.hubs
eventlet.hubs.use_hub("eventlet.hubs.asyncio")
eventlet.monkey_patch()
import asyncio, os, signal, sys, threading, time
from eventlet.asyncio import spawn_for_awaitable
call = lambda awaitable: spawn_for_awaitable(awaitable).wait()
"""
WITH = """
sys.path.insert(0, %r)
from offlet import bridge
bridge.install()
spawn_for_awaitable, call = bridge.spawn_for_awaitable, bridge.call
""" % str(RUNTIME)

# name: program; what it prints last is the verdict
CLAIMS = {
    "fork before the first yield, child sleeps": """
        pid = os.fork()
        if pid == 0:
            eventlet.sleep(0.01)
            os._exit(0)
        print("works" if os.waitpid(pid, 0)[1] == 0 else "child fails")
        """,
    "`ThreadPoolExecutor().submit(f).result()` in green code": """
        from concurrent.futures import ThreadPoolExecutor
        eventlet.sleep(0)
        print("works" if ThreadPoolExecutor(1).submit(time.sleep, 0.05).result() is None else "no")
        """,
    "`asyncio.create_subprocess_exec`": """
        async def main():
            p = await asyncio.create_subprocess_exec("true")
            return await p.wait()
        print("works" if spawn_for_awaitable(main()).wait() == 0 else "no")
        """,
    "an exception from a signal handler, then a sleep": """
        def handler(*_):
            raise KeyError
        signal.signal(signal.SIGALRM, handler)
        eventlet.sleep(0)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        try:
            eventlet.sleep(2)
        except KeyError:
            pass
        eventlet.sleep(0.01)
        print("works")
        """,
    "SystemExit in a coroutine, then a sleep": """
        async def exits():
            raise SystemExit
        try:
            spawn_for_awaitable(exits()).wait()
        except SystemExit:
            pass
        eventlet.sleep(0.01)
        print("works")
        """,
    "`loop.stop()`, then a sleep": """
        eventlet.sleep(0)
        asyncio.get_running_loop().stop()
        eventlet.sleep(0.01)
        eventlet.sleep(0.01)
        print("works")
        """,
    "`eventlet.sleep` in `async def`": """
        async def main():
            eventlet.sleep(0.01)
            return "works"
        print(spawn_for_awaitable(main()).wait())
        """,
    "contended `threading.Lock` in `async def`": """
        lock = threading.Lock()
        lock.acquire()
        eventlet.spawn_after(0.05, lock.release)
        async def main():
            with lock:
                return "works"
        print(spawn_for_awaitable(main()).wait())
        """,
    "`threading.Lock` contended by `asyncio.to_thread` workers": """
        lock = threading.Lock()
        def work():
            with lock:
                eventlet.patcher.original("time").sleep(0.05)
        async def main():
            await asyncio.gather(*[asyncio.to_thread(work) for _ in range(3)])
            return "works"
        print(spawn_for_awaitable(main()).wait())
        """,
    "a ContextVar set by the caller, read in the coroutine": """
        import contextvars
        variable = contextvars.ContextVar("variable", default="lost")
        async def main():
            return variable.get()
        def green():
            variable.set("works")
            return call(main())
        print(eventlet.spawn(green).wait())
        """,
    "asyncio's lock, when a green thread was killed while it waited for `lock.acquire()`": """
        lock = asyncio.Lock()
        def takes():
            call(lock.acquire())
            lock.release()
        thread = eventlet.spawn(takes)
        eventlet.sleep(0)
        thread.kill()
        eventlet.sleep(0.01)
        print("stays locked" if lock.locked() else "works")
        """,
    "a coroutine called in another OS thread, where `use_hub` was not called": """
        from eventlet import tpool
        async def main():
            return "works"
        print(tpool.execute(lambda: call(main())))
        """,
    "`await thread` of one that raises StopIteration": """
        def stops():
            raise StopIteration
        async def main():
            try:
                await eventlet.spawn(stops)
            except BaseException as e:
                return "raises " + type(e).__name__
        print(spawn_for_awaitable(main()).wait())
        """,
}


def verdict(program: str, ours: bool) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-c", HEAD + (WITH if ours else "") + textwrap.dedent(program)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env={**os.environ, "EVENTLET_NO_GREENDNS": "yes"},
        )
    except subprocess.TimeoutExpired:
        return "**hangs**"
    lines = done.stdout.splitlines()
    if lines:
        return lines[-1]
    return (done.stderr.strip().splitlines() or ["ends silently"])[-1].replace("|", "/")[:90]


def main() -> None:
    print(f"Python {sys.version.split()[0]}, Eventlet {importlib.metadata.version('eventlet')}, {time.strftime('%Y-%m-%d')}\n")
    print("| under monkey patching | Eventlet's asyncio hub | with offlet.bridge |")
    print("|---|---|---|")
    for name, program in CLAIMS.items():
        print(f"| {name} | {verdict(program, False)} | {verdict(program, True)} |", flush=True)


if __name__ == "__main__":
    main()
