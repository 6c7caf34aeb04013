# SPDX-License-Identifier: Apache-2.0
"""Prints the table of probes in docs/runtime.md: each crossing all green, over Eventlet's own bridge, over offlet's.

    python probes.py
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import time
from typing import Any

os.environ.setdefault("OFFLET_TEST_SECONDS", "10")  # Eventlet's own bridge hangs in some
import harness  # noqa: E402
from test_oracle import shown  # noqa: E402


STEMS = ("mixed_cancellation", "mixed_crossings", "mixed_objects")
# The experiments that a probe repeats; those of b_cancel.py are the names that begin with p01 to p35.
FRONTIER = {
    "rlock_over_call": "1.1",
    "rlock_over_call_green": "1.1b",
    "kill_swallowed_by_coroutine": "1.2, 2.2",
    "kill_with_exception_reaches_coroutine": "1.3, 2.3",
    "timeout_caught_in_coroutine": "2.3t",
    "facade_below_a_coroutine": "1.4",
    "no_added_yield_by_call": "1.5, 2.5",
    "no_added_yield_by_call_green": "1.5b, 1.10",
    "generator_with_timeout": "1.6",
    "kill_order": "1.7",
    "stop_iteration": "1.8",
    "dropped_async_generator": "1.9",
    "spawned_work_starts_with_an_empty_context": "1.11",
    "logging_while_the_lock_is_held": "2.log",
    "locals_follow_the_thread": "2.local",
    "forced_sync_callables": "2.portal",
}


def short(log: Any) -> str:
    text = "; ".join(log) if isinstance(log, list) else json.dumps(log)
    text = text.replace("|", "/").replace("<", "‹").replace("died with status 14", "**hangs**")
    return text if len(text) <= 110 else text[:107] + "..."


def main() -> None:
    same = {"their": 0, "our": 0}
    rows = []
    found = {name for stem in STEMS for name in harness.scenario_names(harness.SCENARIOS / f"{stem}.py")}
    assert not set(FRONTIER) - found and {f"p{n:02}" for n in range(1, 36)} <= {name[:3] for name in found}
    for stem in STEMS:
        path = harness.SCENARIOS / f"{stem}.py"
        options = harness.scenario_options(path)
        names = harness.scenario_names(path)
        runs = {mode: harness.run_file(mode, path, names) for mode in ("green", "green_hub", "theirs", "bridge")}
        for name in names:
            chosen = options.get(name, {})
            truths = [shown(runs[mode][name], chosen)["log"] for mode in ("green", "green_hub")]
            if "expect" in chosen:
                truths = [chosen["expect"]]
            verdicts = []
            for who, mode in (("their", "theirs"), ("our", "bridge")):
                log = shown(runs[mode][name], chosen)["log"]
                if log in truths:
                    same[who] += 1
                    verdicts.append("same")
                else:
                    verdicts.append(short(log))
            rows.append((name, FRONTIER.get(name, ""), short(truths[0]), *verdicts))
    print(f"Python {sys.version.split()[0]}, Eventlet {importlib.metadata.version('eventlet')}, {time.strftime('%Y-%m-%d')}\n")
    print(f"Of {len(rows)} probes Eventlet's own bridge keeps {same['their']}, offlet's {same['our']}.\n")
    print("| probe | frontier | all green on Eventlet (or asyncio's rule) | Eventlet's own bridge | offlet |")
    print("|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(f"`{cell}`" if i == 0 else cell for i, cell in enumerate(row)) + " |")


if __name__ == "__main__":
    main()
