import time

import eventlet
from eventlet.event import Event

from .backends import BackendError

_MISSING = object()


class TTLCache:
    """Cache with expiry; concurrent misses of one key share one fetch."""

    def __init__(self, backend, ttl, reap_every=None):
        self.backend = backend
        self.ttl = ttl
        self.values = {}
        self.pending = {}
        self.gone = []
        self.stats = {"hit": 0, "miss": 0, "joined": 0, "expired": 0}
        self._reaper_gt = eventlet.spawn(self._reaper, reap_every) if reap_every else None

    def close(self):
        if self._reaper_gt:
            self._reaper_gt.kill()
        self.values.clear()

    def __len__(self):
        return len(self.values)

    def __contains__(self, key):
        return key in self.values

    def _reaper(self, every):
        while True:
            eventlet.sleep(every)
            now = time.monotonic()
            for key in [k for k, (_, exp) in self.values.items() if exp <= now]:
                del self.values[key]
                self.stats["expired"] += 1
                self.gone.append(key)

    def get(self, key, default=None):
        entry = self.values.get(key, _MISSING)
        if entry is not _MISSING:
            self.stats["hit"] += 1
            return entry[0]
        waiting = self.pending.get(key)
        if waiting is not None:
            self.stats["joined"] += 1
            return waiting.wait()
        self.stats["miss"] += 1
        evt = self.pending[key] = Event()
        try:
            value = self.backend.get(key, default)
        except BackendError as exc:
            evt.send_exception(exc)
            raise
        else:
            self.values[key] = (value, time.monotonic() + self.ttl)
            evt.send(value)
            return value
        finally:
            del self.pending[key]

    def get_many(self, keys):
        return {k: v for k in keys if (v := self.get(k)) is not None}
