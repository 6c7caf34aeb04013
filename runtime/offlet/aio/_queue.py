# SPDX-License-Identifier: Apache-2.0
"""``eventlet.queue``."""

from __future__ import annotations

import heapq
import queue
from collections import deque
from typing import Any, Generic, TypeVar

from ._core import Strand, Waiter, current
from ._event import Event
from ._timeout import Timeout

__all__ = ["Empty", "Full", "LifoQueue", "LightQueue", "PriorityQueue", "Queue"]

T = TypeVar("T")
Empty = queue.Empty
Full = queue.Full


class _Putter:
    """An item that did not fit, with the task that waits to put it; without one it was put by ``put_nowait``."""

    __slots__ = ("block", "item", "taken", "waiter")

    def __init__(self, item: Any, waiter: Waiter | None, block: bool) -> None:
        self.item = item
        self.waiter = waiter
        self.block = block
        self.taken = False

    @property
    def waiting(self) -> bool:
        return self.waiter is None or self.waiter.waiting

    def go_on(self) -> None:
        if self.waiter is not None:
            self.waiter.switch()


class LightQueue(Generic[T]):
    """A queue without ``task_done`` and ``join`` (``eventlet.queue.LightQueue``).

    *maxsize* None or negative has no limit; 0 is a channel: ``put`` waits until a ``get`` takes the item, and both
    ``empty()`` and ``full()`` are true.
    """

    def __init__(self, maxsize: int | None = None) -> None:
        self.maxsize = None if maxsize is None or maxsize < 0 else maxsize
        self._getters: dict[Waiter, None] = {}
        self._putters: dict[_Putter, None] = {}
        self._unlocking = False
        self._init(maxsize)

    # What a subclass replaces for another order.

    def _init(self, maxsize: int | None) -> None:
        self.queue: Any = deque()

    def _get(self) -> Any:
        return self.queue.popleft()

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {hex(id(self))} {self._format()}>"

    def __str__(self) -> str:
        return f"<{type(self).__name__} {self._format()}>"

    def _format(self) -> str:
        text = f"maxsize={self.maxsize!r}"
        if getattr(self, "queue", None):
            text += f" queue={self.queue!r}"
        if self._getters:
            text += f" getters[{len(self._getters)}]"
        if self._putters:
            text += f" putters[{len(self._putters)}]"
        if self._unlocking:
            text += " unlocking"
        return text

    def qsize(self) -> int:
        """How many items are in it."""
        return len(self.queue)

    def empty(self) -> bool:
        """True if it has no item."""
        return not self.qsize()

    def full(self) -> bool:
        """True if it has *maxsize* items."""
        return self.maxsize is not None and self.qsize() >= self.maxsize

    def putting(self) -> int:
        """How many tasks wait in ``put``."""
        return len(self._putters)

    def getting(self) -> int:
        """How many tasks wait in ``get``."""
        return len(self._getters)

    def resize(self, size: int | None) -> None:
        """Change *maxsize*; tasks that wait to put go on if there is room now."""
        if self.maxsize is not None and (size is None or size > self.maxsize):
            self._unlock_soon()
        self.maxsize = size

    async def put(self, item: T, block: bool = True, timeout: float | None = None) -> None:
        """Put *item* in, waiting for room.

        queue.Full if there is none and *block* is false, or after *timeout* seconds.
        """
        if not self.full():
            self._put(item)
            if self._getters:
                self._unlock_soon()
        elif block or self._getters:
            strand = current()
            if not block and strand is strand._scheduler.callbacks:
                self.put_nowait(item)
                return
            putter = _Putter(item, strand._waiter(), block)
            timer = Timeout(timeout, Full) if block and timeout is not None else None
            self._putters[putter] = None
            try:
                if self._getters:
                    self._unlock_soon()
                assert putter.waiter is not None
                await putter.waiter
            finally:
                if timer is not None:
                    timer.cancel()
                self._putters.pop(putter, None)
            if not putter.taken:
                raise Full
        else:
            raise Full

    def put_nowait(self, item: T) -> None:
        """Put *item* in, or raise queue.Full; never waits.

        On a full queue or a channel it is given to a task that waits in ``get``, in the next pass. (``await put(item,
        block=False)`` lets that task run first, as Eventlet's put_nowait does.)
        """
        if not self.full():
            self._put(item)
            if self._getters:
                self._unlock_soon()
            return
        promised = sum(1 for putter in self._putters if putter.waiter is None)
        if promised >= len(self._getters):
            raise Full
        self._putters[_Putter(item, None, True)] = None
        self._unlock_soon()

    async def get(self, block: bool = True, timeout: float | None = None) -> T:
        """Take an item out, waiting for one.

        queue.Empty if there is none and *block* is false, or after *timeout* seconds.
        """
        if self.qsize():
            if self._putters:
                self._unlock_soon()
            return self._get()  # type: ignore[no-any-return]
        if not block:
            return self.get_nowait()
        waiter = current()._waiter()
        timer = None if timeout is None else Timeout(timeout, Empty)
        self._getters[waiter] = None
        try:
            if self._putters:
                self._unlock_soon()
            return await waiter  # type: ignore[no-any-return]
        except BaseException:
            for item in waiter.missed():
                self._put_back(item)
            self._unlock_soon(waiter)
            raise
        finally:
            self._getters.pop(waiter, None)
            if timer is not None:
                timer.cancel()

    def get_nowait(self) -> T:
        """Take an item out, or raise queue.Empty; never waits."""
        if not self.qsize() and self._putters:
            strand = current()
            if strand is strand._scheduler.callbacks:
                # In a callback of the loop one who waits to put can be let in at once.
                for putter in list(self._putters):
                    if putter.waiting:
                        self._let_in(putter)
                        if self.qsize():
                            break
        if not self.qsize():
            raise Empty
        if self._putters:
            self._unlock_soon()
        return self._get()  # type: ignore[no-any-return]

    def _put_back(self, item: Any) -> None:
        """An item was given to a task of a library, which was cancelled before it ran: it is first in line again."""
        if isinstance(self.queue, deque):
            self.queue.appendleft(item)
        else:
            self._put(item)

    def _unlock_soon(self, waiter: Waiter | None = None) -> None:
        """Bring those who wait together in the next pass."""
        if self._unlocking:
            return
        strand: Strand | None = None
        if waiter is not None:
            strand = waiter.strand
        for getter in self._getters:
            strand = getter.strand
            break
        else:
            for putter in self._putters:
                if putter.waiter is not None:
                    strand = putter.waiter.strand
                    break
        if strand is None:
            if not self._putters:
                return
            strand = current()
        self._unlocking = True
        strand._loop.call_soon(self._unlock, context=strand._scheduler.neutral)

    def _let_in(self, putter: _Putter) -> None:
        self._putters.pop(putter, None)
        putter.taken = True
        try:
            self._put(putter.item)
        except BaseException as error:  # items that cannot be compared
            if putter.waiter is None:
                raise
            putter.waiter.throw(error)
        else:
            putter.go_on()

    def _unlock(self) -> None:
        try:
            while True:
                if self._getters and (self.qsize() or self._putters):
                    getter = next(iter(self._getters))
                    if not getter.waiting:
                        del self._getters[getter]
                        continue
                    putter = None
                    if not self.qsize():
                        putter = next(iter(self._putters))
                        del self._putters[putter]
                        if not putter.waiting:
                            continue
                        putter.taken = True
                        self._put(putter.item)
                    del self._getters[getter]
                    try:
                        item = self._get()
                    except BaseException as error:
                        getter.throw(error)
                    else:
                        getter.switch(item)
                    if putter is not None:
                        putter.go_on()
                elif self._putters and not self.full():
                    putter = next(iter(self._putters))
                    if putter.waiting:
                        self._let_in(putter)
                    else:
                        del self._putters[putter]
                else:
                    for putter in [p for p in self._putters if not p.block]:
                        del self._putters[putter]
                        if putter.waiter is not None:
                            putter.waiter.wake()  # not taken: Full
                    break
        finally:
            self._unlocking = False


class Queue(LightQueue[T]):
    """A first-in first-out queue (``eventlet.Queue``); see LightQueue for *maxsize*."""

    def __init__(self, maxsize: int | None = None) -> None:
        super().__init__(maxsize)
        self.unfinished_tasks = 0
        self._all_done = Event()

    def _format(self) -> str:
        text = super()._format()
        if self.unfinished_tasks:
            text += f" tasks={self.unfinished_tasks} _cond={self._all_done}"
        return text

    def _put(self, item: Any) -> None:
        super()._put(item)
        self._count_task()

    def _put_back(self, item: Any) -> None:
        super()._put_back(item)
        if not isinstance(self.queue, deque):
            self.unfinished_tasks -= 1

    def _count_task(self) -> None:
        self.unfinished_tasks += 1
        if self._all_done.ready():
            self._all_done.reset()

    def task_done(self) -> None:
        """Say that an item taken with ``get`` is dealt with; ValueError if said more often than items were put."""
        if self.unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self.unfinished_tasks -= 1
        if self.unfinished_tasks == 0:
            self._all_done.send(None)

    async def join(self) -> None:
        """Wait until every item that was put has been dealt with."""
        if self.unfinished_tasks > 0:
            await self._all_done.wait()


class PriorityQueue(Queue[T]):
    """Gives the smallest item first (``eventlet.queue.PriorityQueue``)."""

    def _init(self, maxsize: int | None) -> None:
        self.queue = []

    def _put(self, item: Any) -> None:
        heapq.heappush(self.queue, item)
        self._count_task()

    def _get(self) -> Any:
        return heapq.heappop(self.queue)


class LifoQueue(Queue[T]):
    """Gives the newest item first (``eventlet.queue.LifoQueue``)."""

    def _init(self, maxsize: int | None) -> None:
        self.queue = []

    def _put(self, item: Any) -> None:
        self.queue.append(item)
        self._count_task()

    def _get(self) -> Any:
        return self.queue.pop()
