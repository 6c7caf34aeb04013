"""The commands of the depot."""
import sys

import eventlet

from depot import store


def main(argv=None):
    """Moves some boxes."""
    argv = argv or sys.argv[1:]
    if not argv:
        return usage()
    pool = eventlet.GreenPool(2)
    for n, weight in enumerate(pool.imap(store.weigh, range(int(argv[0])))):
        print("box", n, "weighs", weight)
    return 3


def usage():
    eventlet.sleep(0)
    print("how many boxes?")
    return "usage: depot COUNT"


def check():
    with eventlet.Timeout(0.05, False):
        eventlet.sleep(5)
        return 1
    print("checked", sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
