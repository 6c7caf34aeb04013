import io
import os
import pickle
import unittest
from pydoc import locate

import eventlet
eventlet.monkey_patch()


def slow_name(job):
    eventlet.sleep(0.001)
    return "the job"


class Cases(unittest.TestCase):
    def runTest(self):
        pool = locate(os.environ["APP_POOL"])()
        self.assertRaises(ValueError, pool.take_one, 3)
        self.assertEqual(pool.take_one(2), 2)


class Job:
    pass


class Packer(pickle.Pickler):
    """Its table is read by its base class, which calls what is in it."""
    dispatch_table = dict([(Job, lambda job: (str, (slow_name(job),)))])


class Store:
    def __init__(self):
        self.rows = ["a", "b"]

    def every_row(self):
        eventlet.sleep(0.001)
        return self.rows


SCRIPT = """
for row in store.every_row():
    seen.append(row)
"""


def run_script(**names):
    exec(compile(SCRIPT, "script", "exec"), names)


def main():
    result = unittest.TestResult()
    Cases().run(result)
    print(result.testsRun, len(result.errors), len(result.failures), result.errors[:1])
    out = io.BytesIO()
    Packer(out).dump([Job(), 1])
    print(pickle.loads(out.getvalue()))
    seen = []
    run_script(store=Store(), seen=seen)
    print(seen)
    pool = locate(os.environ["APP_POOL"])()
    take = pool.all_of_them
    print(sorted(take(), reverse=True), list(map(pool.take_one, [1, 2])))
    handle = getattr(pool, "give_back", None)
    if callable(handle):
        print(handle(1))
    for kind in ("start", "end"):
        print(getattr(pool, "on_" + kind)())


if __name__ == "__main__":
    main()
