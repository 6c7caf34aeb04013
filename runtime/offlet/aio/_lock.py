# SPDX-License-Identifier: Apache-2.0
"""Locks: ``eventlet.lock`` and what ``threading`` has when it is patched."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any

from ._core import Strand, current
from ._semaphore import Semaphore

__all__ = ["Condition", "Lock", "RLock"]


class Lock(Semaphore):
    """One task at a time (``eventlet.lock.Lock``, patched ``threading.Lock``)."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)

    def release(self, blocking: bool = True) -> bool:
        """Let the next in; RuntimeError if nobody is in."""
        if self.counter > 0:
            raise RuntimeError("release unlocked lock")
        return super().release(blocking)

    async def __aenter__(self) -> Any:
        await self.acquire()


class RLock:
    """A lock that its owner, a task, may take again (patched ``threading.RLock``)."""

    def __init__(self) -> None:
        self._block = Lock()
        self._owner: Strand | None = None
        self._count = 0

    def __repr__(self) -> str:
        state = "locked" if self._block.locked() else "unlocked"
        return f"<{state} {type(self).__name__} owner={self._owner!r} count={self._count} at {hex(id(self))}>"

    async def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it, waiting while another task owns it; False if *blocking* is false or *timeout* seconds pass."""
        me = current()
        if self._owner is me:
            self._count += 1
            return True
        if await self._block.acquire(blocking, None if timeout == -1 else timeout):
            self._owner = me
            self._count = 1
            return True
        return False

    def release(self) -> None:
        """Give it back, once for each acquire; RuntimeError if another task owns it."""
        if self._owner is not current():
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if self._count == 0:
            self._owner = None
            self._block.release()

    async def __aenter__(self) -> bool:
        return await self.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    # What Condition needs: to give it up whatever the count, and to have it back as it was.

    def _is_owned(self) -> bool:
        return self._owner is current()

    def _give_up(self) -> int:
        count, self._count = self._count, 0
        self._owner = None
        self._block.release()
        return count

    async def _take_back(self, count: int) -> None:
        await self._block.acquire()
        self._owner = current()
        self._count = count


class Condition:
    """Waits for a state that a lock protects (patched ``threading.Condition``)."""

    def __init__(self, lock: Any = None) -> None:
        self._lock: Any = RLock() if lock is None else lock
        self._waiters: deque[Lock] = deque()

    async def acquire(self, *args: Any, **kwargs: Any) -> bool:
        """Take the lock."""
        return await self._lock.acquire(*args, **kwargs)  # type: ignore[no-any-return]

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    async def __aenter__(self) -> Any:
        return await self._lock.__aenter__()

    async def __aexit__(self, *exc: Any) -> Any:
        return await self._lock.__aexit__(*exc)

    def __repr__(self) -> str:
        return f"<Condition({self._lock}, {len(self._waiters)})>"

    def _is_owned(self) -> bool:
        if isinstance(self._lock, RLock):
            return self._lock._is_owned()
        return bool(self._lock.locked())

    async def wait(self, timeout: float | None = None) -> bool:
        """Release the lock, wait for ``notify``, take the lock again; False if *timeout* seconds passed first."""
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        turn = Lock()
        await turn.acquire()
        self._waiters.append(turn)
        count = self._lock._give_up() if isinstance(self._lock, RLock) else self._lock.release()
        notified = False
        try:
            if timeout is None:
                notified = await turn.acquire()
            elif timeout > 0:
                notified = await turn.acquire(True, timeout)
            else:
                notified = await turn.acquire(False)
            return notified
        finally:
            if isinstance(self._lock, RLock):
                await self._lock._take_back(count)
            else:
                await self._lock.acquire()
            if not notified and turn in self._waiters:
                self._waiters.remove(turn)

    async def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """``wait`` until ``predicate()`` is true or *timeout* seconds have passed; returns what it last gave."""
        end = None
        left = timeout
        result = predicate()
        while not result:
            if left is not None:
                if end is None:
                    end = time.monotonic() + left
                else:
                    left = end - time.monotonic()
                    if left <= 0:
                        break
            await self.wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        """Wake *n* of those who wait, those who came first; RuntimeError without the lock."""
        if not self._is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        for _ in range(min(n, len(self._waiters))):
            self._waiters.popleft().release()

    def notify_all(self) -> None:
        """Wake everybody who waits."""
        self.notify(len(self._waiters))
