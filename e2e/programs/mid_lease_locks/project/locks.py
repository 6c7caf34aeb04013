from __future__ import annotations

import collections
import contextlib
from typing import Dict, Iterator, List, Optional

import eventlet
from eventlet import Timeout
from eventlet.semaphore import Semaphore


class LockError(Exception):
    """Base class."""


class LeaseExpired(LockError):
    def __init__(self, lease: "Lease") -> None:
        super().__init__(f"lease of {lease.owner} on {lease.key}")
        self.lease = lease


class Busy(LockError):
    pass


class Lease:
    def __init__(self, key: str, owner: str, seconds: float) -> None:
        self.key, self.owner, self.seconds = key, owner, seconds
        self._timeout: Optional[Timeout] = None

    def __enter__(self) -> "Lease":
        self._timeout = Timeout(self.seconds, LeaseExpired(self))
        return self

    def __exit__(self, et, ev, tb) -> None:
        self._timeout.cancel()


class LockManager:
    def __init__(self) -> None:
        self._locks: Dict[str, Semaphore] = collections.defaultdict(Semaphore)
        self.owners: Dict[str, str] = {}
        self.events: List[str] = []

    def note(self, fmt: str, *args) -> None:
        self.events.append(fmt % args)
        print(self.events[-1])

    @contextlib.contextmanager
    def lease(self, key: str, owner: str, seconds: float = 1.0, wait: Optional[float] = None) -> Iterator[Lease]:
        lock = self._locks[key]
        got = False
        try:
            with Timeout(wait):
                got = lock.acquire()
        except Timeout:
            raise Busy(f"{key} held by {self.owners.get(key)}") from None
        self.owners[key] = owner
        self.note("%s takes %s", owner, key)
        try:
            with Lease(key, owner, seconds) as lease:
                yield lease
        finally:
            del self.owners[key]
            self.note("%s drops %s", owner, key)
            if got:
                lock.release()

    def try_lock(self, key: str) -> bool:
        return self._locks[key].acquire(False)

    def unlock(self, key: str) -> None:
        self._locks[key].release()


class AuditedLocks(LockManager):
    """The same, but every note goes to a (slow) audit log first."""

    def note(self, fmt: str, *args) -> None:
        eventlet.sleep(0.2)
        super().note("audit: " + fmt, *args)

    def unlock(self, key: str) -> None:
        if key in self.owners:
            raise LockError(f"{key} belongs to {self.owners[key]}")
        super().unlock(key)


def work(manager: LockManager, owner: str, keys: List[str], cost: float, **options) -> str:
    try:
        with contextlib.ExitStack() as stack:
            for key in keys:
                stack.enter_context(manager.lease(key, owner, **options))
            eventlet.sleep(cost)
            return f"{owner} did {'+'.join(keys)}"
    except LeaseExpired as e:
        return f"{owner} expired: {e}"
    except Busy as e:
        return f"{owner} busy: {e}"
