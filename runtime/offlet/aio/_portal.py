# SPDX-License-Identifier: Apache-2.0
"""Portals: strands whose code runs in a greenlet of its own, so that plain functions below a coroutine can wait.

A portal runs its coroutine itself and, where that waits, arranges its own wake-up and switches to the greenlet of the
event loop. Anything called from the coroutine can do the same: green code does with Eventlet's own ``hub.switch()``,
``await_`` with a coroutine of its own. To asyncio the task is a shell that waits at a gate for the end.

This module needs greenlet. It is imported by ``offlet.bridge``, and by ``aio`` only where portals are asked for.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Callable, Generator
from typing import Any

import greenlet
from greenlet import getcurrent

from ._core import _TICK, CurrentTask, Gate, Handoff, RootStrand, Scheduler, Strand, Waiter
from ._core import abandon, current_tasks, is_coroutine, loop_of, print_exception, scheduler_of, swap_current, with_traceback
from ._errors import GreenletExit, join_greenlet
from ._task import Task, spawn_n

__all__ = [
    "AdoptedStrand",
    "GiveBack",
    "Portal",
    "PortalMixin",
    "PortalScheduler",
    "TaskStrand",
    "portal_task_factory",
    "use_portals",
]

join_greenlet()


# The greenlet of a task. It is no class of its own: greenlet checks the type of both greenlets many times in a switch, and
# for a subclass that costs as much as a tenth of a portal.
Portal = greenlet.greenlet


class Relay(greenlet.greenlet):  # type: ignore[misc]
    """Runs a plain function for a task without a portal; what it waits for goes to the task, through its parent."""

    def __init__(self, function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        super().__init__(lambda: function(*args, **kwargs))
        self.gr_context = contextvars.copy_context()

    def drive(self, coro: Any) -> Any:
        """Run *coro* to its end, handing what it yields to the task."""
        value: Any = None
        error: BaseException | None = None
        while True:
            try:
                token = coro.send(value) if error is None else coro.throw(error)
            except StopIteration as stop:
                return stop.value
            error = None
            try:
                value = self.parent.switch(token)
            except BaseException as raised:
                error = raised


class PortalScheduler(Scheduler):
    """The scheduler of a loop whose strands run in portals."""

    home: Any  # the greenlet that runs the loop
    task_factory: Any = None  # of the loop's owner: makes the tasks, whose coroutines run in portals
    entered: PortalMixin | None = None  # the strand whose task asyncio takes for the current one
    _home_task: Any = None  # and the one to put back when control returns home

    def adopt(self, home: Any) -> None:
        """Run in portals whatever runs on this loop, from its next step on."""
        self.home = home
        self.classes = {"Strand": PortalStrand, "Task": PortalTask}
        main: Any = self.main
        for strand in [*self.alive, *([main] if main is not None else [])]:
            strand.__class__ = _PORTALS.get(type(strand).__name__, type(strand))

    def leave(self) -> None:
        """Give asyncio back the current task of home."""
        self.entered = None
        swap_current(self.loop, self._home_task)
        self._home_task = None

    def report(self, error: BaseException) -> None:
        if isinstance(error, (asyncio.CancelledError, greenlet.GreenletExit)):
            return
        if isinstance(error, (SystemExit, KeyboardInterrupt)):
            raise error  # its greenlet ends with it, and so it comes to the loop and from there to main
        if self.print_exceptions:
            print_exception(error)

    def obsolete(self, error: BaseException) -> bool:
        """True for an exception that was taken back before it could be raised."""
        return False


class PortalMixin(Strand):
    """A strand whose code runs in a greenlet."""

    _scheduler: PortalScheduler
    _greenlet: Any = None
    _sent: Any = None
    _stepped = False  # see TaskStrand

    def _enter(self) -> None:
        """Be asyncio's current task."""
        scheduler = self._scheduler
        loop = scheduler.loop
        if scheduler.entered is None:
            scheduler._home_task = current_tasks.get(loop)
        current_tasks[loop] = self._task
        scheduler.entered = self

    def _drive(
        self, coro: Any, value: Any = None, error: BaseException | None = None, token: Any = _TICK
    ) -> Any:
        """Run *coro* in this greenlet to its end; the strand is entered. *token*: what it already waits for."""
        send = coro.send
        while True:
            if token is _TICK:
                try:
                    if error is None:
                        token = send(value)
                    else:
                        thrown, error = error, None
                        token = coro.throw(thrown)
                        del thrown
                except StopIteration as stop:
                    if self._pending is not None:
                        self._raise_pending()
                    return stop.value
                except Exception:  # of its own, not what it was ended with
                    if self._pending is not None:
                        self._raise_pending()
                    raise
            # Suspend this greenlet until what the coroutine waits for has come.
            waited, token = token, _TICK
            try:
                value = None
                if waited is None:
                    self._wait_tick()
                elif getattr(waited, "_asyncio_future_blocking", False):
                    self._wait_future(waited)
                else:
                    value = self._wait(waited)
            except _GivenBack:
                raise
            except BaseException as raised:
                error = raised

    def _wait_tick(self) -> None:
        """Wait for the next pass of the loop."""
        if self._pending is not None:
            self._raise_pending()
        scheduler = self._scheduler
        loop = self._loop
        handle = loop.call_soon(self._greenlet.switch, _TICK, context=scheduler.neutral)
        while True:
            # This is _go_home(), written out: it is what a portal costs.
            scheduler.entered = None
            if scheduler._home_task is None:
                del current_tasks[loop]
            else:
                current_tasks[loop], scheduler._home_task = scheduler._home_task, None
            try:
                woken = scheduler.home.switch()
            except BaseException as error:
                self._enter()
                handle.cancel()
                raise _killed(error)
            if loop in current_tasks:
                self._enter()
            else:
                current_tasks[loop] = self._task
                scheduler.entered = self
            if woken is _TICK:  # a stray switch does not end a wait
                break
        if self._must_cancel:
            raise self._taken_cancel()

    def _wait_future(self, future: Any) -> None:
        """Wait until *future*, which the coroutine awaits, is done."""
        future._asyncio_future_blocking = False
        if self._pending is not None:
            future.cancel()
            self._raise_pending()
        scheduler = self._scheduler
        loop = self._loop
        if loop_of(future) is not loop:
            raise RuntimeError(f"{self!r} got Future {future!r} attached to a different loop")
        self._waiting = future
        future.add_done_callback(self._wakeup, context=scheduler.neutral)
        if self._must_cancel:
            self._hand_on_cancel(future)
        while True:
            scheduler.entered = None
            if scheduler._home_task is None:
                del current_tasks[loop]
            else:
                current_tasks[loop], scheduler._home_task = scheduler._home_task, None
            try:
                scheduler.home.switch()
            except BaseException as raised:
                self._enter()
                self._waiting = None
                error = _killed(raised)
                if not future.done():
                    self._take_back_cancel(future, error)
                    future.remove_done_callback(self._wakeup)
                    abandon(future)
                elif not isinstance(error, asyncio.CancelledError):
                    self._pending = error  # see Strand._throw: asyncio has woken it, and its locks need to see that
                    return
                raise error
            if loop in current_tasks:
                self._enter()
            else:
                current_tasks[loop] = self._task
                scheduler.entered = self
            if self._waiting is None:
                break
        if self._must_cancel:
            raise self._taken_cancel()

    def _wait(self, token: Any) -> Any:
        """Wait for what else a coroutine may yield."""
        if self._pending is not None:
            self._raise_pending()
        scheduler = self._scheduler
        if isinstance(token, Waiter):
            self._waiting = token
            if self._must_cancel:
                self._cancel_waiter(token)
            try:
                while self._waiting is token:
                    self._go_home()
            except BaseException as error:
                self._waiting = None
                raise _killed(error)
            value, self._sent = self._sent, None
            return value
        if type(token) is Handoff:
            ticked: list[bool] = []
            handle = self._loop.call_soon(self._tock, ticked, context=scheduler.neutral)
            try:
                scheduler.leave()
                try:
                    token.action()  # may switch to somebody else, and come back by the tick
                finally:
                    self._enter()
                while not ticked:
                    self._go_home()
            except BaseException as error:
                handle.cancel()
                raise _killed(error)
            if self._must_cancel:
                raise self._taken_cancel()
            return None
        raise RuntimeError(f"{self!r} got bad yield: {token!r}")

    def _raise_pending(self) -> None:
        error, self._pending = self._pending, None
        if error is not None and not self._scheduler.obsolete(error):
            raise error from None

    def _go_home(self) -> None:
        """Switch to the greenlet of the loop, until somebody switches here."""
        scheduler = self._scheduler
        scheduler.leave()
        try:
            scheduler.home.switch()
        finally:
            self._enter()

    def _wait_green(self, switch: Callable[[], Any]) -> Any:
        """Suspend this greenlet in somebody else's way, in code that a coroutine called."""
        if self._pending is not None:
            self._raise_pending()
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

    # -- waking it up, from home

    def _wakeup(self, future: Any) -> None:
        if self._waiting is future:
            self._waiting = None
            if self._greenlet is None:
                self._advance(None, self._taken_cancel() if self._must_cancel else None)
            else:
                self._greenlet.switch()

    def _tock(self, ticked: list[bool]) -> None:
        ticked.append(True)
        self._greenlet.switch()

    def _resume(self, value: Any) -> None:
        self._waiting = None
        if self._greenlet is None:  # it came to wait before it had a portal: see PortalScheduler.adopt
            self._advance(value, None)
        else:
            self._sent = value
            self._greenlet.switch()

    def _woken(self, waiter: Waiter, value: Any) -> None:
        if self._waiting is waiter:
            self._resume(value)

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
        if type(waiting) is object:
            self._cancel_green(waiting)
        return True

    def _cancel_green(self, tick: object) -> None:
        self._loop.call_soon(self._deliver_green_cancel, tick, context=self._scheduler.neutral)

    def _deliver_green_cancel(self, tick: object) -> None:
        if self._waiting is tick and self._must_cancel:
            self._throw(self._taken_cancel())

    # -- a strand with a greenlet of its own

    def _begin(self) -> None:
        self._handle = None
        if self._owner is not None and self._owner.dead:
            self._scheduler.alive.discard(self)
            return
        self._started = True
        self._advance(None, None)

    def _advance(self, value: Any, error: BaseException | None) -> None:
        """Run the coroutine, from where it is, in a portal."""
        portal = Portal(self._body, self._scheduler.home)
        portal.gr_context = self._context
        portal.switch(value, error)

    def _body(self, value: Any, error: BaseException | None) -> None:
        self._greenlet = me = getcurrent()
        me._offlet = self
        if self._task is None:
            self._task = CurrentTask(self)
        if not self._stepped:
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
            if not self._stepped:
                self._scheduler.leave()
            del me._offlet
            self._greenlet = None
        self._gone()
        if report is not None:
            self._scheduler.report(report)

    def _gone(self) -> None:
        """The strand has ended and left its greenlet."""


class PortalStrand(PortalMixin):
    """What ``spawn_n`` makes on a loop with portals."""


class PortalTask(PortalMixin, Task):
    """What ``spawn`` makes on a loop with portals."""


class PortalRoot(PortalMixin, RootStrand):
    """The main program of ``aio.main`` on a loop with portals."""

    def _gone(self) -> None:
        if self._gate is not None:
            self._gate.open()


_PORTALS: dict[str, type[Strand]] = {"Strand": PortalStrand, "Task": PortalTask, "RootStrand": PortalRoot}


def _killed(error: BaseException) -> BaseException:
    """Make greenlet's GreenletExit a cancellation too, so that asyncio libraries clean up; it stays the same object."""
    if type(error) is greenlet.GreenletExit:
        error.__class__ = GreenletExit
    return error


# -- tasks of asyncio ---------------------------------------------------------------------------------------------


class TaskStrand(PortalMixin):
    """A task of asyncio whose coroutine runs in a portal.

    The task itself steps the portal, as it would step the coroutine, as long as that does nothing but await: this is
    the cheapest. It is *stepped* then. From the first green wait or exception from outside on the portal arranges its
    wake-ups itself, and the task waits at a gate for its end.
    """

    _value: Any = None
    _step_error: BaseException | None = None  # what the task is raising in the portal
    _requests = 0  # to cancel the task, of those that the coroutine has seen

    def __init__(self, scheduler: PortalScheduler, coro: Any, context: contextvars.Context) -> None:
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._coro = coro
        self._context = context
        self._gate = Gate(self)

    async def _shell(self) -> Any:
        task: Any = asyncio.current_task()
        task._offlet = self
        self._task = task
        if getcurrent() is self._scheduler.home:
            try:
                await _Steps(self)
            except BaseException as raised:  # of a green thread that was killed here: what it ends with comes to home
                self._stepped = False
                self._scheduler.report(raised)
        else:  # started eagerly by code in another greenlet: a portal would return home and not there
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

    def _drive(
        self, coro: Any, value: Any = None, error: BaseException | None = None, token: Any = _TICK
    ) -> Any:
        if not self._stepped:
            return super()._drive(coro, value, error, token)
        # What runs for each await is kept short, here and in _Steps: it is what a portal costs beside its two switches.
        send = coro.send
        home_switch = self._scheduler.home.switch
        future, tick = _Future, _TICK
        while True:
            try:
                if error is None:
                    token = send(None)
                else:
                    thrown, error = error, None
                    token = coro.throw(thrown)
                    del thrown
            except StopIteration as stop:
                if self._pending is not None:
                    self._raise_pending()
                return stop.value
            except Exception:
                if self._pending is not None:
                    self._raise_pending()
                raise
            if not self._stepped:
                return super()._drive(coro, token=token)
            if type(token) is not future and token is not None and not getattr(token, "_asyncio_future_blocking", False):
                self._cease()
                return super()._drive(coro, token=token)
            try:
                woken = home_switch(token)
                while woken is not tick:  # a stray switch
                    woken = home_switch()
            except BaseException as raised:
                error = self._interrupted(raised, token)
                if not self._stepped:
                    return super()._drive(coro, None, error)

    def _cease(self) -> None:
        """Arrange the wake-ups here from now on."""
        self._stepped = False
        self._requests = self._requested()
        self._scheduler.entered = self
        self._scheduler._home_task = self._task

    def _requested(self) -> int:
        """How many requests to cancel the task there are."""
        task = self._task
        if hasattr(task, "cancelling"):
            return task.cancelling()  # type: ignore[no-any-return]
        return getattr(task, "_num_cancels_requested", int(task._must_cancel))  # see _CountingTask

    def _interrupted(self, error: BaseException, token: Any) -> BaseException | None:
        """*error* was raised here while the task waited for *token*; return what to raise in the coroutine."""
        if error is self._step_error:  # by the task
            self._step_error = None
            return error
        self._enter()
        home_task = self._scheduler._home_task
        asked = self._requested() > self._requests
        self._cease()
        self._scheduler._home_task = home_task
        error = _killed(error)
        done = token is not None and token.done()
        # The task was cancelled in this very wait. Unless the coroutine sees that now, it is to see it at its next one.
        if asked and not isinstance(error, asyncio.CancelledError) and not (done and token.cancelled()):
            self._must_cancel = True
        if done and not isinstance(error, asyncio.CancelledError):
            self._pending = error  # see Strand._throw
            return None
        if token is not None:
            abandon(token)
            self._stop_waiting(token)
        return error

    def _stop_waiting(self, token: Any) -> None:
        """Let the task wait at the gate and no longer for *token*, which takes its time to end.

        ``task.cancel()`` would cancel that, in the middle of its ``finally``, and reach the coroutine only afterwards.
        """
        # asyncio has no public name for it: the callback that wakes a task is a method of the task.
        for callback, _ in [] if token.done() else getattr(token, "_callbacks", None) or []:
            if getattr(callback, "__self__", None) is self._task:
                token.remove_done_callback(callback)
                self._gate._wakeup = callback
                self._gate.open()
                break

    def _ceased_woken(self, error: BaseException | None) -> None:
        """The task has been woken, with *error*, after it ceased to step the portal."""
        if isinstance(error, asyncio.CancelledError) and self._requested() > self._requests:
            self._request_cancel(None)  # else its future was cancelled

    def _wait_green(self, switch: Callable[[], Any]) -> Any:
        if self._stepped:
            self._cease()
        return super()._wait_green(switch)

    def _ended(self, value: Any, error: BaseException | None) -> Any:
        self._value, self._error = value, error
        return None

    def _bury(self) -> BaseException | None:
        self._dead = True
        self._coro = self._waiting = None
        return None

    def _gone(self) -> None:
        self._stepped = False
        self._gate.open()

    def __del__(self) -> None:
        if not self._started and self._coro is not None:
            self._coro.close()  # the task was cancelled before it began


class _Steps:
    """Steps a portal for its task: ``await _Steps(strand)`` ends when the strand has, or has ceased to be stepped."""

    __slots__ = ("_strand",)

    def __init__(self, strand: TaskStrand) -> None:
        self._strand = strand

    def __await__(self) -> Generator[Any, None, None]:
        strand = self._strand
        strand._started = strand._stepped = True
        portal = Portal(strand._body, strand._scheduler.home)
        portal.gr_context = strand._context
        switch = portal.switch
        tick, no_value, requests = _TICK, _NO_VALUE, 0
        token = switch(None, None)
        while strand._stepped:
            if token is no_value:  # it came here by another way, to wait for something that is not ours
                strand._stepped = False
                break
            if requests:  # Task.uncancel() may have taken some back
                requests = strand._requests = min(requests, strand._requested())
            try:
                yield token
            except BaseException as error:
                if not strand._stepped:
                    strand._ceased_woken(error)
                    break
                strand._step_error = error
                requests = strand._requests = strand._requested()
                token = portal.throw(error)
            else:
                if not strand._stepped:
                    break
                token = switch(tick)


def _in_portal(scheduler: PortalScheduler, coro: Any, kwargs: dict[str, Any]) -> Any:
    """The coroutine for a task whose real one, *coro*, runs in a portal; completes *kwargs* of the task."""
    context = kwargs.pop("context", None)
    strand = TaskStrand(scheduler, coro, contextvars.copy_context() if context is None else context)
    if sys.version_info >= (3, 11):
        kwargs["context"] = strand._context
    shell: Any = strand._shell()
    shell.__name__ = getattr(coro, "__name__", shell.__name__)
    shell.__qualname__ = getattr(coro, "__qualname__", shell.__qualname__)
    return shell


def portal_task_factory(loop: Any, coro: Any, **kwargs: Any) -> Any:
    """Make a task whose coroutine runs in a portal."""
    factory = loop._offlet.task_factory
    if factory is not None:
        if is_coroutine(coro):
            coro = _in_portal(loop._offlet, coro, dict(kwargs))  # it may not know the argument context
        return factory(loop, coro, **kwargs)
    if is_coroutine(coro):
        coro = _in_portal(loop._offlet, coro, kwargs)
    return _NewTask(coro, loop=loop, **kwargs)


_Task: Any = asyncio.tasks.Task


class _CountingTask(_Task):  # type: ignore[misc]
    """Counts the requests to cancel it, as every task does from Python 3.11 on.

    Without that a request is lost where an exception from outside comes first in the same pass, as a Timeout does:
    for it, what the task waited for has been cancelled, so the CancelledError that then wakes the task says nothing.
    """

    _num_cancels_requested = 0

    def cancel(self, msg: Any | None = None) -> bool:
        self._num_cancels_requested += 1
        return super().cancel(msg=msg)  # type: ignore[no-any-return]


_CountingTask.__name__ = "Task"  # for its repr
_NewTask: Any = _CountingTask if sys.version_info < (3, 11) else _Task
_Future: Any = asyncio.Future
_NO_VALUE: Any = ()  # what a switch without a value gives; CPython has one empty tuple only
_PyFuture: Any = getattr(asyncio.futures, "_PyFuture")  # of tasks written in Python, as pytest-asyncio's on Python 3.10


class _AnyTask(type):
    """For isinstance every task is one of AsyncioTask."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _Task)

    def __subclasscheck__(cls, subclass: Any) -> bool:
        return issubclass(subclass, _Task)


class AsyncioTask(_NewTask, metaclass=_AnyTask):  # type: ignore[misc]
    """``asyncio.Task`` for libraries that call it and not ``loop.create_task``, as aiohttp's server does."""

    def __init__(self, coro: Any, *, loop: Any = None, **kwargs: Any) -> None:
        if loop is None:
            loop = asyncio.get_event_loop()
        scheduler = getattr(loop, "_offlet", None)
        if isinstance(scheduler, PortalScheduler) and loop.get_task_factory() is portal_task_factory:
            if is_coroutine(coro):
                coro = _in_portal(scheduler, coro, kwargs)
        super().__init__(coro, loop=loop, **kwargs)


def portals_for_main(loop: Any) -> Callable[[Any], None]:
    """What ``main(..., portals=True)`` does: portals without Eventlet. Returns how to close a dropped generator."""
    home = getcurrent()
    use_portals(loop, PortalScheduler, home)

    def close(generator: Any) -> None:
        current = getcurrent()
        if current is home:
            spawn_n(generator.aclose)
        else:
            current._offlet._drive(generator.aclose())

    return close


def use_portals(loop: Any, kind: type[PortalScheduler], home: Any) -> PortalScheduler:
    """Make the scheduler of *loop* one of *kind*, with portals for every task that begins from now on."""
    scheduler: Any = scheduler_of(loop)
    scheduler.__class__ = kind
    scheduler.adopt(home)
    factory = loop.get_task_factory()
    if factory is not portal_task_factory:
        scheduler.task_factory = factory
        loop.set_task_factory(portal_task_factory)
    setattr(asyncio, "Task", AsyncioTask)
    return scheduler  # type: ignore[no-any-return]


# -- a task that something else drives, for a while ---------------------------------------------------------------


class GiveBack:
    """Yielded by a coroutine whose task shall drive it again itself."""

    def __await__(self) -> Generator[Any, None, None]:
        yield self


class _GivenBack(BaseException):
    """Leaves the loop of _drive."""


class AdoptedStrand(TaskStrand):
    """A task that asyncio drives, while its coroutine is driven here, in a portal.

    The task waits at the gate (``await strand.adopt()``); the coroutine that it would step is stepped here, until it
    yields a GiveBack.
    """

    _started = True
    _given_back = False

    def __init__(self, scheduler: PortalScheduler, task: Any) -> None:
        super().__init__(scheduler, task.get_coro(), contextvars.copy_context())
        self._task = task
        self._before = getattr(task, "_offlet", None)
        task._offlet = self
        self._gate = _AdoptionGate(self)

    def _drive(
        self, coro: Any, value: Any = None, error: BaseException | None = None, token: Any = _TICK
    ) -> Any:
        try:
            return super()._drive(coro, value, error, token)
        except _GivenBack:
            self._given_back = True
            return None

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
        future: Any = _PyFuture if isinstance(task, _PyFuture) else asyncio.Future  # a task itself refuses these calls
        if isinstance(error, asyncio.CancelledError):
            future.cancel(task)
        elif error is not None:
            future.set_exception(task, error)
            if isinstance(error, (SystemExit, KeyboardInterrupt)):
                raise error
        else:
            future.set_result(task, value)


class _AdoptionGate(Gate):
    """Lets the portal take over as soon as the task waits."""

    def add_done_callback(self, callback: Callable[[Any], None], *, context: Any = None) -> None:
        super().add_done_callback(callback)
        strand: Any = self._strand
        strand._loop.call_soon(strand._advance, None, None, context=strand._scheduler.neutral)
