# SPDX-License-Identifier: Apache-2.0
"""Tasks: Eventlet's green threads (``eventlet.greenthread``)."""

from __future__ import annotations

import asyncio
from asyncio import get_running_loop
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from types import TracebackType
from typing import Any

from ._core import Scheduler, Strand, Waiter, coming_scheduler, current, is_coroutine, running_scheduler
from ._errors import exception_of
from ._main import before_main

__all__ = ["Task", "kill", "spawn", "spawn_after", "spawn_after_local", "spawn_for_awaitable", "spawn_n"]


class Completed:
    """An awaitable whose work is done: both ``link(f)`` and ``await link(f)`` are right."""

    __slots__ = ("value",)

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        return self.value
        yield


class _LateLink:
    """``link(f)`` on a dead task with a coroutine function *f*: runs in the linker when awaited, else by itself."""

    def __init__(self, task: Task) -> None:
        self._task: Task | None = task

    def __await__(self) -> Generator[Any, Any, None]:
        task, self._task = self._task, None
        if task is not None:
            yield from task._run_links().__await__()

    def __del__(self) -> None:
        if self._task is not None:
            spawn_n(self._task._run_links)


class Task(Strand):
    """A task made by ``spawn``: ``eventlet.greenthread.GreenThread``.

    ``bool(task)`` is true while it has started and not ended; ``task.dead`` when it has ended.
    """

    _waiters: dict[Waiter, None] | None = None
    _exited = False  # the function has ended and wait() returns; links may still run
    _value: Any = None
    _trace: TracebackType | None = None
    _links: deque[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] | None = None
    _linking = False
    _awaited = 0  # how many await it, not counting those in wait()

    # -- waiting

    async def wait(self) -> Any:
        """Return the function's result, or raise the exception it ended with, as often as asked.

        GreenletExit, or the exception given to kill, if it was killed. Cancelling or killing the waiter leaves the
        task alone.
        """
        if not self._exited:
            waiter = current()._waiter()
            if self._waiters is None:
                self._waiters = {}
            self._waiters[waiter] = None
            try:
                await waiter
            finally:
                if self._waiters is not None:
                    self._waiters.pop(waiter, None)
        if self._error is not None:
            raise self._error.with_traceback(self._trace)
        return self._value

    def __await__(self) -> Generator[Any, Any, Any]:
        """``await task``: what ``wait()`` gives. Cancelling the last one that awaits it kills the task."""
        if self._exited:
            if self._error is not None:
                raise self._error.with_traceback(self._trace)
            return self._value
        self._awaited += 1
        try:
            return (yield from self.wait().__await__())
        except asyncio.CancelledError:
            if self._awaited == 1 and not self._exited:
                yield from self.kill().__await__()
            raise
        finally:
            self._awaited -= 1

    def link(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Completed | _LateLink:
        """Call ``func(task, *args, **kwargs)`` when the task ends, in the task, before those who wait wake up.

        *func* may be a coroutine function. On a task that has ended it is called at once, here. The result may be
        awaited; it must be where *func* is a coroutine function and has to have run before the next line.
        """
        if self._links is None:
            self._links = deque()
        self._links.append((func, args, kwargs))
        if not self._exited or self._linking:
            return Completed()
        return self._link_now()

    def unlink(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Take back ``link`` with the same arguments; False if there is none."""
        if not self._links:
            return False
        try:
            self._links.remove((func, args, kwargs))
        except ValueError:
            return False
        return True

    # -- ending it from outside

    async def kill(self, *throw_args: Any) -> None:
        """Raise GreenletExit, or the exception of *throw_args*, in the task where it waits.

        Returns in the next pass, when the task has ended or waits for something else: its handlers have run up to
        there. A dead task is left alone. A task that has not started never runs (and then an exception must be given
        as ``(class, instance, traceback)``: as in Eventlet ``wait()`` raises IndexError otherwise). A task that kills
        itself gets the exception at the call.
        """
        await kill(self, *throw_args)

    async def cancel(self, *throw_args: Any) -> None:
        """Kill the task if it has not started; otherwise do nothing."""
        if not self:
            await kill(self, *throw_args)

    # -- how it ends

    def _exit(self, value: Any, error: BaseException | None) -> None:
        """The outcome is known: those who wait will be woken in the next pass."""
        assert not self._exited, "Trying to re-send() an already-triggered event."
        self._exited = True
        self._value, self._error = value, error
        if error is not None:
            self._trace = error.__traceback__
        waiters, self._waiters = self._waiters, None
        for waiter in waiters or ():
            waiter.wake()

    def _ended(self, value: Any, error: BaseException | None) -> Any:
        if error is None and self._waiters is None and not self._exited:  # most tasks; the same as below, for speed
            self._exited = True
            self._value = value
        elif not self._exited:
            self._exit(value, error)
            self._uncaught = error
        elif error is not None:  # a link failed: it takes the place of what the function raised
            self._uncaught = error
            self._linking = False
            return None
        return self._next_link() if self._linking or self._links else None

    _uncaught: BaseException | None = None

    def _bury(self) -> BaseException | None:
        Strand._bury(self)  # what super() finds, without its price
        error = self._uncaught
        if error is not None:
            self._uncaught = None
        return error

    def _next_link(self) -> Any:
        """Call the links, which run in this task; stop at one that is a coroutine function and return its coroutine."""
        self._linking = True
        try:
            while self._links:
                func, args, kwargs = self._links.popleft()
                value = func(self, *args, **kwargs)
                if is_coroutine(value):
                    return value
        except BaseException as error:
            self._uncaught = error
        self._linking = False
        return None

    def _link_now(self) -> Completed | _LateLink:
        """Call the links of a task that has ended, in the caller."""
        self._linking = True
        try:
            while self._links:
                func, args, kwargs = self._links[0]
                if asyncio.iscoroutinefunction(func):
                    return _LateLink(self)
                self._links.popleft()
                value = func(self, *args, **kwargs)
                if is_coroutine(value):
                    self._links.appendleft((_give, (value,), {}))
                    return _LateLink(self)
        finally:
            self._linking = False
        return Completed()

    async def _run_links(self) -> None:
        if self._linking:
            return
        self._linking = True
        try:
            while self._links:
                func, args, kwargs = self._links.popleft()
                value = func(self, *args, **kwargs)
                if is_coroutine(value):
                    await value
        finally:
            self._linking = False

    # -- running the function in somebody else's strand (a pool's worker that finds its pool full)

    async def _run_inline(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._call = None
        try:
            value = function(*args, **kwargs)
            if is_coroutine(value):
                value = await value
        except BaseException as error:
            self._exit(None, error)
            await self._run_links()
            raise
        self._exit(value, None)
        await self._run_links()


def _give(task: Task, coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
    return coroutine


def _new(kind: type[Strand], seconds: float, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    try:
        scheduler = get_running_loop()._offlet  # type: ignore[attr-defined]
    except AttributeError:
        scheduler = running_scheduler()
    except RuntimeError:
        scheduler = coming_scheduler()
        if scheduler is None:
            return _before_loop(kind, seconds, function, args, kwargs)
    strand: Any = scheduler.classes.get(kind.__name__, kind)(scheduler, function, args, kwargs)
    scheduler.alive.add(strand)
    if seconds > 0:
        strand._handle = scheduler.loop.call_later(seconds, strand._begin, context=strand._context)
    else:
        strand._handle = scheduler.loop.call_soon(strand._begin, context=strand._context)
    return strand


def _before_loop(kind: type[Strand], seconds: float, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Spawn at import time, when no loop runs: the task waits for main(), or for the bridge to be there."""
    strand = kind.__new__(kind)

    def start(scheduler: Scheduler) -> None:
        strand.__class__ = scheduler.classes.get(kind.__name__, kind)
        strand.__init__(scheduler, function, args, kwargs)  # type: ignore[misc]
        strand._schedule(seconds)

    before_main(start)
    return strand


def spawn(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Task:
    """Run ``func(*args, **kwargs)`` in a task of its own from the next pass on (``eventlet.spawn``).

    If the call returns a coroutine, as that of an ``async def`` function does, the task awaits it; any other value is
    the result. The task lives until it ends whether or not anybody holds it; its exception is printed at once, also
    when somebody waits for it. It starts with an empty ``contextvars`` context.
    """
    return _new(Task, 0, func, args, kwargs)  # type: ignore[no-any-return]


def spawn_for_awaitable(awaitable: Any) -> Task:
    """Run a coroutine, or whatever else can be awaited, in a task (``eventlet.asyncio.spawn_for_awaitable``).

    Killed before it began, the coroutine is closed, a future or task cancelled.
    """
    started: list[bool] = []

    async def run() -> Any:
        started.append(True)
        return await awaitable

    def ended(task: Task) -> None:
        if not started:
            end = getattr(awaitable, "close", None) or getattr(awaitable, "cancel", None)
            if end is not None:
                end()

    task = spawn(run)
    task.link(ended)
    return task


def spawn_n(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Strand:
    """Like ``spawn``, for a result that nobody wants; what it returns can only be given to ``kill``."""
    return _new(Strand, 0, func, args, kwargs)  # type: ignore[no-any-return]


def spawn_after(seconds: float, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Task:
    """Like ``spawn``, but the function is called *seconds* from now; ``await task.cancel()`` prevents it."""
    return _new(Task, seconds, func, args, kwargs)  # type: ignore[no-any-return]


def spawn_after_local(seconds: float, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Task:
    """Like ``spawn_after``, but the function is not called if the task that calls this has ended by then."""
    owner = current()
    task: Task = _new(Task, seconds, func, args, kwargs)
    task._owner = owner
    return task


async def kill(strand: Strand, *throw_args: Any) -> None:
    """Kill what ``spawn``, ``spawn_n`` or ``current`` returned; see ``Task.kill``."""
    if strand.dead:
        return
    me = current()
    if strand is me:
        raise exception_of(throw_args)
    error = exception_of(throw_args)
    if strand:
        await me._handoff(lambda: strand._throw(error))
        return
    unstarted = error
    if throw_args and len(throw_args) < 3:
        unstarted = IndexError("tuple index out of range")
    strand._do_not_begin()
    task: Any = strand
    if hasattr(task, "_exited") and not task._exited:
        task._exit(None, unstarted)
        try:
            await task._run_links()
        except BaseException:
            pass
    await me._handoff(lambda: strand._throw_unstarted(error))
