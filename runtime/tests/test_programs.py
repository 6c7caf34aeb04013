# SPDX-License-Identifier: Apache-2.0
"""How programs end and are interrupted: output, exit code and printed exceptions as on Eventlet."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import harness
import programs

PATH = harness.HERE / "programs.py"
MODES = ("green", "green_hub", "aio", "bridge_mp", *(("bridge",) if harness.LONG else ()))
# The asyncio hub alone does not survive these ("Already running!"): there only the default hub is the oracle.
HUB_BREAKS = {"terminated_and_survives", "alarm_raises", "terminated_with_finally"}


def run(job: tuple[str, str]) -> dict[str, Any]:
    mode, name = job
    environment = harness.environment(PYTHONUNBUFFERED="1")
    command = [sys.executable, str(PATH), mode, name]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            output = ""
            assert process.stdout is not None
            if name in programs.SIGNALS:
                while "READY" not in output:
                    line = process.stdout.readline()
                    if not line:
                        break
                    output += line
                harness.time.sleep(0.2)
                process.send_signal(getattr(signal, programs.SIGNALS[name]))
            rest, errors = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            rest, errors = process.communicate()
            rest += "HANGS"
        return {
            "output": (output + rest).splitlines(),
            "code": process.returncode,
            "printed": harness.printed_exceptions(errors),
            "noise": harness.noise(errors),
            "stderr": errors,
        }


class Programs(unittest.TestCase):
    """One test for each program, made below."""

    maxDiff = None

    def check(self, name: str) -> None:
        with ThreadPoolExecutor(harness.JOBS) as pool:
            runs = dict(zip(MODES, pool.map(run, [(mode, name) for mode in MODES])))
        allowed = []
        for mode in ("green", "green_hub"):
            oracle = runs.pop(mode)
            if mode == "green" or name not in HUB_BREAKS:
                allowed.append({key: oracle[key] for key in ("output", "code", "printed")})
        for mode, result in runs.items():
            with self.subTest(program=name, mode=mode):
                seen = {key: result[key] for key in ("output", "code", "printed")}
                if seen not in allowed:
                    self.fail(f"{name} in {mode}:\n  seen    {seen}\n  allowed {allowed}\nstderr:\n{result['stderr']}")
                self.assertEqual([], result["noise"])


def _add(name: str) -> None:
    def test(self: Programs) -> None:
        self.check(name)

    setattr(Programs, f"test_{name}", test)


for _name in harness.scenario_names(PATH):
    _add(_name)

if __name__ == "__main__":
    unittest.main()
