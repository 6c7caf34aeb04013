# SPDX-License-Identifier: Apache-2.0
"""CPython's own tests of asyncio pass with the runtime driving every task, in each of its ways.

Needs the ``test`` package of the interpreter that runs this.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import unittest

import harness

MODULES = ["test_locks", "test_queues", "test_runners", "test_streams"]
if sys.version_info >= (3, 11):
    MODULES += ["test_timeouts"]
AT_LEAST = 130
if harness.LONG:
    AT_LEAST = 1000
    MODULES += ["test_tasks", "test_subprocess"]
    if sys.version_info >= (3, 11):
        MODULES += ["test_taskgroups"]
    if importlib.util.find_spec("test.test_asyncio.test_waitfor"):
        MODULES += ["test_waitfor"]
    if sys.version_info >= (3, 12):
        MODULES += ["test_eager_task_factory", "test_server"]
else:
    harness.left_out("CPython's tests of tasks, task groups, subprocesses and eager tasks")


def available() -> bool:
    try:
        return importlib.util.find_spec("test.test_asyncio") is not None
    except ModuleNotFoundError:
        return False


@unittest.skipUnless(available(), "this Python has no test package")
class CPythonSuite(unittest.TestCase):
    maxDiff = None

    def run_suite(self, mode: str) -> tuple[list[str], int, int]:
        command = [sys.executable, str(harness.HERE / "cpython_suite.py"), mode, *MODULES]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=harness.environment())
        *failed, last = done.stdout.splitlines()
        _, ran, _, driven = last.split()
        return failed, int(ran), int(driven)

    def check(self, mode: str) -> None:
        failed, ran, driven = self.run_suite(mode)
        self.assertEqual([], failed)
        self.assertGreater(ran, AT_LEAST)
        self.assertGreater(driven, AT_LEAST)
        if harness.LONG:
            print(f"{ran} tests, {driven} tasks driven", end=" ... ", flush=True)

    def test_portals(self) -> None:
        self.check("portals")

    def test_portals_with_their_own_wakeups(self) -> None:
        self.check("own")

    def test_strands(self) -> None:
        self.check("strands")


if __name__ == "__main__":
    unittest.main()
