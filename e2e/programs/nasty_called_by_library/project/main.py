"""What builtins, containers and the standard library call of a program's
objects waits, while other green threads run."""
import functools
import heapq
import io
import itertools
import json
import re
from collections.abc import MutableMapping

import eventlet

log = []


def fetch(value):
    eventlet.sleep(0.005)
    log.append("fetch")
    return value


class Job:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return fetch(self.n) < other.n

    def __eq__(self, other):
        return fetch(self.n) == other.n

    def __hash__(self):
        return fetch(self.n)

    def __repr__(self):
        return "job %d" % fetch(self.n)


class Jobs(MutableMapping):
    def __init__(self):
        self.jobs = {}

    def __getitem__(self, key):
        return fetch(self.jobs[key])

    def __setitem__(self, key, job):
        self.jobs[key] = fetch(job)

    def __delitem__(self, key):
        del self.jobs[key]

    def __iter__(self):
        return iter(self.jobs)

    def __len__(self):
        return len(self.jobs)


class Raw(io.RawIOBase):
    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, buffer):
        n = min(len(buffer), len(self.data))
        buffer[:n] = fetch(self.data[:n])
        self.data = self.data[n:]
        return n


class Encoder(json.JSONEncoder):
    def default(self, obj):
        return fetch(obj.n)


@functools.singledispatch
def size(obj):
    return 0


@size.register
def _(obj: str):
    return fetch(len(obj))


def ticker(ticks, stop):
    while not stop:
        ticks.append(1)
        eventlet.sleep(0.001)


def order():
    heap = [Job(3), Job(1)]
    heapq.heapify(heap)
    heapq.heappush(heap, Job(2))
    return [j.n for j in sorted(heap)], max(heap).n, Job(1) in heap, [Job(1)] == [Job(1)]


def keys():
    return {Job(1): "one"}[Job(1)], len({Job(1), Job(2)})


def spelled():
    return "%s" % (Job(1),), f"{[Job(2)]}", "{}".format([Job(3)])


def mapped():
    jobs = Jobs()
    jobs.update(a=1)
    return jobs.get("a"), list(jobs.items()), jobs.pop("a"), len(jobs)


def called():
    return (re.sub("a", lambda m: fetch("b"), "aXa"), json.dumps([Job(1)], default=lambda o: fetch(o.n)),
            json.dumps([Job(2)], cls=Encoder), size("four"),
            [k for k, g in itertools.groupby([1, 1, 2], key=lambda n: fetch(n))], io.BufferedReader(Raw(b"data")).read())


def main():
    ticks, stop = [], []
    side = eventlet.spawn(ticker, ticks, stop)
    for step in (order, keys, spelled, mapped, called):
        before = len(ticks)
        print(step.__name__, step(), len(ticks) > before)
    stop.append(1)
    side.wait()
    print(len(log))


if __name__ == "__main__":
    main()
