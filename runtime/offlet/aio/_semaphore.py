# SPDX-License-Identifier: Apache-2.0
"""``eventlet.semaphore``."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import Any

from ._core import Waiter, current
from ._timeout import Timeout

__all__ = ["BoundedSemaphore", "CappedSemaphore", "Semaphore"]


class Semaphore:
    """Lets *value* tasks in at a time, in the order in which they came (``eventlet.Semaphore``)."""

    def __init__(self, value: int = 1) -> None:
        try:
            value = int(value)
        except ValueError as error:
            raise TypeError(f"Semaphore() expect value :: int, actual: {type(value)} {error}") from error
        if value < 0:
            raise ValueError(f"Semaphore() expect value >= 0, actual: {value!r}")
        self.counter = value
        self._waiters: deque[Waiter] = deque()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {hex(id(self))} c={self.counter} _w[{len(self._waiters)}]>"

    def __str__(self) -> str:
        return f"<{type(self).__name__} c={self.counter} _w[{len(self._waiters)}]>"

    def locked(self) -> bool:
        """True if ``acquire()`` would wait."""
        return self.counter <= 0

    def bounded(self) -> bool:
        """False; see CappedSemaphore."""
        return False

    @property
    def balance(self) -> int:
        """How many can come in before one waits; negative: how many wait."""
        return self.counter - len(self._waiters)

    async def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Come in: take one of *counter*, waiting until there is one. True when it was taken.

        False if *blocking* is false and it would wait, or after *timeout* seconds (-1 means no limit). ValueError for
        another negative timeout, and for one with ``blocking=False``.
        """
        if timeout == -1:
            timeout = None
        if timeout is not None and timeout < 0:
            raise ValueError("timeout value must be strictly positive")
        if not blocking:
            if timeout is not None:
                raise ValueError("can't specify timeout for non-blocking acquire")
            if self.counter <= 0:
                return False
        elif self.counter <= 0 or self._waiters:
            if timeout is None:
                await self._wait_turn()
                while self.counter <= 0:
                    await self._wait_turn(first=True)
            elif self.counter <= 0 and not await self._wait_until(timeout):
                return False
        self.counter -= 1
        return True

    async def _wait_turn(self, first: bool = False) -> None:
        """Wait at the end of the line until a release picks this one (*first*: at its head)."""
        waiter = current()._waiter()
        if first:
            self._waiters.appendleft(waiter)
        else:
            self._waiters.append(waiter)
        try:
            await waiter
        except BaseException:
            if waiter.missed() and self.counter > 0 and self._waiters:
                self._waiters[0].strand._loop.call_soon(self._admit)
            raise
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    async def _wait_until(self, timeout: float) -> bool:
        first = False
        with Timeout(timeout, False):
            while self.counter <= 0:
                await self._wait_turn(first)
                first = True
            return True
        return False

    def release(self, blocking: bool = True) -> bool:
        """Go out: the first in line comes in, in the next pass. *blocking* is ignored."""
        self.counter += 1
        if self._waiters:
            strand = self._waiters[0].strand
            strand._loop.call_soon(self._admit, context=strand._scheduler.neutral)
        return True

    def _admit(self) -> None:
        if self._waiters and self.counter > 0:
            self._waiters.popleft().switch()

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """A Semaphore that may not be released more often than acquired (``eventlet.semaphore.BoundedSemaphore``)."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self.original_counter = value

    def release(self, blocking: bool = True) -> bool:
        """As Semaphore.release; ValueError if *counter* is at its first value."""
        if self.counter >= self.original_counter:
            raise ValueError("Semaphore released too many times")
        return super().release(blocking)


class CappedSemaphore:
    """A semaphore whose release waits while it is at *limit* (``eventlet.semaphore.CappedSemaphore``)."""

    def __init__(self, count: int, limit: int) -> None:
        if count < 0:
            raise ValueError(f"CappedSemaphore must be initialized with a positive number, got {count}")
        if count > limit:
            raise ValueError("'count' cannot be more than 'limit'")
        self.lower_bound = Semaphore(count)
        self.upper_bound = Semaphore(limit - count)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} at {hex(id(self))} b={self.balance} l={self.lower_bound} u={self.upper_bound}>"
        )

    def __str__(self) -> str:
        return f"<{type(self).__name__} b={self.balance} l={self.lower_bound} u={self.upper_bound}>"

    def locked(self) -> bool:
        """True if ``acquire()`` would wait."""
        return self.lower_bound.locked()

    def bounded(self) -> bool:
        """True if ``release()`` would wait."""
        return self.upper_bound.locked()

    @property
    def balance(self) -> int:
        """The count, less those who wait to acquire, more those who wait to release."""
        return self.lower_bound.balance - self.upper_bound.balance

    async def acquire(self, blocking: bool = True) -> bool:
        """Take one, waiting until there is one; False if *blocking* is false and there is none."""
        if not blocking and self.locked():
            return False
        self.upper_bound.release()
        try:
            return await self.lower_bound.acquire()
        except BaseException:
            self.upper_bound.counter -= 1
            raise

    async def release(self, blocking: bool = True) -> bool:
        """Give one back, waiting while there are *limit*; False if *blocking* is false and there are."""
        if not blocking and self.bounded():
            return False
        self.lower_bound.release()
        try:
            return await self.upper_bound.acquire()
        except BaseException:
            self.lower_bound.counter -= 1
            raise

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *exc: Any) -> None:
        await self.release()
