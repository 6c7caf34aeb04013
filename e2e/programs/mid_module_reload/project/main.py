"""A module whose body waits is loaded again while green threads run."""
import importlib

import eventlet

import settings


def again():
    return importlib.reload(settings).VALUE


def in_turn(log):
    log.append(again())
    eventlet.sleep(0)


def main():
    log = []
    a = eventlet.spawn(in_turn, log)
    b = eventlet.spawn(log.append, "b")
    a.wait()
    b.wait()
    print(log)


if __name__ == "__main__":
    main()
