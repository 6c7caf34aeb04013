# SPDX-License-Identifier: Apache-2.0
"""16 workers with random kills, cancels and timeouts: nothing lost, nothing doubled, one lock holder, nothing left."""

from __future__ import annotations

import subprocess
import sys
import unittest

import harness

SEEDS = range(1, 21) if harness.LONG else [1]
if not harness.LONG:
    harness.left_out("stress with 19 more seeds")


class Stress(unittest.TestCase):
    def check(self, mode: str) -> None:
        for seed in SEEDS:
            with self.subTest(seed=seed):
                done = subprocess.run(
                    [sys.executable, str(harness.HERE / "stress.py"), mode, str(seed)],
                    capture_output=True,
                    text=True,
                    timeout=300,
                    env=harness.environment(),
                )
                verdict, _, count = done.stdout.strip().rpartition(" ")
                self.assertEqual("fine", verdict, done.stderr)
                self.assertGreater(int(count), 5000)

    def test_aio(self) -> None:
        self.check("aio")

    def test_bridge(self) -> None:
        self.check("bridge")

    def test_bridge_patched(self) -> None:
        self.check("bridge_mp")


if __name__ == "__main__":
    unittest.main()
