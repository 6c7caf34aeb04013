"""A cache whose driver is chosen by name."""
import os
from pydoc import locate

from app import loading


class Cache:
    def __init__(self, kind):
        self.init_driver(kind)

    def init_driver(self, kind):
        name = __name__.rpartition(".")[0] + ".drivers." + kind + ".Driver"
        self.driver_class = locate(name)
        if self.driver_class is None:
            name = "app" + ".drivers.memory.Driver"
            self.driver_class = locate(name)
        self.driver = self.driver_class(kind)

    def put(self, key, value):
        with self.driver.open_for_write(key) as slot:
            slot.append(value)

    def keys(self):
        return sorted(key for key in self.driver.scan())

    def oldest(self):
        return self.driver.oldest()


class Log:
    """Its store is loaded by a helper of the project."""

    def __init__(self, where):
        self.store = loading.import_class(where + ".Store")()

    def add(self, line):
        with self.store.locked():
            self.store.add(line)

    def lines(self):
        found = []
        for line in self.store.lines():
            found.append(line)
        return found


class Diary:
    """Its journal is the one that the environment names."""

    def __init__(self, title):
        self.journal = locate(os.environ["APP_JOURNAL"])(title)

    def write(self, day, text):
        with self.journal.entry(day) as lines:
            lines.append(text)

    def days(self):
        return [day for day in self.journal.days()]

    def last(self):
        return self.journal.last()
