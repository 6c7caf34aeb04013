"""Repairs. It can be run by itself, and the main program imports it when it needs it."""
import eventlet

eventlet.monkey_patch()

import time


def work():
    time.sleep(0.01)
    return "repaired"


if __name__ == "__main__":
    print("alone:", work())
