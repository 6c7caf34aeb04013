# SPDX-License-Identifier: Apache-2.0
"""Crosses between green threads and coroutines for a long time and prints the memory on the way.

    python soak.py [MILLIONS]       default 0.3; the line "flat" says that memory did not grow after the first tenth
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
warnings.simplefilter("ignore")

import eventlet  # noqa: E402
import eventlet.hubs  # noqa: E402

eventlet.hubs.use_hub("eventlet.hubs.asyncio")
if "mp" in sys.argv:
    eventlet.monkey_patch()
import asyncio  # noqa: E402

from offlet import aio, bridge  # noqa: E402


class Boom(Exception):
    pass


def resident() -> int:
    """KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


async def nothing() -> None:
    pass


async def one_pass() -> None:
    await asyncio.sleep(0)


async def fails() -> None:
    raise Boom


async def waits() -> None:
    await asyncio.sleep(10)


def green() -> None:
    eventlet.sleep(0)


def round_of_crossings() -> int:
    """A mix of every kind of crossing; returns how many."""
    n = 0
    for _ in range(700):
        bridge.call(nothing())
        n += 1
    for _ in range(150):
        bridge.call(one_pass())
        n += 1

    async def back() -> int:
        for _ in range(300):
            await bridge.call_green(int)
        for _ in range(50):
            await bridge.call_green(green)
        for _ in range(10):
            await asyncio.create_task(one_pass())
            await asyncio.create_task(bridge.call_green(green))
            await aio.spawn(one_pass).wait()
            await eventlet.spawn(green)
        return 390

    n += bridge.call(back())
    for _ in range(10):
        try:
            bridge.call(fails())
        except Boom:
            pass
        g = eventlet.spawn(lambda: bridge.call(waits()))
        eventlet.sleep(0)
        g.kill()
        with eventlet.Timeout(0, False):
            bridge.call(waits())
        n += 3
    return n


def main(millions: float) -> None:
    total = int(millions * 1e6)
    done = 0
    marks: list[int] = []
    while done < total:
        done += round_of_crossings()
        if done >= total * (len(marks) + 1) / 10:
            gc.collect()
            marks.append(resident())
            print(f"{done:,} crossings, {marks[-1]:,} KiB", flush=True)
    growth = marks[-1] - marks[0]
    scheduler: Any = bridge._scheduler()
    print("flat" if growth < 1024 and not scheduler.alive else f"grew by {growth} KiB, alive {len(scheduler.alive)}")


if __name__ == "__main__":
    main(float(next((a for a in sys.argv[1:] if a != "mp"), "0.3")))
