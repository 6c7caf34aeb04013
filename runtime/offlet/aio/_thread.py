# SPDX-License-Identifier: Apache-2.0
"""Blocking calls in OS threads: ``eventlet.tpool``, and what takes the place of opaque blocking calls.

The threads are daemons: one that blocks does not hold the program's exit.
"""

from __future__ import annotations

import contextvars
import os
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from ._core import Waiter, current, special
from ._original import original

__all__ = [
    "context_in_thread",
    "iterate_in_thread",
    "set_num_threads",
    "set_thread_limit",
    "to_thread",
    "tpool_execute",
]

_IDLE_SECONDS = 10.0
_worker = original("threading").local()  # what Threads leave in theirs


def in_worker() -> bool:
    """True in an OS thread that works for a task: one of ``to_thread``, ``tpool_execute`` or the default executor."""
    return hasattr(_worker, "thread")


class _Job:
    """One call, and the task that waits for it."""

    __slots__ = ("args", "context", "error", "function", "kwargs", "loop", "value", "waiter")

    def __init__(self, waiter: Waiter, function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self.waiter = waiter
        self.loop = waiter.strand._loop
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.context = contextvars.copy_context()
        self.value: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.value = self.context.run(self.function, *self.args, **self.kwargs)
        except BaseException as error:
            self.error = error
        try:
            self.loop.call_soon_threadsafe(self.waiter.switch)
        except RuntimeError:
            pass  # the loop has ended meanwhile


class Threads:
    """Daemon threads made when there is work and no idle one, at most *limit*."""

    def __init__(self, name: str, limit: int) -> None:
        self.name = name
        self.limit = limit
        self._pid = 0
        self._reset()

    def _reset(self) -> None:
        threading = original("threading")
        self._pid = os.getpid()
        self._changed = threading.Condition(threading.Lock())
        self._jobs: deque[Any] = deque()
        self._threads: set[Any] = set()
        self._idle = 0
        self._made = 0

    def submit(self, job: Any) -> None:
        """Call ``job.run()`` in one of the threads."""
        if self._pid != os.getpid():  # threads do not survive a fork
            self._reset()
        with self._changed:
            self._jobs.append(job)
            if self._idle >= len(self._jobs):
                self._changed.notify()
                return
            if len(self._threads) >= self.limit:
                return
            self._made += 1
            thread = original("threading").Thread(target=self._work, name=f"{self.name}_{self._made}", daemon=True)
            self._threads.add(thread)
        try:
            thread.start()
        except BaseException:
            with self._changed:
                self._threads.discard(thread)
                if not self._threads:
                    self._jobs.remove(job)
                    raise

    def _work(self) -> None:
        me = original("threading").current_thread()
        _worker.thread = me
        while True:
            with self._changed:
                self._idle += 1
                while not self._jobs:
                    if not self._changed.wait(_IDLE_SECONDS) and not self._jobs:
                        self._idle -= 1
                        self._threads.discard(me)
                        return
                self._idle -= 1
                job = self._jobs.popleft()
            job.run()
            job = None


_threads: Threads | None = None
_thread_limit = 1000


def set_thread_limit(limit: int) -> None:
    """How many threads ``to_thread`` may use at a time (1000); further calls wait their turn."""
    global _thread_limit
    _thread_limit = limit
    if _threads is not None:
        _threads.limit = limit


async def _run_in(threads: Threads, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    waiter = current()._waiter()
    job = _Job(waiter, function, args, kwargs)
    threads.submit(job)
    await waiter
    if job.error is not None:
        try:
            raise job.error
        finally:
            del job  # the traceback holds this frame
    return job.value


async def to_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return ``function(*args, **kwargs)``, called in an OS thread; the other tasks run meanwhile.

    The caller's context variables are seen there. A caller that is killed or timed out gets its exception at once and
    the call goes on unobserved, as with Eventlet's tpool.
    """
    global _threads
    if _threads is None:
        _threads = Threads("offlet", _thread_limit)
    return await _run_in(_threads, function, args, kwargs)


_tpool: Threads | None = None
_tpool_size: int | None = None


def set_num_threads(nthreads: int) -> None:
    """How many threads ``tpool_execute`` has (``eventlet.tpool.set_num_threads``); before its first call."""
    global _tpool_size
    _tpool_size = nthreads


async def tpool_execute(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """``eventlet.tpool.execute``: like ``to_thread`` in a pool of 20 threads.

    The environment variable EVENTLET_THREADPOOL_SIZE gives another size; with 0 the function is called here.
    """
    global _tpool
    size = _tpool_size
    if size is None:
        size = int(os.environ.get("EVENTLET_THREADPOOL_SIZE", 20))
    if size == 0:
        return function(*args, **kwargs)
    if _tpool is None:
        _tpool = Threads("tpool_thread", size)
    return await _run_in(_tpool, function, args, kwargs)


_END = object()


class iterate_in_thread:
    """An async iterator over a blocking iterable: each step is taken in a thread, only when it is asked for."""

    def __init__(self, iterable: Any) -> None:
        self._iterable = iterable
        self._iterator: Iterator[Any] | None = None

    def __aiter__(self) -> iterate_in_thread:
        return self

    def _step(self) -> Any:
        if self._iterator is None:
            self._iterator = iter(self._iterable)
        return next(self._iterator, _END)

    async def __anext__(self) -> Any:
        item = await to_thread(self._step)
        if item is _END:
            raise StopAsyncIteration
        return item

    async def aclose(self) -> None:
        """Close the iterable, if it is a generator, in a thread."""
        close = getattr(self._iterator if self._iterator is not None else self._iterable, "close", None)
        if close is not None and hasattr(self._iterable, "gi_frame"):
            await to_thread(close)


class context_in_thread:
    """``async with context_in_thread(cm) as value`` enters and leaves a blocking context manager in threads."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    async def __aenter__(self) -> Any:
        return await to_thread(special(self._manager, "__enter__"))

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> Any:
        return await to_thread(special(self._manager, "__exit__"), kind, value, trace)
