"""A library gets modules, functions and classes by their names in strings."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "venv/lib/python3/site-packages"))

import backends
import eventlet

from app import jobs

_MAPPING = {"memory": "app.db"}
IMPL = backends.Lazy("memory", mapping=_MAPPING)
TRIPLE = "app.jobs:triple"


class Beat:
    def __init__(self):
        self.paths = []
        self.paths.append("app.stages.beat")

    def run(self):
        return backends.run_all(self.paths)


def ticker(log):
    for i in range(6):
        log.append(f"tick {i}")
        eventlet.sleep(0)


def store(log):
    with IMPL.transaction() as rows:
        IMPL.insert("a")
        log.append(list(rows))


def main():
    log = []
    ticks = eventlet.spawn(ticker, log)
    store(log)
    log.append(backends.enqueue("app.jobs.double", 2))
    log.append(backends.enqueue(TRIPLE, 2))
    log.append(backends.flush("app.jobs:Store"))
    log.append(jobs.unnamed(2))
    options = dict(stages=["app.stages.First", "app.stages.Second"])
    log.append(backends.chain(**options)("x"))
    schedule: dict = {"tick": "app.stages.tick"}
    schedule["tock"] = "app.stages.tock"
    log.append(backends.run_all(schedule.values(), schedule))
    log.append(Beat().run())
    ticks.wait()
    print(*log, sep="\n")


main()
