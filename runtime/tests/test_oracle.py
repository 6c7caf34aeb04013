# SPDX-License-Identifier: Apache-2.0
"""Each scenario, on Eventlet and on offlet: the same log, the same exceptions printed, no complaints.

A file's OPTIONS may say of a scenario:

    sort       the log's lines are compared as a set with counts: the order is Eventlet's choice
    threads    the lines of each thread (first word) are compared among themselves
    printed    False: what is printed to stderr is not compared
    differs    offlet's log where it differs from Eventlet's on purpose (the reason is in API.md)
    skip       modes in which it does not run
    expect     the log, for scenarios with no green form
    python     the first version of Python in which it can run
"""

from __future__ import annotations

import os
import sys
import unittest
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import harness

ORACLES = ["green", "green_hub"]
# OFFLET_TEST_MODES="aio bridge bridge_mp portals foreign aio_uvloop" runs everything.
MODES = os.environ.get("OFFLET_TEST_MODES", "aio bridge bridge_mp").split()
WITHOUT_EVENTLET = {"aio", "portals", "foreign", "aio_uvloop"}
# Where asyncio drives the main program, a kill or a hand-over to it ends one pass of the loop later.
LATER_IN_FOREIGN = {
    "imap_over_async",
    "queue_channel",
    "serve_plain_handler",
    "kill_is_a_yield_point",
    "kill_in_chain",
    "links",
    "spawn_in_dying",
}
JOBS = int(os.environ.get("OFFLET_TEST_JOBS", "2"))


def shown(result: dict[str, Any], options: dict[str, Any]) -> Any:
    """What is compared of a run."""
    log = result["log"]
    if options.get("sort"):
        log = sorted(log)
    elif options.get("threads"):
        threads: dict[str, list[str]] = defaultdict(list)
        for line in log:
            threads[line.split()[0] if line.split() else ""].append(line)
        log = dict(threads)
    printed = result["printed"] if options.get("printed", True) else []
    return {"log": log, "printed": sorted(printed)}


class Oracle(unittest.TestCase):
    """One test for each file of scenarios, made below."""

    maxDiff = None

    def check_file(self, stem: str) -> None:
        path = harness.SCENARIOS / f"{stem}.py"
        options = harness.scenario_options(path)
        mixed = stem.startswith("mixed_")
        names = harness.scenario_names(path)
        only = os.environ.get("OFFLET_TEST_ONLY")
        if only:
            names = [name for name in names if only in name]
        modes = [mode for mode in MODES if not (mixed and mode in WITHOUT_EVENTLET)]
        with ThreadPoolExecutor(JOBS) as pool:
            runs = dict(zip(ORACLES + modes, pool.map(lambda m: harness.run_file(m, path, names), ORACLES + modes)))
        oracles = [runs.pop(mode) for mode in ORACLES]
        for name in names:
            chosen = options.get(name, {})
            allowed = [shown(oracle[name], chosen) for oracle in oracles]
            if sys.version_info < tuple(chosen.get("python", ())):
                continue
            if "differs" in chosen:
                allowed = [{"log": chosen["differs"], "printed": allowed[0]["printed"]}]
            if "expect" in chosen:
                allowed = [{"log": chosen["expect"], "printed": shown(runs[modes[0]][name], chosen)["printed"]}]
            for mode in modes:
                if mode in chosen.get("skip", ()) or (mode == "foreign" and name in LATER_IN_FOREIGN):
                    continue
                with self.subTest(scenario=name, mode=mode):
                    run = runs[mode][name]
                    seen = shown(run, chosen)
                    if seen not in allowed:
                        self.fail(
                            f"{stem}.{name} in {mode}:\n  seen    {seen}\n"
                            + "".join(f"  allowed {a}\n" for a in allowed)
                            + f"stderr:\n{run['stderr']}"
                        )
                    self.assertEqual([], run["noise"])


def _add(stem: str) -> None:
    def test(self: Oracle) -> None:
        self.check_file(stem)

    setattr(Oracle, f"test_{stem}", test)


for _path in sorted(harness.SCENARIOS.glob("*.py")):
    _add(_path.stem)

if __name__ == "__main__":
    unittest.main()
