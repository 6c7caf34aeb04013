"""A journal that only the environment names."""
from contextlib import contextmanager

import eventlet


class Journal:
    def __init__(self, title):
        eventlet.sleep(0)
        self.title = title
        self.entries = []

    @contextmanager
    def entry(self, day):
        eventlet.sleep(0.001)
        lines = []
        yield lines
        eventlet.sleep(0.001)
        self.entries.append((day, lines))

    def days(self):
        for day, _ in self.entries:
            eventlet.sleep(0)
            yield day

    def last(self):
        eventlet.sleep(0)
        return self.entries[-1]
