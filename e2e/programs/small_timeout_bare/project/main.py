import sys

import eventlet
from eventlet import Timeout

DEADLINE = 0.15


def copy(name, blocks):
    timeout = Timeout(DEADLINE)
    try:
        for n, cost in enumerate(blocks):
            eventlet.sleep(cost)
            print("%s block %d" % (name, n))
        return len(blocks)
    except Timeout as t:
        if t is not timeout:
            print("%s: not my timeout" % name)
            raise
        print("%s stalled" % name)
        return -1
    finally:
        timeout.cancel()
        print("%s closed" % name)


def flush():
    t = eventlet.Timeout(0.05, RuntimeError("flush took too long"))
    try:
        eventlet.sleep(0.2)
    finally:
        t.cancel()


def main():
    print(copy("one", [0.02, 0.03]))
    print(copy("two", [0.03, 0.4, 0.01]))
    whole = Timeout(0.08)
    try:
        print(copy("three", [0.03, 0.3, 0.01]))
    except Timeout as t:
        print("whole" if t is whole else "other", t)
    finally:
        whole.cancel()
    try:
        flush()
    except RuntimeError as e:
        print("flush: %s" % e)
    spare = Timeout(0.05)
    spare.cancel()
    eventlet.sleep(0.1)
    print("spare never fired")
    return 0


if __name__ == "__main__":
    sys.exit(main())
