import sys

import eventlet
eventlet.monkey_patch()

from app import cache


def work(kind):
    c = cache.Cache(kind)
    c.put("b", 2)
    c.put("a", 1)
    return c.keys(), c.oldest()


def main():
    for kind in ("memory", "other", "nothing"):
        print(eventlet.spawn(work, kind).wait())
    log = cache.Log(sys.argv[1] if len(sys.argv) > 1 else "app.drivers.memory")
    log.add("one")
    log.add("two")
    print(log.lines())
    diary = cache.Diary("mine")
    diary.write(1, "rain")
    diary.write(2, "sun")
    print(diary.days(), diary.last())


if __name__ == "__main__":
    main()
