# SPDX-License-Identifier: Apache-2.0
"""``eventlet.pools``."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager
from typing import Any

from ._core import is_coroutine
from ._queue import Full, LightQueue

__all__ = ["ResourcePool", "TokenPool"]


class Returned:
    """What ``put`` returns: awaited, it lets the task that got the thing run first."""

    __slots__ = ("_handed_over",)

    def __init__(self, handed_over: bool) -> None:
        self._handed_over = handed_over

    def __await__(self) -> Generator[Any, None, None]:
        if self._handed_over:
            yield


class ResourcePool:
    """Lends out at most *max_size* things, made when needed (``eventlet.pools.Pool``).

    Give *create*, or override it in a subclass; it may be a coroutine function. *min_size* things are made at once
    (those of a coroutine function when they are first lent). With *order_as_stack* the thing that came back last is
    lent first, else the one that came back first.
    """

    def __init__(
        self,
        min_size: int = 0,
        max_size: int = 4,
        order_as_stack: bool = False,
        create: Callable[[], Any] | None = None,
    ) -> None:
        self.min_size = min_size
        self.max_size = max_size
        self.order_as_stack = order_as_stack
        self.current_size = 0
        self.channel: LightQueue[Any] = LightQueue(0)
        self.free_items: deque[Any] = deque()
        if create is not None:
            self.create = create  # type: ignore[method-assign]
        for _ in range(min_size):
            self.current_size += 1
            self.free_items.append(self.create())

    async def get(self) -> Any:
        """Borrow a thing, waiting until there is one."""
        if self.free_items:
            item = self.free_items.popleft()
            return await self._created(item) if is_coroutine(item) else item
        if self.current_size < self.max_size:
            self.current_size += 1
            return await self._created(None, self.create)
        return await self.channel.get()

    async def _created(self, item: Any, create: Callable[[], Any] | None = None) -> Any:
        try:
            if create is not None:
                item = create()
            return await item if is_coroutine(item) else item
        except BaseException:
            self.current_size -= 1
            raise

    def put(self, item: Any) -> Returned:
        """Give a thing back.

        A task that waits for one gets it in the next pass; where that has to have run before the next line, as in
        Eventlet, write ``await pool.put(item)``.
        """
        if self.current_size > self.max_size:
            self.current_size -= 1
            return Returned(False)
        if self.waiting():
            try:
                self.channel.put_nowait(item)
                return Returned(True)
            except Full:
                pass
        if self.order_as_stack:
            self.free_items.appendleft(item)
        else:
            self.free_items.append(item)
        return Returned(False)

    @asynccontextmanager
    async def item(self) -> AsyncIterator[Any]:
        """``async with pool.item() as thing`` borrows a thing and gives it back."""
        thing = await self.get()
        try:
            yield thing
        finally:
            await self.put(thing)

    def resize(self, new_size: int) -> None:
        """Change *max_size*; things lent above it are dropped as they come back."""
        self.max_size = new_size

    def free(self) -> int:
        """How many ``get()`` calls would not wait."""
        return len(self.free_items) + self.max_size - self.current_size

    def waiting(self) -> int:
        """How many tasks wait in ``get()``."""
        return max(0, self.channel.getting() - self.channel.putting())

    def create(self) -> Any:
        """Make a thing; may be a coroutine function."""
        raise NotImplementedError("Implement in subclass")


class Token:
    """What TokenPool lends."""


class TokenPool(ResourcePool):
    """A ResourcePool of tokens: objects that only stand for the right to go on (``eventlet.pools.TokenPool``)."""

    def create(self) -> Any:
        return Token()
