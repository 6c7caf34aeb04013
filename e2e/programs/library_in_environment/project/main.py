import eventlet

eventlet.monkey_patch()

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "venv/lib/python3/site-packages"))

import slowlib


def ticker(ticks, stop):
    while not stop:
        ticks.append(1)
        eventlet.sleep(0.001)


def asked():
    return slowlib.connect("one").ask("two")


def entered():
    with slowlib.connect("three") as conn:
        return conn.name


def iterated():
    return [page for page in slowlib.pages(3)]


def main():
    ticks, stop = [], []
    side = eventlet.spawn(ticker, ticks, stop)
    eventlet.sleep(0)
    for step in (asked, entered, iterated):
        before = len(ticks)
        print(step.__name__, step(), len(ticks) > before)
    stop.append(1)
    side.wait()


if __name__ == "__main__":
    main()
