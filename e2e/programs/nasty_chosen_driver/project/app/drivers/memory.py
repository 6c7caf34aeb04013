"""Keeps everything in memory, slowly."""
from contextlib import contextmanager

import eventlet


class Driver:
    def __init__(self, kind):
        eventlet.sleep(0)
        self.kind = kind
        self.slots = {}

    @contextmanager
    def open_for_write(self, key):
        slot = []
        eventlet.sleep(0.001)
        try:
            yield slot
        finally:
            eventlet.sleep(0.001)
            self.slots[key] = slot
            print(self.kind, "wrote", key, slot)

    def scan(self):
        for key in self.slots:
            eventlet.sleep(0)
            yield key

    def oldest(self):
        eventlet.sleep(0)
        return min(self.slots)


class Store:
    def __init__(self):
        eventlet.sleep(0)
        self.kept = []

    @contextmanager
    def locked(self):
        eventlet.sleep(0)
        yield

    def add(self, line):
        eventlet.sleep(0)
        self.kept.append(line)

    def lines(self):
        for line in self.kept:
            eventlet.sleep(0)
            yield line
