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


def short(log: Any) -> str:
    text = "; ".join(log) if isinstance(log, list) else json.dumps(log)
    text = text.replace("|", "/").replace("<", "‹").replace("died with status 14", "**hangs**")
    return text if len(text) <= 110 else text[:107] + "..."


def main() -> None:
    same = {"their": 0, "our": 0}
    rows = []
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
            rows.append((name, short(truths[0]), *verdicts))
    print(f"Python {sys.version.split()[0]}, Eventlet {importlib.metadata.version('eventlet')}, {time.strftime('%Y-%m-%d')}\n")
    print(f"Of {len(rows)} probes Eventlet's own bridge keeps {same['their']}, offlet's {same['our']}.\n")
    print("| probe | all green on Eventlet (or asyncio's rule) | Eventlet's own bridge | offlet |")
    print("|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(f"`{cell}`" if i == 0 else cell for i, cell in enumerate(row)) + " |")


if __name__ == "__main__":
    main()
