"""Functions in lists at a crowded place; objects in what json gives."""
import json

import eventlet

eventlet.monkey_patch()


class Job:
    @property
    def name(self):
        eventlet.sleep(0)
        return "job"

    def __enter__(self):
        eventlet.sleep(0)
        return "entered"

    def __exit__(self, *exc):
        eventlet.sleep(0)


class Box(dict):
    pass


class Row(list):
    pass


def plain(x):
    return x, "plain"


def slow(x):
    eventlet.sleep(0)
    return x, "slow"


def later(x):
    eventlet.sleep(0)
    return x, "later"


def each(functions, x):
    return [f(x) for f in functions]


def hooks(f=plain):
    return f(0)


hooks.__defaults__ = (later,)


def main():
    print(hooks())
    print(each(eval("[]"), 0))
    print(each([plain], 1))
    print(each([plain], 2))
    print(each([plain], 3))
    print(each([plain], 4))
    print(each([plain], 5))
    print(each([plain], 6))
    print(each([plain], 7))
    print(each([plain], 8))
    print(each([plain], 9))
    print(each([plain], 10))
    print(each([plain], 11))
    print(each([plain], 12))
    print(each([plain], 13))
    print(each([slow], 14))
    print(each((plain, slow), 15))
    jobs = json.loads('{"number": 1}')
    jobs["own"] = Job()
    print(jobs.get("own").name, jobs.get("number"))
    with jobs.get("own") as entered:
        print(entered)
    print([j if j == 1 else j.name for j in jobs.values()])
    print([j if key == "number" else j.name for key, j in jobs.items()])
    print(jobs.pop("own").name)
    box, row = Box(), Row()
    box["a"] = Job()
    row.append(Job())
    print([j.name for j in box.values()], box.get("a").name, row.pop().name)


eventlet.spawn(main).wait()
