"""Doubles numbers, slowly; `tool.py 1 2 3` does so from the command line."""
import sys

import eventlet


def double(n):
    eventlet.sleep(0.02)
    return 2 * n


def convert(numbers):
    pool = eventlet.GreenPool(2)
    return list(pool.imap(double, numbers))


if __name__ == "__main__":
    print(convert([int(n) for n in sys.argv[1:]]))
