import eventlet
from eventlet import event


class WrongType(Exception):
    pass


class Store:
    def __init__(self, journal):
        self._data = {}
        self._timers = {}
        self._watchers = {}
        self.journal = journal

    def __len__(self):
        return len(self._data)

    def keys(self):
        return self._data.keys()

    def get(self, key, default=None):
        return self._data.get(key, default)

    def set(self, key, value):
        self._data[key] = value
        self.journal.add("set", key)
        watcher = self._watchers.pop(key, None)
        if watcher:
            watcher.send(value)

    def delete(self, key):
        self.persist(key)
        if key in self._data:
            del self._data[key]
            self.journal.add("del", key)
            return True
        return False

    def incr(self, key, by):
        value = self._data.get(key, 0)
        try:
            value = int(value) + by
        except ValueError:
            raise WrongType("%s is not a number" % key) from None
        # nothing between the read above and this write gives way to others
        self.set(key, str(value))
        return value

    def wait_for(self, key, seconds):
        if key in self._data:
            return self._data[key]
        watcher = self._watchers.setdefault(key, event.Event())
        return watcher.wait(timeout=seconds)

    def expire(self, key, seconds):
        if key not in self._data:
            return False
        self.persist(key)
        self._timers[key] = eventlet.spawn_after(seconds, self._expired, key)
        return True

    def persist(self, key):
        timer = self._timers.pop(key, None)
        if timer is None:
            return False
        timer.cancel()
        return True

    def _expired(self, key):
        self._timers.pop(key, None)
        self._data.pop(key, None)
        self.journal.add("expire", key)
