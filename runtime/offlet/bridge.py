# SPDX-License-Identifier: Apache-2.0
"""Green threads and coroutines in one OS thread, each able to call the other.

Every coroutine runs in a greenlet: one that green code calls (``call``) in the caller's own, a task of asyncio in one
made for it, its *portal*. So whatever a coroutine calls may block in Eventlet's way, at any depth, and only that task
waits; and green code may wait for any coroutine. Calling across adds no yield point: the callee runs at once, in the
caller's turn. An exception thrown into a green thread that is inside ``call`` is raised, the same object, at the await
where the coroutine is.

It needs Eventlet's asyncio hub (``EVENTLET_HUB=asyncio`` or ``eventlet.hubs.use_hub("eventlet.hubs.asyncio")``).
At its first use this module gives the hub's timers to the event loop itself, so that green threads and tasks are run
in one order, the order in which they were woken.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import sys
import weakref
from asyncio import events as _events
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from types import TracebackType
from typing import Any

import eventlet
import eventlet.greenthread
import eventlet.hubs
import eventlet.hubs.asyncio
import greenlet
from eventlet.greenthread import GreenThread
from greenlet import getcurrent

from .aio._core import CurrentTask, Gate, Handoff, RootStrand, Scheduler, Strand, Waiter
from .aio._core import is_coroutine, print_exception, root, scheduler_of, swap_current, with_traceback
from .aio._errors import GreenletExit, join_greenlet
from .aio._task import Task

__all__ = [
    "attach",
    "call",
    "call_green",
    "context",
    "context_green",
    "install",
    "iterate",
    "iterate_green",
    "spawn_for_awaitable",
]

join_greenlet()

_NO_HUB = (
    "this needs Eventlet's asyncio hub: set EVENTLET_HUB=asyncio, or call "
    'eventlet.hubs.use_hub("eventlet.hubs.asyncio") before any monkey patching'
)


# -- the hub ------------------------------------------------------------------------------------------------------


class Hub(eventlet.hubs.asyncio.Hub):  # type: ignore[misc]
    """Eventlet's asyncio hub with its timers in the event loop; an existing hub is made one of these."""

    _scheduler: GreenScheduler

    def add_timer(self, timer: Any) -> float:
        seconds = timer.seconds
        scheduler = self._scheduler
        if seconds > 0:
            handle = scheduler.loop.call_later(seconds, self._fire, timer, context=scheduler.neutral)
        else:
            handle = scheduler.loop.call_soon(self._fire, timer, context=scheduler.neutral)
        timer._offlet = handle
        return self.clock() + seconds  # type: ignore[no-any-return]

    def _fire(self, timer: Any) -> None:
        try:
            del timer._offlet
        except AttributeError:
            pass
        try:
            if not timer.called:
                timer()
        except self.SYSTEM_EXCEPTIONS:
            raise
        except BaseException:
            self.squelch_timer_exception(timer, sys.exc_info())

    def timer_canceled(self, timer: Any) -> None:
        try:
            handle = timer._offlet
        except AttributeError:
            super().timer_canceled(timer)  # from before
            return
        del timer._offlet
        handle.cancel()

    def switch(self) -> Any:
        """Suspend the current green thread until somebody switches to it."""
        scheduler = self._scheduler
        strand = scheduler.entered
        if strand is None:
            if getcurrent() is self.greenlet:
                raise _cannot_block()
            return super().switch()
        if strand._greenlet is not getcurrent():  # a greenlet switched to this one by itself
            scheduler.leave()
            return super().switch()
        return strand._wait_green(super().switch)

    def _obsolete(self, fileno: int) -> Any:
        found = super()._obsolete(fileno)
        if self.closed:
            self._scheduler.loop.call_soon(self._close_obsolete)
        return found

    def _close_obsolete(self) -> None:
        while self.closed:
            self.close_one()

    def abort(self, wait: bool = False) -> None:
        super().abort(False)
        self._scheduler.loop.call_soon(self._scheduler.loop.stop)
        if wait:
            self.switch()

    def run(self, *args: Any, **kwargs: Any) -> None:
        """The body of the hub's greenlet. It outlives what is raised in the loop, which goes to the main greenlet."""
        loop = self._scheduler.loop
        self.running = True
        self.stopping = False
        try:
            while not self.stopping:
                _events._set_running_loop(None)
                try:
                    loop.run_forever()
                    error: BaseException | None = None
                except BaseException as raised:
                    error = raised
                _events._set_running_loop(loop)
                if error is not None:
                    # A signal handler raised while the loop waited, or a green thread or task ended with SystemExit
                    # or KeyboardInterrupt. The main greenlet gets it where it waits; the loop goes on when that
                    # waits again.
                    self.greenlet.parent.throw(error)
                    del error
        finally:
            self.running = False
            self.stopping = False


def _cannot_block() -> RuntimeError:
    """What to raise where green code would block a callback of the loop or a task without a portal."""
    frame: Any = sys._getframe(2)
    names: list[str] = []
    while frame is not None and len(names) < 4:
        names.append(f"{frame.f_code.co_name} ({frame.f_code.co_filename}:{frame.f_lineno})")
        frame = frame.f_back
    return RuntimeError(
        "Cannot switch to MAINLOOP from MAINLOOP: green code may not block here, in a callback of the event loop or a "
        "task that was made before offlet.bridge was installed; await call_green(f, ...) instead. In: "
        + " < ".join(names)
    )


class GreenScheduler(Scheduler):
    """The scheduler of a loop that Eventlet's hub runs."""

    entered: PortalMixin | None = None  # the strand whose task asyncio takes for the current one
    _hub_task: Any = None  # and the one to put back when control returns to the hub

    hub: Any

    def adopt(self, hub: Any) -> None:
        """Become the scheduler of *hub*: what runs on this loop runs in greenlets from now on."""
        self.hub = hub
        self.classes[Strand] = PortalStrand
        self.classes[Task] = PortalTask
        main: Any = self.main
        for strand in [*self.alive, *([main] if main is not None else [])]:
            strand.__class__ = _PORTALS.get(type(strand), type(strand))

    def leave(self) -> None:
        """Give asyncio back the current task of the hub."""
        self.entered = None
        swap_current(self.loop, self._hub_task)
        self._hub_task = None

    def current_without_task(self, task: Any) -> Strand:
        current = getcurrent()
        if current is self.hub.greenlet:
            return super().current_without_task(task)
        return strand_of(self, current)

    def report(self, error: BaseException) -> None:
        if isinstance(error, asyncio.CancelledError) or isinstance(error, greenlet.GreenletExit):
            return
        if isinstance(error, (SystemExit, KeyboardInterrupt)):
            raise error  # the greenlet ends with it: on to the hub, and from there to main
        if self.print_exceptions and self.hub.debug_exceptions:
            print_exception(error)


# -- strands in greenlets -----------------------------------------------------------------------------------------


class PortalMixin(Strand):
    """A strand whose code runs in a greenlet."""

    _scheduler: GreenScheduler
    _greenlet: Any = None
    _sent: Any = None

    def _enter(self) -> None:
        scheduler = self._scheduler
        previous = swap_current(scheduler.loop, self._task)
        if scheduler.entered is None:
            scheduler._hub_task = previous
        scheduler.entered = self

    def _drive(self, coro: Any, value: Any = None, error: BaseException | None = None) -> Any:
        """Run *coro* in this greenlet to its end; the strand is entered."""
        while True:
            try:
                if error is None:
                    token = coro.send(value)
                else:
                    thrown, error = error, None
                    token = coro.throw(thrown)
                    del thrown
            except StopIteration as stop:
                pending, self._pending = self._pending, None
                if pending is not None and not _obsolete(pending):
                    raise pending from None
                return stop.value
            value = None
            try:
                value = self._wait(token)
            except _GivenBack:
                raise
            except BaseException as raised:
                error = raised

    def _wait(self, token: Any) -> Any:
        """Suspend this greenlet until what the coroutine waits for has come."""
        scheduler = self._scheduler
        loop = scheduler.loop
        if getattr(token, "_asyncio_future_blocking", False):
            token._asyncio_future_blocking = False
            if self._pending is not None:
                pending, self._pending = self._pending, None
                if not _obsolete(pending):
                    token.cancel()
                    raise pending
            if token.get_loop() is not loop:
                raise RuntimeError(f"{self!r} got Future {token!r} attached to a different loop")
            self._waiting = token
            token.add_done_callback(self._wakeup, context=scheduler.neutral)
            if self._must_cancel and token.cancel(msg=self._cancel_message):
                self._must_cancel = False
            hub = scheduler.hub.greenlet
            try:
                while self._waiting is token:  # a stray switch does not end the wait
                    scheduler.leave()
                    try:
                        hub.switch()
                    finally:
                        self._enter()
            except BaseException as error:
                error = _killed(error)
                self._waiting = None
                if token.done():
                    if not isinstance(error, asyncio.CancelledError):
                        # See Strand._throw: asyncio has woken it, and its locks need that to be seen.
                        self._pending = error
                        return None
                else:
                    token.remove_done_callback(self._wakeup)
                    token.cancel()
                raise error
            if self._must_cancel:
                raise self._taken_cancel()
            return None
        if self._pending is not None:
            pending, self._pending = self._pending, None
            if not _obsolete(pending):
                raise pending
        if isinstance(token, Waiter):
            self._waiting = token
            if self._must_cancel:
                self._cancel_waiter(token)
            try:
                while self._waiting is token:
                    self._switch_to_hub()
            except BaseException as error:
                self._waiting = None
                raise _killed(error)
            value, self._sent = self._sent, None
            return value
        if token is None or isinstance(token, Handoff):
            tick = self._waiting = object()
            handle = loop.call_soon(self._tock, tick, context=scheduler.neutral)
            try:
                if token is not None:
                    scheduler.leave()
                    try:
                        token.action()
                    finally:
                        self._enter()
                while self._waiting is tick:
                    self._switch_to_hub()
            except BaseException as error:
                self._waiting = None
                handle.cancel()
                raise _killed(error)
            if self._must_cancel:
                raise self._taken_cancel()
            return None
        raise RuntimeError(f"{self!r} got bad yield: {token!r}")

    def _switch_to_hub(self) -> None:
        scheduler = self._scheduler
        scheduler.leave()
        try:
            scheduler.hub.greenlet.switch()
        finally:
            self._enter()

    def _wait_green(self, switch: Callable[[], Any]) -> Any:
        """Eventlet suspends this greenlet, in code that a coroutine called."""
        tick = self._waiting = object()
        if self._must_cancel:
            self._cancel_green(tick)
        self._scheduler.leave()
        try:
            return switch()
        except BaseException as error:
            raise _killed(error)
        finally:
            self._waiting = None
            self._enter()

    # -- waking it up, from the hub

    def _wakeup(self, future: Any) -> None:
        if self._waiting is future:
            self._waiting = None
            self._greenlet.switch()

    def _tock(self, tick: object) -> None:
        if self._waiting is tick:
            self._waiting = None
            self._greenlet.switch()

    def _resume(self, value: Any) -> None:
        self._waiting = None
        if self._greenlet is None:  # it came to wait before it had a portal: see GreenScheduler.adopt
            self._advance(value, None)
        else:
            self._sent = value
            self._greenlet.switch()

    def _throw(self, error: BaseException) -> None:
        current = self._greenlet
        if current is None and not self._dead and self._coro is not None:
            super()._throw(error)
        elif current is None or current.dead:
            self._scheduler.report(with_traceback(error))
        elif current is getcurrent():
            raise error
        else:
            current.throw(error)

    # -- cancellation as asyncio means it

    def _request_cancel(self, message: Any) -> bool:
        waiting = self._waiting
        if waiting is None or isinstance(waiting, Waiter) or hasattr(waiting, "add_done_callback"):
            return super()._request_cancel(message)
        self._cancel_message = message
        self._must_cancel = True
        self._cancel_green(waiting)
        return True

    def _cancel_green(self, tick: object) -> None:
        self._scheduler.loop.call_soon(self._deliver_green_cancel, tick, context=self._scheduler.neutral)

    def _deliver_green_cancel(self, tick: object) -> None:
        if self._waiting is tick and self._must_cancel:
            self._throw(self._taken_cancel())

    # -- a strand with a greenlet of its own

    def _begin(self) -> None:
        self._handle = None
        if self._dead or self._abandoned:
            return
        if self._owner is not None and self._owner.dead:
            self._scheduler.alive.discard(self)
            return
        self._started = True
        self._advance(None, None)

    def _advance(self, value: Any, error: BaseException | None) -> None:
        """Run the coroutine, from where it is, in a portal."""
        portal = Portal(self._body, self._scheduler.hub.greenlet)
        portal.gr_context = self._context
        portal.switch(value, error)

    def _body(self, value: Any, error: BaseException | None) -> None:
        self._greenlet = me = getcurrent()
        me._offlet = self
        if self._task is None:
            self._task = CurrentTask(self)
        self._enter()
        try:
            coro = self._coro
            if coro is None:
                coro = self._open()
            while coro is not None:
                self._coro = coro
                try:
                    value = self._drive(coro, value, error)
                except BaseException as raised:
                    coro = self._ended(None, raised)
                else:
                    coro = self._ended(value, None)
                value = error = None
            report = self._bury()
        finally:
            self._scheduler.leave()
            del me._offlet
            self._greenlet = None
        self._gone()
        if report is not None:
            self._scheduler.report(report)

    def _gone(self) -> None:
        """The strand has ended and left its greenlet."""


class PortalStrand(PortalMixin):
    """What ``spawn_n`` makes while Eventlet runs the loop."""


class PortalTask(PortalMixin, Task):
    """What ``spawn`` makes while Eventlet runs the loop."""


class PortalRoot(PortalMixin, RootStrand):
    """The main program of ``aio.main`` inside ``attach``."""

    def _gone(self) -> None:
        if self._gate is not None:
            self._gate.open()

    def _bury(self) -> BaseException | None:
        return RootStrand._bury(self)


_PORTALS: dict[type[Strand], type[Strand]] = {Strand: PortalStrand, Task: PortalTask, RootStrand: PortalRoot}


class Portal(greenlet.greenlet):  # type: ignore[misc]
    """The greenlet of a task."""


class TaskStrand(PortalMixin):
    """A task of asyncio: the coroutine runs in a portal, the task waits at a gate for its end."""

    _value: Any = None

    def __init__(self, scheduler: GreenScheduler, coro: Any, context: contextvars.Context) -> None:
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._coro = coro
        self._context = context
        self._gate = Gate(self)

    async def _shell(self) -> Any:
        task: Any = asyncio.current_task()
        task._offlet = self
        self._task = task
        if getcurrent() is self._scheduler.hub.greenlet:
            self._begin()
        else:  # started eagerly by green code: a portal would return to the hub and not here
            self._loop.call_soon(self._begin, context=self._scheduler.neutral)
        if not self._dead:
            await self._gate
        error, self._error = self._error, None
        value, self._value = self._value, None
        if error is not None:
            try:
                raise error
            finally:
                del error
        return value

    def _ended(self, value: Any, error: BaseException | None) -> Any:
        self._value, self._error = value, error
        return None

    def _bury(self) -> BaseException | None:
        self._dead = True
        self._coro = self._waiting = None
        return None

    def _gone(self) -> None:
        self._gate.open()

    def __del__(self) -> None:
        if not self._started and self._coro is not None:
            self._coro.close()  # the task was cancelled before it began


class GreenStrand(PortalMixin):
    """A green thread that calls coroutines."""

    _started = True

    def __init__(self, scheduler: GreenScheduler, current: Any) -> None:
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._reference = weakref.ref(current)

    @property
    def dead(self) -> bool:
        current = self._reference()
        return current is None or bool(current.dead)

    def __bool__(self) -> bool:
        return not self.dead

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._reference()!r}>"

    def _throw(self, error: BaseException) -> None:
        current = self._reference()
        if current is None or current.dead:
            self._scheduler.report(with_traceback(error))
        elif current is getcurrent():
            raise error
        else:
            current.throw(error)


class MainStrand(PortalMixin, RootStrand):
    """The main greenlet of an OS thread."""

    def _throw(self, error: BaseException) -> None:
        current = self._reference()
        if current is getcurrent():
            raise error
        current.throw(error)

    _reference: Any = None

    @property
    def dead(self) -> bool:
        return False


def strand_of(scheduler: GreenScheduler, current: Any) -> PortalMixin:
    """The strand of the greenlet *current*."""
    strand: PortalMixin | None = getattr(current, "_offlet", None)
    if strand is None or strand._scheduler is not scheduler:
        if current.parent is None:
            main: Any = root()
            main.__class__ = MainStrand
            main._scheduler = scheduler
            main._loop = scheduler.loop
            main._reference = weakref.ref(current)
            strand = main
        else:
            strand = GreenStrand(scheduler, current)
        current._offlet = strand
    assert strand is not None
    return strand


def _killed(error: BaseException) -> BaseException:
    """Make greenlet's GreenletExit a cancellation too, so that asyncio libraries clean up; it stays the same object."""
    if type(error) is greenlet.GreenletExit:
        error.__class__ = GreenletExit
    return error


def _obsolete(error: BaseException) -> bool:
    """True for a timeout that was cancelled before it could be raised."""
    return isinstance(error, eventlet.Timeout) and error.timer is None


# -- installation -------------------------------------------------------------------------------------------------


def install() -> None:
    """Prepare the hub of this OS thread; everything else here does so at its first use.

    From then on every task made on the hub's loop has a portal.
    """
    _scheduler()


def _scheduler() -> GreenScheduler:
    hub = eventlet.hubs.get_hub()
    try:
        return hub._scheduler  # type: ignore[no-any-return]
    except AttributeError:
        return _install(hub)


def _install(hub: Any) -> GreenScheduler:
    if not isinstance(hub, eventlet.hubs.asyncio.Hub):
        raise RuntimeError(_NO_HUB)
    scheduler = _bind(hub, hub.loop)
    hub.__class__ = Hub
    if not hub.greenlet:  # not started yet: let it start as ours
        hub.greenlet = greenlet.greenlet(hub.run)
    _patch_green_thread()
    return scheduler


def _bind(hub: Any, loop: Any) -> GreenScheduler:
    scheduler: Any = scheduler_of(loop)
    scheduler.__class__ = GreenScheduler
    scheduler.adopt(hub)
    hub._scheduler = scheduler
    loop.set_task_factory(scheduler_task_factory)
    return scheduler  # type: ignore[no-any-return]


def scheduler_task_factory(loop: Any, coro: Any, **kwargs: Any) -> Any:
    """Make a task whose coroutine runs in a portal."""
    if not is_coroutine(coro):
        return asyncio.Task(coro, loop=loop, **kwargs)
    context = kwargs.pop("context", None)
    strand = TaskStrand(loop._offlet, coro, contextvars.copy_context() if context is None else context)
    shell: Any = strand._shell()
    shell.__name__ = getattr(coro, "__name__", shell.__name__)
    shell.__qualname__ = getattr(coro, "__qualname__", shell.__qualname__)
    if sys.version_info >= (3, 11):
        kwargs["context"] = strand._context
    return asyncio.Task(shell, loop=loop, **kwargs)


def _patch_green_thread() -> None:
    GreenThread.__await__ = _await_green_thread
    kill = eventlet.greenthread.kill
    if hasattr(kill, "_offlet"):
        return

    @functools.wraps(kill)
    def kill_in_both(g: Any, *throw_args: Any) -> None:
        if not throw_args:  # a coroutine may see it, here or where it waits for g
            throw_args = (GreenletExit, GreenletExit(), None)
        scheduler: Any = getattr(eventlet.hubs.get_hub(), "_scheduler", None)
        strand = None if scheduler is None else scheduler.entered
        if strand is None:
            kill(g, *throw_args)
            return
        # kill switches straight to the victim; meanwhile the killer is not asyncio's current task.
        scheduler.leave()
        try:
            kill(g, *throw_args)
        finally:
            strand._enter()

    kill_in_both._offlet = True  # type: ignore[attr-defined]
    eventlet.greenthread.kill = eventlet.kill = kill_in_both


# -- crossings ----------------------------------------------------------------------------------------------------


def call(awaitable: Any) -> Any:
    """Run *awaitable* from green code and return its result.

    It runs at once in the calling green thread, which waits while it waits: killing that, or a Timeout in it, raises
    in the coroutine, at its await. Code that a coroutine calls may use it as well. RuntimeError in a callback of the
    loop or a task without portal, where nothing can wait; the coroutine is closed then.
    """
    try:
        scheduler: GreenScheduler = eventlet.hubs._threadlocal.hub._scheduler
    except AttributeError:
        scheduler = _scheduler()
    current = getcurrent()
    if current is scheduler.hub.greenlet:
        if hasattr(awaitable, "close"):
            awaitable.close()
        raise _cannot_call(awaitable)
    coro = awaitable if is_coroutine(awaitable) else _awaiting(awaitable)
    strand: Any = scheduler.entered
    try:
        if strand is not None and strand._greenlet is current:
            return strand._drive(coro)
        strand = strand_of(scheduler, current)
        strand._greenlet = current
        strand._coro = coro
        task = strand._task = CurrentTask(strand)
        early = _events._get_running_loop() is None
        if early:  # before the hub's first turn
            _events._set_running_loop(scheduler.loop)
        strand._enter()
        try:
            return strand._drive(coro)
        finally:
            scheduler.leave()
            if early and not scheduler.hub.greenlet:
                _events._set_running_loop(None)
            strand._greenlet = strand._coro = strand._task = None
            strand._must_cancel = False
            if task._callbacks:
                asyncio.Future.set_result(task, None)
    except RuntimeError as error:
        # An async function cannot let StopIteration out, Python makes it this; the green caller expects what the
        # function raised.
        cause = error.__cause__
        if isinstance(cause, StopIteration) and str(error) in _STOPPED:
            raise cause
        raise


_STOPPED = ("coroutine raised StopIteration", "generator raised StopIteration")


def _cannot_call(awaitable: Any) -> RuntimeError:
    frame = sys._getframe(2)
    name = getattr(awaitable, "__qualname__", repr(awaitable))
    return RuntimeError(
        f"{frame.f_code.co_name} ({frame.f_code.co_filename}:{frame.f_lineno}) cannot wait for {name}: this is a "
        "callback of the event loop or a task that was made before offlet.bridge was installed; await it instead"
    )


async def _awaiting(awaitable: Any) -> Any:
    return await awaitable


async def call_green(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call green *function* from a coroutine and return its result; the other tasks run while it blocks.

    It runs at once, in the caller's turn and logical thread: locals, locks, Timeout and kill are as in a direct call.
    """
    scheduler = _scheduler()
    if getcurrent() is not scheduler.hub.greenlet:
        return function(*args, **kwargs)
    return await _in_greenlet(scheduler, function, args, kwargs)


async def _in_greenlet(scheduler: GreenScheduler, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """The same for a task without portal: the function runs in a greenlet made for it."""
    future = scheduler.loop.create_future()

    def body() -> None:
        try:
            value = function(*args, **kwargs)
        except BaseException as error:
            outcome.append((None, error))
        else:
            outcome.append((value, None))
        if not future.done():
            future.set_result(None)

    outcome: list[tuple[Any, BaseException | None]] = []
    portal = Portal(body, scheduler.hub.greenlet)
    portal.gr_context = contextvars.copy_context()
    portal.switch()
    while not outcome:
        try:
            await asyncio.shield(future)
        except asyncio.CancelledError as error:
            if not outcome and not portal.dead:
                portal.throw(error)
    value, failure = outcome[0]
    if failure is not None:
        raise failure
    return value


def iterate(iterable: Any) -> Iterator[Any]:
    """A plain iterator for green code over the async *iterable*; ``close()`` closes an async generator."""
    return _Iterate(iterable)


class _Iterate:
    def __init__(self, iterable: Any) -> None:
        self._iterator: Any = type(iterable).__aiter__(iterable)

    def __iter__(self) -> _Iterate:
        return self

    def __next__(self) -> Any:
        try:
            return call(type(self._iterator).__anext__(self._iterator))
        except StopAsyncIteration:
            self._iterator = _NOTHING
        raise StopIteration

    def close(self) -> None:
        iterator, self._iterator = self._iterator, _NOTHING
        close = getattr(iterator, "aclose", None)
        if close is not None:
            call(close())

    def __del__(self) -> None:
        # A generator that is dropped runs its finally blocks there and then.
        if getattr(self._iterator, "ag_frame", None) is not None and getcurrent() is not _scheduler().hub.greenlet:
            self.close()


class _Nothing:
    async def __anext__(self) -> Any:
        raise StopAsyncIteration


_NOTHING = _Nothing()


class iterate_green:
    """An async iterator over the green *iterable*: each step runs in the green way, in the task that asks for it."""

    def __init__(self, iterable: Any) -> None:
        self._iterator: Any = iter(iterable)

    def __aiter__(self) -> iterate_green:
        return self

    async def __anext__(self) -> Any:
        item = await call_green(next, self._iterator, _END)
        if item is _END:
            raise StopAsyncIteration
        return item

    async def aclose(self) -> None:
        """Close the iterable if it can be closed."""
        close = getattr(self._iterator, "close", None)
        if close is not None:
            await call_green(close)


_END = object()


class context_green:
    """``async with context_green(cm) as value`` for a context manager whose ends block in the green way."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    async def __aenter__(self) -> Any:
        return await call_green(type(self._manager).__enter__, self._manager)

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> Any:
        return await call_green(type(self._manager).__exit__, self._manager, kind, value, trace)


class context:
    """``with context(acm) as value`` for an async context manager in green code."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    def __enter__(self) -> Any:
        return call(type(self._manager).__aenter__(self._manager))

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> Any:
        return call(type(self._manager).__aexit__(self._manager, kind, value, trace))


# -- Eventlet's own names -----------------------------------------------------------------------------------------


def spawn_for_awaitable(awaitable: Any) -> GreenThread:
    """Run *awaitable* in a new green thread (``eventlet.asyncio.spawn_for_awaitable``).

    Killing the green thread, with any exception, raises that in the coroutine; ``wait()`` gives its result. Killed
    before it began, the coroutine is closed, a future or task cancelled.
    """
    _scheduler()
    started: list[bool] = []

    def run() -> Any:
        started.append(True)
        return call(awaitable)

    def ended(thread: GreenThread) -> None:
        if not started:
            end = getattr(awaitable, "close", None) or getattr(awaitable, "cancel", None)
            if end is not None:
                end()

    thread = eventlet.spawn(run)
    thread.link(ended)
    return thread


class _ThreadFuture(asyncio.Future):  # type: ignore[type-arg]
    """What a task waits on that awaits a green thread. Cancelling it kills the thread and waits for its end."""

    _thread: Any

    def cancel(self, msg: Any | None = None) -> bool:
        if self.done():
            return False
        thread = self._thread
        waiting: set[_ThreadFuture] = thread._offlet_awaited
        waiting.discard(self)
        if waiting:  # somebody else still wants the result
            return super().cancel(msg=msg)
        self.get_loop().call_soon(thread.kill)
        return True

    def _thread_ended(self, thread: Any) -> None:
        thread._offlet_awaited.discard(self)
        if self.done():
            return
        try:
            self.set_result(thread.wait())
        except greenlet.GreenletExit:
            super().cancel()
        except StopIteration as error:
            wrapped = RuntimeError("generator raised StopIteration")
            wrapped.__cause__ = error
            self.set_exception(wrapped)
        except BaseException as error:
            self.set_exception(error)
            self.exception()


def _await_green_thread(self: Any) -> Generator[Any, Any, Any]:
    """``await green_thread``: its result. Cancelling the last task that awaits it kills it, and waits for its end."""
    scheduler = _scheduler()
    future = _ThreadFuture(loop=scheduler.loop)
    future._thread = self
    if not hasattr(self, "_offlet_awaited"):
        self._offlet_awaited = set()
    self._offlet_awaited.add(future)
    self.link(future._thread_ended)
    return future.__await__()


# -- asyncio owns the loop ----------------------------------------------------------------------------------------


class attach:
    """``async with attach():`` lets Eventlet work in a loop that ``asyncio.run``, uvicorn or pytest-asyncio started.

    Inside the block green threads run on that loop, tasks made there have portals, and so has the task of the block
    itself: it may call blocking green code directly.
    """

    _adopted: AdoptedStrand | None = None

    async def __aenter__(self) -> attach:
        hub = self._hub = eventlet.hubs.get_hub()
        if not isinstance(hub, eventlet.hubs.asyncio.Hub):
            raise RuntimeError(_NO_HUB)
        loop: Any = asyncio.get_running_loop()
        if hub.running or (hub.greenlet and not hub.greenlet.dead):
            raise RuntimeError("Eventlet's hub runs already: attach() is for programs that begin with asyncio.run()")
        if not isinstance(hub, Hub):
            _install(hub)
        self._saved = hub.loop, hub.greenlet, hub._scheduler
        self._factory = loop.get_task_factory()
        hub.loop = loop
        hub.greenlet = getcurrent()
        hub.running = True
        scheduler = _bind(hub, loop)
        task: Any = asyncio.current_task()
        if isinstance(getattr(task, "_offlet", None), PortalMixin):
            await asyncio.sleep(0)  # the next pass is in its portal
        else:
            self._adopted = AdoptedStrand(scheduler, task)
            await self._adopted._gate
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        adopted = self._adopted
        if adopted is not None and adopted._task is asyncio.current_task():
            await GiveBack()
        hub = self._hub
        hub.loop.set_task_factory(self._factory)
        # What still runs in portals needs to find the greenlet of the loop.
        hub._scheduler.hub = _Detached(hub.greenlet)
        hub._scheduler.classes.clear()
        hub.loop, hub.greenlet, hub._scheduler = self._saved
        hub.running = False


class _Detached:
    """Stands for the hub of a loop after ``attach``."""

    debug_exceptions = True

    def __init__(self, current: Any) -> None:
        self.greenlet = current


class GiveBack:
    """Yielded by a coroutine whose task shall drive it again itself."""

    def __await__(self) -> Generator[Any, None, None]:
        yield self


class AdoptedStrand(TaskStrand):
    """A task that asyncio drives, while ``attach`` drives its coroutine in a portal.

    The task waits at the gate; the coroutine that it would step is stepped here, until it yields a GiveBack.
    """

    _started = True

    def __init__(self, scheduler: GreenScheduler, task: Any) -> None:
        super().__init__(scheduler, task.get_coro(), contextvars.copy_context())
        self._task = task
        self._before = getattr(task, "_offlet", None)
        task._offlet = self
        self._gate = _AdoptionGate(self)

    def _drive(self, coro: Any, value: Any = None, error: BaseException | None = None) -> Any:
        try:
            return super()._drive(coro, value, error)
        except _GivenBack:
            self._given_back = True
            return None

    _given_back = False

    def _wait(self, token: Any) -> Any:
        if isinstance(token, GiveBack):
            raise _GivenBack
        return super()._wait(token)

    def _gone(self) -> None:
        task = self._task
        if self._given_back:
            task._offlet = self._before
            self._gate.open()
            return
        # The coroutine has ended: the task, which has not seen it, gets its outcome from here.
        value, error = self._value, self._error
        if isinstance(error, asyncio.CancelledError):
            asyncio.Future.cancel(task)
        elif error is not None:
            asyncio.Future.set_exception(task, error)
            if isinstance(error, (SystemExit, KeyboardInterrupt)):
                raise error
        else:
            asyncio.Future.set_result(task, value)


class _GivenBack(BaseException):
    """Leaves the loop of _drive."""


class _AdoptionGate(Gate):
    """Lets the portal take over as soon as the task waits."""

    def add_done_callback(self, callback: Callable[[Any], None], *, context: Any = None) -> None:
        super().add_done_callback(callback)
        strand: Any = self._strand
        strand._loop.call_soon(strand._advance, None, None, context=strand._scheduler.neutral)
