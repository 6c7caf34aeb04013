import contextlib
import time

import eventlet
from eventlet.timeout import Timeout, with_timeout

eventlet.monkey_patch()


def work(n):
    eventlet.sleep(0.01)
    return n


def pause(n):
    time.sleep(0.01)
    return n


def main():
    with contextlib.ExitStack() as stack:
        stack.enter_context(Timeout(5, False))
        print(with_timeout(1, work, 3))
        print(with_timeout(1, eventlet.sleep, 0))
        print(with_timeout(1, time.sleep, 0))
        call = with_timeout
        print(call(1, work, 4))
        try:
            with_timeout(0.001, lambda: work(5))
        except Timeout as e:
            print(type(e).__name__)
        try:
            with_timeout(0.001, pause, 5)
        except Timeout as e:
            print(str(e))
        for f in (work, pause):
            print(with_timeout(1, f, 7))
    eventlet.sleep(0)
    print(pause(1))


main()
