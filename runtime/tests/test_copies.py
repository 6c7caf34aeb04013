# SPDX-License-Identifier: Apache-2.0
"""Two copies of the runtime in one process, as where an application and a library each have their own, work together."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

import harness

PROGRAM = """
import sys, warnings
warnings.simplefilter("ignore")
MODE = sys.argv[1]
if MODE == "bridge":
    import eventlet, eventlet.hubs
    eventlet.hubs.use_hub("eventlet.hubs.asyncio")
    eventlet.monkey_patch()
import asyncio
from one._offlet import aio as a
from two._offlet import aio as b
assert a is not b and a.Queue is not b.Queue
local = b.Local()
local.x = "module"

async def program():
    print(local.x, a.Timeout is b.Timeout, a.GreenletExit is b.GreenletExit, a.current() is b.current())
    q = a.Queue(0)
    t = b.spawn(q.put, 5)
    print(await q.get(), await t.wait())
    with a.Timeout(0.01, False):
        await b.sleep(1)
        print("no")
    try:
        with b.Timeout(0.01):
            await a.Event().wait()
    except a.Timeout as e:
        print(type(e).__name__)

    async def victim():
        try:
            await b.Semaphore(0).acquire()
        except b.GreenletExit:
            print("killed")
            raise

    for spawn, kill in ((a.spawn, b.kill), (b.spawn, a.kill)):
        t = spawn(victim)
        await asyncio.sleep(0)
        await kill(t)
        print(t.dead)
        t = spawn(victim)
        await kill(t)
        try:
            await t.wait()
        except a.GreenletExit as e:
            print(t.dead, repr(e))
    pool = a.Pool(1)
    async def outer():
        inner = await pool.spawn(b.current)
        return await inner.wait() is a.current()
    print(await (await pool.spawn(outer)).wait())
    if MODE == "bridge":
        from one._offlet import bridge as ba
        from two._offlet import bridge as bb
        def green(x):
            eventlet.sleep(0)
            return ba.call(bb.call_green(lambda: bb.call(asyncio.sleep(0.001, x))))
        print(await bb.call_green(green, 7), green(8), await b.spawn(green, 9).wait())

if MODE == "bridge":
    from one._offlet import bridge as ba
    from two._offlet import bridge as bb
    bb.call(program())
    ba.call(program())
else:
    asyncio.run(b.main(program()))
    asyncio.run(a.main(program()))
"""

EXPECTED = """
module True True True
5 None
Timeout
killed
True
True GreenletExit()
killed
True
True GreenletExit()
True
"""


class Copies(unittest.TestCase):
    def check(self, mode: str, expected: str) -> None:
        with tempfile.TemporaryDirectory() as place:
            for package in ("one", "two"):
                (Path(place) / package).mkdir()
                (Path(place) / package / "__init__.py").write_text("")
                shutil.copytree(harness.RUNTIME / "offlet", Path(place) / package / "_offlet")
            (Path(place) / "program.py").write_text(textwrap.dedent(PROGRAM))
            done = subprocess.run(
                [sys.executable, "program.py", mode],
                cwd=place,
                capture_output=True,
                text=True,
                timeout=60,
                env=harness.environment(),
            )
        self.assertEqual((expected * 2).replace("\n\n", "\n").strip(), done.stdout.strip(), done.stderr)
        self.assertEqual([], harness.noise(done.stderr))

    def test_aio(self) -> None:
        self.check("aio", EXPECTED)

    def test_bridge(self) -> None:
        self.check("bridge", EXPECTED + "7 8 9\n")


if __name__ == "__main__":
    unittest.main()
