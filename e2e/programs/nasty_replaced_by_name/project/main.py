"""What is replaced under a name that is computed, or by a class that is."""
import pickle
from unittest import mock

import eventlet

import trust


class Container:
    def __init__(self, name):
        self.name = name
        self.log = []

    def spawn(self):
        return eventlet.spawn(self._run)

    def _run(self):
        result = self._work(1)
        self._result(result)
        self._teardown()
        return result

    def _work(self, n):
        eventlet.sleep(0)
        return n + 1

    def _result(self, result):
        eventlet.sleep(0)
        self.log.append(("result", result))

    def _teardown(self):
        eventlet.sleep(0)
        self.log.append("teardown")


def watch(obj, target, seen):
    before = getattr(obj, target)

    def wraps(*args, **kwargs):
        res = before(*args, **kwargs)
        seen.append((target, args, res))
        return res

    return mock.patch.object(obj, target, new=wraps)


def wrap(obj, target, seen):
    before = getattr(obj, target)

    def wraps(*args, **kwargs):
        res = before(*args, **kwargs)
        seen.append((target, args, res))
        return res

    setattr(obj, target, wraps)


class Job:
    def start(self):
        eventlet.sleep(0)
        return self.step(1) + self.other(1)

    def step(self, n):
        eventlet.sleep(0)
        return n + 1

    def other(self, n):
        eventlet.sleep(0)
        return n + 2


def follow(obj, target, seen):
    before = getattr(obj, target)

    def wraps(*args):
        res = before(*args)
        seen.append((target, args, res))
        return res

    setattr(obj, target, wraps)


def main():
    seen = []
    c = Container("a")
    with watch(c, "_result", seen):
        print(c.spawn().wait())
    d = Container("b")
    wrap(d, "_work", seen)
    wrap(d, "_teardown", seen)
    print(d.spawn().wait())
    print(c.log, d.log, seen)
    job = pickle.loads(pickle.dumps(Job()))  # nothing is known of it
    follow(job, "step", seen)
    print(job.start(), Job().start(), seen[-1])
    with mock.patch.object(trust, "create", type("Double", (object,), {"id": 2})):
        print(trust.ident())
    print(trust.ident())


if __name__ == "__main__":
    main()
