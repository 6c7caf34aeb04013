# SPDX-License-Identifier: Apache-2.0
"""The entry point first: asyncio.run owns the loop and a whole Eventlet program runs inside attach(), unchanged.

The programs are those of e2e/programs that need no driver; output, exit code and printed exceptions must be those of
the program on Eventlet alone.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import harness

PROGRAMS = harness.RUNTIME.parent / "e2e" / "programs"
CHOSEN = ("mid_event_bus", "mid_job_scheduler", "nasty_kill_order", "small_pool_backpressure")
OTHERWISE = {
    "guide_awaitable": "asks for the asyncio hub in its environment: alone on Eventlet's default hub it only complains",
    "guide_green_in_async": "chooses its hub itself, which takes the place of the one that is attached",
    "small_exit_from_greenthread": "SystemExit of another task or green thread ends asyncio.run, which cancels main",
    "small_queue_channel": "the turn of the loop in which main ends goes on: its last item is given in that turn",
}
ENTRY = f"""
import asyncio, runpy, sys, warnings
sys.path.insert(1, {str(harness.RUNTIME)!r})
warnings.simplefilter("ignore")
import eventlet.hubs
eventlet.hubs.use_hub("eventlet.hubs.asyncio")
from offlet.bridge import attach, call_green

async def entry():
    async with attach():
        await call_green(runpy.run_path, sys.argv[0], run_name="__main__")

del sys.argv[0]
asyncio.run(entry())
"""


def script_of(program: Path) -> str | None:
    """The script that *program* starts with, if it is one that runs without a driver."""
    expect = program / "expect.yaml"
    if (program / "driver.py").exists() or not expect.exists():
        return None
    found = re.search(r"^main: *(\S+\.py) *$", expect.read_text(), re.M)
    return found and found.group(1)


def names() -> list[str]:
    if not harness.LONG:
        return list(CHOSEN)
    return sorted(p.name for p in PROGRAMS.iterdir() if script_of(p) and p.name not in OTHERWISE)


def run(name: str, *start: str) -> tuple[dict[str, Any], str]:
    program = PROGRAMS / name
    expect = (program / "expect.yaml").read_text()
    arguments = re.search(r"^args: *(.*)$", expect, re.M)
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(program / "project", place, dirs_exist_ok=True)
        done = subprocess.run(
            [sys.executable, *start, str(script_of(program)), *(json.loads(arguments.group(1)) if arguments else [])],
            capture_output=True, text=True, timeout=120, cwd=place, env=harness.environment(),
        )  # fmt: skip
    output = done.stdout.splitlines()
    if "\norder: exact" not in expect:
        output.sort()
    printed = harness.printed_exceptions(done.stderr)
    return {"output": output, "code": done.returncode, "printed": printed}, done.stderr


class EntryFirst(unittest.TestCase):
    maxDiff = None

    def test_programs(self) -> None:
        with ThreadPoolExecutor(harness.JOBS) as pool:
            for name in names():
                with self.subTest(program=name):
                    # They tell time by hundredths of a second: on a busy machine one may go another way, alone as well.
                    for _ in range(3):
                        alone, attached = pool.submit(run, name), pool.submit(run, name, "-c", ENTRY)
                        expected, _ = alone.result()
                        seen, stderr = attached.result()
                        if seen == expected:
                            break
                    self.assertNotEqual([], expected["output"])
                    self.assertEqual(expected, seen, stderr[-4000:])
                    self.assertEqual([], harness.noise(stderr))


if not harness.LONG:
    harness.left_out("the other programs of e2e with the entry point first")

if __name__ == "__main__":
    unittest.main()
