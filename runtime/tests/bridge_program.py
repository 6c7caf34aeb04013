# SPDX-License-Identifier: Apache-2.0
"""Runs a program of the bridge, plain and with monkey_patch(), and compares what it prints."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import textwrap
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import harness

HEAD = """
import sys, warnings
sys.path.insert(0, {runtime!r})
warnings.simplefilter("ignore")
import eventlet, eventlet.hubs
eventlet.hubs.use_hub("eventlet.hubs.asyncio")
if {patched}:
    eventlet.monkey_patch()
import asyncio, gc, os, threading, time
from offlet import aio, bridge

async def coroutine(x):
    await asyncio.sleep(0.001)
    return x

def green(x):
    eventlet.sleep(0.001)
    return bridge.call(coroutine(x))
"""


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


class BridgeProgram(unittest.TestCase):
    maxDiff = None

    def program(
        self,
        source: str,
        expected: str,
        modes: tuple[bool, ...] = (False, True),
        env: dict[str, str] | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        def run(patched: bool) -> Any:
            text = HEAD.format(runtime=str(harness.RUNTIME), patched=patched) + textwrap.dedent(source)
            return subprocess.run(
                [sys.executable, *options, "-c", text],
                capture_output=True,
                text=True,
                timeout=240,
                env=harness.environment(**(env or {})),
            )

        with ThreadPoolExecutor(harness.JOBS) as pool:
            runs = dict(zip(modes, pool.map(run, modes)))
        for patched, done in runs.items():
            with self.subTest(patched=patched):
                self.assertEqual(textwrap.dedent(expected).strip(), done.stdout.strip(), done.stderr[-4000:])
                self.assertEqual(0, done.returncode, done.stderr[-4000:])
                self.assertEqual([], harness.noise(done.stderr))
