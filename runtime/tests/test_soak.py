# SPDX-License-Identifier: Apache-2.0
"""Crossings of every kind for a long time: the memory stays where it is and nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest

import harness

# 10 million are as many as a busy service has in a day.
MILLIONS = os.environ.get("OFFLET_SOAK_MILLIONS", "10" if harness.LONG else "0.1")
if not harness.LONG:
    harness.left_out("10 million crossings")


class Soak(unittest.TestCase):
    def check(self, *options: str) -> None:
        done = subprocess.run(
            [sys.executable, str(harness.RUNTIME / "bench" / "soak.py"), MILLIONS, *options],
            capture_output=True,
            text=True,
            timeout=3600,
            env=harness.environment(),
        )
        self.assertEqual("flat", done.stdout.splitlines()[-1], done.stdout + done.stderr)
        if harness.LONG:
            print(done.stdout.splitlines()[0], "...", done.stdout.splitlines()[-2])

    def test_soak(self) -> None:
        self.check()

    def test_soak_patched(self) -> None:
        self.check("mp")


if __name__ == "__main__":
    unittest.main()
