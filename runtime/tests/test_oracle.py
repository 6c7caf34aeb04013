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
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import harness

ORACLES = ["green", "green_hub"]
MODES = ["aio", "bridge", "bridge_mp"]
MORE_MODES = ["portals", "foreign", "aio_uvloop"]
if "OFFLET_TEST_MODES" in os.environ:
    MODES = os.environ["OFFLET_TEST_MODES"].split()
elif harness.LONG:
    MODES += MORE_MODES
else:
    harness.left_out("each file of scenarios both patched and not; scenarios in modes " + ", ".join(MORE_MODES))
# Monkey patching makes a difference to some files only; the short run leaves one of the two modes out of the others.
NOT_PATCHED = {"mixed_cancellation", "mixed_crossings", "mixed_iteration", "mixed_objects"}
PATCHED = NOT_PATCHED | {"processes", "sockets", "threads", "tls"}
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


def chosen_names(stem: str) -> list[str]:
    only = os.environ.get("OFFLET_TEST_ONLY", "")
    return [name for name in harness.scenario_names(harness.SCENARIOS / f"{stem}.py") if only in name]


def chosen_modes(stem: str) -> list[str]:
    modes = [mode for mode in MODES if not (stem.startswith("mixed_") and mode in WITHOUT_EVENTLET)]
    if not harness.LONG and "OFFLET_TEST_MODES" not in os.environ:
        if stem == "await_forms":
            modes.append("portals")
        if stem not in PATCHED:
            modes.remove("bridge_mp")
        if stem in PATCHED - NOT_PATCHED:
            modes.remove("bridge")
    return modes


STEMS = sorted(path.stem for path in harness.SCENARIOS.glob("*.py"))
_pool = ThreadPoolExecutor(harness.JOBS)
_runs: dict[str, dict[str, Future[Any]]] = {}


def runs_of(stem: str) -> dict[str, Future[Any]]:
    """The runs of a file by mode. Those of the next file begin too, so that no core is idle."""
    for each in STEMS[STEMS.index(stem) :][:2]:
        if each not in _runs:
            path, names = harness.SCENARIOS / f"{each}.py", chosen_names(each)
            _runs[each] = {m: _pool.submit(harness.run_file, m, path, names) for m in ORACLES + chosen_modes(each)}
    return _runs[stem]


def tearDownModule() -> None:
    _pool.shutdown(cancel_futures=True)


class Oracle(unittest.TestCase):
    """One test for each file of scenarios, made below."""

    maxDiff = None

    def check_file(self, stem: str) -> None:
        path = harness.SCENARIOS / f"{stem}.py"
        options = harness.scenario_options(path)
        names = chosen_names(stem)
        runs = {mode: job.result() for mode, job in runs_of(stem).items()}
        modes = [mode for mode in runs if mode not in ORACLES]
        oracles = [runs.pop(mode) for mode in ORACLES]
        for name in names:
            chosen = options.get(name, {})
            allowed = [shown(oracle[name], chosen) for oracle in oracles]
            if sys.version_info < tuple(chosen.get("python", ())):
                continue
            if "differs" in chosen:
                allowed = [{"log": chosen["differs"], "printed": allowed[0]["printed"]}]
            elif "expect" not in chosen:
                # Where Eventlet itself hangs there is nothing to compare with.
                self.assertFalse(all("died with status" in str(a["log"]) for a in allowed), f"{stem}.{name} is no scenario")
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


for _stem in STEMS:
    _add(_stem)

if __name__ == "__main__":
    unittest.main()
