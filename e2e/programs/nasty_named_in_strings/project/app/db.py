import contextlib

import eventlet

rows = []


@contextlib.contextmanager
def transaction():
    eventlet.sleep(0)
    yield rows
    eventlet.sleep(0)


def insert(row):
    eventlet.sleep(0)
    rows.append(row)
