# SPDX-License-Identifier: Apache-2.0
"""``eventlet.greenpool``."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

from ._core import Strand, current, is_coroutine
from ._event import Event
from ._iter import aiterate, zip
from ._queue import LightQueue
from ._semaphore import Semaphore
from ._task import Task, spawn, spawn_n

__all__ = ["Pile", "Pool", "Results"]


class Pool:
    """Runs at most *size* tasks at a time (``eventlet.GreenPool``)."""

    def __init__(self, size: int = 1000) -> None:
        try:
            size = int(size)
        except ValueError as error:
            raise TypeError(f"GreenPool() expect size :: int, actual: {type(size)} {error}") from error
        if size < 0:
            raise ValueError(f"GreenPool() expect size >= 0, actual: {size!r}")
        self.size = size
        self.coroutines_running: set[Strand] = set()
        self.sem = Semaphore(size)
        self.no_coros_running = Event()

    def resize(self, new_size: int) -> None:
        """Change *size*; tasks above a smaller one finish, and nothing starts until there is room."""
        self.sem.counter += new_size - self.size
        self.size = new_size

    def running(self) -> int:
        """How many tasks run."""
        return len(self.coroutines_running)

    def free(self) -> int:
        """How many more can be spawned before ``spawn`` waits; negative after a ``resize`` below ``running()``."""
        return self.sem.counter

    def waiting(self) -> int:
        """How many tasks wait in ``spawn``."""
        return max(0, -self.sem.balance)

    async def spawn(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Task:
        """Run ``function(*args, **kwargs)`` in a task, waiting until one of the pool's places is free.

        Called by one of the pool's own tasks when the pool is full, the function runs inside this call instead, in
        the calling task, and what it raises is raised here.
        """
        if self.sem.locked() and current() in self.coroutines_running:
            inline = Task.__new__(Task)
            await inline._run_inline(function, args, kwargs)
            return inline
        await self.sem.acquire()
        task = spawn(function, *args, **kwargs)
        self._started(task)
        task.link(self._spawn_done)
        return task

    async def spawn_n(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Like ``spawn`` for a result that nobody wants; an exception is printed."""
        if self.sem.locked() and current() in self.coroutines_running:
            await self._run(function, args, kwargs)
            return
        await self.sem.acquire()
        self._started(spawn_n(self._run_and_leave, function, args, kwargs))

    def _started(self, strand: Strand) -> None:
        if not self.coroutines_running:
            self.no_coros_running = Event()
        self.coroutines_running.add(strand)

    async def _run(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        try:
            value = function(*args, **kwargs)
            if is_coroutine(value):
                await value
        except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
            raise
        except BaseException:
            traceback.print_exc()

    async def _run_and_leave(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        try:
            await self._run(function, args, kwargs)
        finally:
            self._spawn_done(current())

    def _spawn_done(self, strand: Strand) -> None:
        self.sem.release()
        self.coroutines_running.remove(strand)
        if self.sem.balance == self.size:
            self.no_coros_running.send(None)

    async def waitall(self) -> None:
        """Wait until no task of the pool runs; AssertionError if one of them calls it."""
        assert current() not in self.coroutines_running, (
            "Calling waitall() from within one of the GreenPool's greenthreads will never terminate."
        )
        if self.running():
            await self.no_coros_running.wait()

    def starmap(self, function: Callable[..., Any] | None, iterable: Any) -> Results:
        """Call ``function(*args)`` in tasks for each *args* of *iterable*, plain or async.

        The results come in the order of *iterable*. At most *size* calls run and *size* results wait, so *iterable*
        is read only so far ahead. What a call raises is raised for its item, and the next item follows.
        """
        results = Results(self.size)
        spawn_n(self._feed, function or _arguments, iterable, results)
        return results

    def imap(self, function: Callable[..., Any] | None, *iterables: Any) -> Results:
        """``starmap`` over ``zip(*iterables)``."""
        return self.starmap(function, zip(*iterables))

    async def _feed(self, function: Callable[..., Any], iterable: Any, results: Results) -> None:
        async for args in aiterate(iterable):
            await results.spawn(function, *args)
        await results.done_spawning()


def _arguments(*args: Any) -> tuple[Any, ...]:
    return args


class Pile:
    """Spawns tasks in a pool and gives their results in the order of the spawns (``eventlet.GreenPile``)."""

    def __init__(self, size_or_pool: int | Pool = 1000) -> None:
        self.pool = size_or_pool if isinstance(size_or_pool, Pool) else Pool(size_or_pool)
        self.waiters: LightQueue[Task] = LightQueue()
        self.counter = 0

    async def spawn(self, func: Callable[..., Any], *args: Any, **kw: Any) -> None:
        """Run ``func(*args, **kw)`` in the pool, waiting until a place is free."""
        self.counter += 1
        try:
            task = await self.pool.spawn(func, *args, **kw)
            await self.waiters.put(task)
        except BaseException:
            self.counter -= 1
            raise

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def next(self) -> Any:
        """The next result; raises what the call raised, StopAsyncIteration when every result was given."""
        if self.counter == 0:
            raise StopAsyncIteration
        return await self._next()

    def __anext__(self) -> Any:
        return self.next()

    async def _next(self) -> Any:
        try:
            return await (await self.waiters.get()).wait()
        finally:
            self.counter -= 1


class Results(Pile):
    """The results of ``Pool.imap``: an async iterator that outlives an item's exception."""

    def __init__(self, size_or_pool: int | Pool) -> None:
        super().__init__(size_or_pool)
        self.waiters = LightQueue(self.pool.size)
        self._exhausted = False

    async def done_spawning(self) -> None:
        """The end of the results."""
        await self.spawn(StopAsyncIteration)

    async def next(self) -> Any:
        if self._exhausted:
            raise StopAsyncIteration
        value = await self._next()
        if isinstance(value, (StopIteration, StopAsyncIteration)):
            self._exhausted = True
            raise StopAsyncIteration
        return value
