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
import builtins
import concurrent.futures
import concurrent.futures.thread
import contextvars
import functools
import os
import sys
import weakref
from asyncio import events as _events
from collections.abc import Callable, Generator, Iterator
from types import TracebackType
from typing import Any

import eventlet
import eventlet.greenthread
import eventlet.hubs
import eventlet.hubs.asyncio
import eventlet.patcher
import greenlet
from eventlet.greenthread import GreenThread
from greenlet import getcurrent

from .aio._core import (
    CurrentTask,
    RootStrand,
    Strand,
    coming,
    current_tasks,
    has_async,
    is_coroutine,
    root,
    special,
    swap_current,
    with_traceback,
)
from .aio._errors import GreenletExit
from .aio._generators import close_dropped
from .aio._main import start_early
from .aio._original import original
from .aio._portal import AdoptedStrand, GiveBack, Portal, PortalMixin, PortalScheduler, PortalStrand, use_portals
from .aio._task import spawn_n
from .aio._thread import Threads, in_worker

__all__ = [
    "attach",
    "call",
    "call_green",
    "context",
    "context_green",
    "install",
    "iterate",
    "iterate_green",
    "next",
    "spawn_for_awaitable",
]

_NO_HUB = (
    "this needs Eventlet's asyncio hub: set EVENTLET_HUB=asyncio, or call "
    'eventlet.hubs.use_hub("eventlet.hubs.asyncio") before any monkey patching'
)


# -- the hub ------------------------------------------------------------------------------------------------------


class Hub(eventlet.hubs.asyncio.Hub):  # type: ignore[misc]
    """Eventlet's asyncio hub with its timers in the event loop; an existing hub is made one of these."""

    _scheduler: GreenScheduler

    def add_timer(self, timer: Any) -> float:
        seconds: float = timer.seconds
        self._schedule(seconds, timer)
        return float(self.clock() + seconds)

    def _schedule(self, seconds: float, timer: Any) -> None:
        scheduler = self._scheduler
        if seconds > 0:
            handle = scheduler.loop.call_later(seconds, self._fire, timer, context=scheduler.neutral)
        else:
            handle = scheduler.loop.call_soon(self._fire, timer, context=scheduler.neutral)
        timer._offlet = handle
        if scheduler.due is not None:
            scheduler.due[timer] = scheduler.loop.time() + max(seconds, 0)

    def take_timers(self) -> None:
        """Give the loop what was scheduled before."""
        now = self.clock()
        for when, timer in sorted([*self.timers, *self.next_timers]):
            if not timer.called:
                self._schedule(when - now, timer)
        self.timers.clear()
        self.next_timers.clear()
        self.timers_canceled = 0

    def take_waiting(self) -> list[tuple[float, Any]]:
        """Take from the loop what is scheduled there and has not run yet: ``(seconds from now, timer)``."""
        loop = self._scheduler.loop
        due = self._scheduler.due
        if due is not None:
            now = loop.time()
            waiting = [(when - now, timer) for timer, when in sorted(due.items(), key=lambda item: item[1])]
            for timer in due:
                timer._offlet.cancel()
            due.clear()
            return waiting
        taken = [(delay, h) for delay, h in self._handles() if h._callback == self._fire]
        waiting = [(delay, h._args[0]) for delay, h in taken]
        for _, handle in taken:
            handle.cancel()
        return waiting

    def take_spawned(self) -> list[tuple[float, Any]]:
        """Take from the loop what ``aio.spawn`` gave it and has not begun: ``(seconds from now, strand)``."""
        spawned = []
        for delay, handle in self._handles():
            strand = getattr(handle._callback, "__self__", None)
            if strand is not None and getattr(strand, "_call", None) is not None and strand._handle is handle:
                handle.cancel()
                spawned.append((delay, strand))
        return spawned

    def _handles(self) -> list[tuple[float, Any]]:
        loop = self._scheduler.loop
        handles = [(0.0, h) for h in getattr(loop, "_ready", ())]
        handles += [(max(h.when() - loop.time(), 0.0), h) for h in sorted(getattr(loop, "_scheduled", ()))]
        return [(delay, h) for delay, h in handles if not h.cancelled()]

    def give_waiting(self, waiting: list[tuple[float, Any]]) -> None:
        """Give the loop of now what was taken from another one."""
        for delay, timer in waiting:
            if not timer.called:
                self._schedule(delay, timer)

    def _fire(self, timer: Any) -> None:
        try:
            del timer._offlet
        except AttributeError:
            pass
        if self._scheduler.due is not None:
            self._scheduler.due.pop(timer, None)
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
        if self._scheduler.due is not None:
            self._scheduler.due.pop(timer, None)

    def switch(self) -> Any:
        """Suspend the current green thread until somebody switches to it."""
        scheduler = self._scheduler
        strand = scheduler.entered
        if strand is None:
            current = getcurrent()
            if current is self.greenlet:
                raise _cannot_block()
            if current is getattr(_outside, "greenlet", None):
                raise RuntimeError("green code cannot block here: this event loop is not Eventlet's; use attach()")
            strand = getattr(current, "_offlet", None)
            if strand is None or not strand._stepped:
                return super().switch()
        elif strand._greenlet is not getcurrent():  # a greenlet switched to this one by itself
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

    def ensure_greenlet(self) -> None:
        super().ensure_greenlet()
        self._scheduler.home = self.greenlet

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


class GreenScheduler(PortalScheduler):
    """The scheduler of a loop that Eventlet's hub runs."""

    hub: Any
    stop_closing: Callable[[], None]
    due: dict[Any, float] | None  # when each timer is due, where the loop does not say: uvloop

    def current_without_task(self, task: Any) -> Strand:
        current = getcurrent()
        if current is self.home:
            return super().current_without_task(task)
        return strand_of(self, current)

    def report(self, error: BaseException) -> None:
        self.print_exceptions = bool(self.hub.debug_exceptions)
        super().report(error)

    def obsolete(self, error: BaseException) -> bool:
        return isinstance(error, eventlet.Timeout) and error.timer is None


class GreenStrand(PortalMixin):
    """A green thread that calls coroutines."""

    _started = True

    def __init__(self, scheduler: GreenScheduler, current: Any) -> None:
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._context = scheduler.neutral
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
            main._context = scheduler.neutral
            main._reference = weakref.ref(current)
            strand = main
        else:
            strand = GreenStrand(scheduler, current)
        current._offlet = strand
    assert strand is not None
    return strand


# -- installation -------------------------------------------------------------------------------------------------


def install() -> None:
    """Prepare the hub of this OS thread: from now on every task made on its loop has a portal.

    Importing this module does it if there is a hub, as there is after ``monkey_patch()``; else the first use does.
    """
    _scheduler()


def _scheduler() -> GreenScheduler:
    hub = eventlet.hubs.get_hub()
    try:
        return hub._scheduler  # type: ignore[no-any-return]
    except AttributeError:
        return _install(hub)


def _coming_scheduler() -> GreenScheduler | None:
    """The scheduler of the asyncio hub that was chosen for this OS thread, made if it has to be."""
    local = eventlet.hubs._threadlocal
    if hasattr(local, "hub"):
        chosen = type(local.hub)
    elif hasattr(local, "Hub"):
        chosen = local.Hub
    else:
        chosen = type(None) if in_worker() else eventlet.hubs.get_default_hub()
    return _scheduler() if _is_asyncio(chosen) else None


def _is_asyncio(hub: Any) -> bool:
    return isinstance(hub, type) and issubclass(hub, eventlet.hubs.asyncio.Hub)


def _install(hub: Any) -> GreenScheduler:
    if not isinstance(hub, eventlet.hubs.asyncio.Hub):
        raise RuntimeError(_NO_HUB)
    global _first
    scheduler = _bind(hub, hub.loop)
    own = isinstance(hub, ThreadHub)
    if _first is None and not own:
        _first = scheduler
    _choose_hubs()
    hub.__class__ = Hub
    hub.take_timers()
    if not hub.greenlet:  # not started yet: let it start as ours; green threads made before have it as their parent
        hub.greenlet.run = hub.run
    _patch_green_thread()
    _explain_locks()
    _repair_executors(hub.loop)
    if not own:
        _repair_forks(hub.loop)
    start_early(scheduler)
    return scheduler


_first: GreenScheduler | None = None  # of the OS thread that installed the bridge first


class ThreadHub(eventlet.hubs.asyncio.Hub):  # type: ignore[misc]
    """The hub of an OS thread for which nobody chose one, made where the thread first needs it, as Eventlet does.

    Other than Eventlet's it has no hook that runs at each fork and keeps the loop alive: threads come and go.
    """

    @staticmethod
    def is_available() -> bool:
        return True

    def _post_initialize(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.sleep_event = asyncio.Event()
        eventlet.hubs._threadlocal._offlet_end = ThreadEnd(self.loop)
        _install(self)


class ThreadEnd:
    """What an OS thread drops where it ends: it closes the loop, whose greenlet has ended with the thread."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop

    def __del__(self) -> None:
        if isinstance(self._loop, asyncio.BaseEventLoop):
            self._loop._thread_id = None  # type: ignore[attr-defined]  # it does not run any more
            self._loop.close()


def _choose_hubs() -> None:
    """Let the hub that was chosen for this OS thread be that of the others too, and be chosen once.

    ``use_hub`` counts for one thread: in the others green code would run on epoll, where no coroutine can. And it
    throws away the hub that is there, with all that waits in it: a second entry point that is imported while the
    program runs chooses the asyncio hub again.
    """
    use_hub = eventlet.hubs.use_hub
    if hasattr(use_hub, "_offlet"):
        return

    @functools.wraps(use_hub)
    def use_hub_once(mod: Any = None) -> None:
        hub = _hub()
        if isinstance(hub, Hub) and mod in ("asyncio", "eventlet.hubs.asyncio"):
            if not hub.running or _events._get_running_loop() is hub.loop:
                return
        use_hub(mod)

    use_hub_once._offlet = True  # type: ignore[attr-defined]
    eventlet.hubs.use_hub = use_hub_once
    eventlet.hubs.get_default_hub = lambda: ThreadHub


def _hub() -> Any:
    """The hub of this OS thread; None if it has none yet."""
    return getattr(eventlet.hubs._threadlocal, "hub", None)


def _bind(hub: Any, loop: Any) -> GreenScheduler:
    scheduler: Any = use_portals(loop, GreenScheduler, hub.greenlet)
    scheduler.hub = hub
    scheduler.due = None if hasattr(loop, "_scheduled") and hasattr(loop, "_ready") else {}
    hub._scheduler = scheduler
    scheduler.stop_closing = close_dropped(scheduler, _close_generator)
    return scheduler  # type: ignore[no-any-return]


def _close_generator(generator: Any) -> None:
    """Close an asynchronous generator where its last reference went, as a plain one is closed."""
    if _other_thread():
        assert _first is not None
        _first.loop.call_soon_threadsafe(spawn_n, generator.aclose)
    elif getcurrent() is _scheduler().home:
        spawn_n(generator.aclose)
    else:
        call(generator.aclose())


def _repair_executors(loop: Any) -> None:
    """Keep apart the threads of asyncio, which are real, and those of a patched program, which are green.

    Eventlet's asyncio hub gives ``concurrent.futures`` real threads while its futures keep green locks, so that in a
    patched program ``ThreadPoolExecutor().submit(f).result()`` never returns.
    """
    if not eventlet.patcher.is_monkey_patched("thread"):
        return
    module = sys.modules["concurrent.futures.thread"]
    module.threading = sys.modules["threading"]  # type: ignore[attr-defined]
    module.queue = sys.modules["queue"]  # type: ignore[attr-defined]
    loop.set_default_executor(_Executor())


class _Executor(concurrent.futures.ThreadPoolExecutor):
    """The default executor of the loop in a patched program: OS threads."""

    def __init__(self) -> None:
        self._pool = Threads("asyncio", min(32, (os.cpu_count() or 1) + 4))

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        job = _Job(fn, args, kwargs)
        self._pool.submit(job)
        return job.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass  # its threads are daemons


class _Job:
    """A call for _Executor."""

    def __init__(self, function: Any, args: Any, kwargs: Any) -> None:
        self.call = function, args, kwargs
        self.future: Any = concurrent.futures.Future()
        self.future._condition = original("threading").Condition()  # notified by an OS thread

    def run(self) -> None:
        function, args, kwargs = self.call
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            value = function(*args, **kwargs)
        except BaseException as error:
            self.future.set_exception(error)
        else:
            self.future.set_result(value)


def _repair_forks(loop: Any) -> None:
    """Let a child go on with the running loop and the current task that forked.

    Eventlet's hub gives every child its own loop, also where attach() is on another one, and from Python 3.12 on the task
    that was the current one at the first fork; where there was no task or no running loop it prints a traceback.
    """
    saved = original("threading").local()
    # What Eventlet's hook, which runs between these, takes for a loop and a task; Python 3.14 has no table for them.
    no_loop: Any = object()
    no_task = CurrentTask(root()) if (3, 12) <= sys.version_info < (3, 14) else None

    def before() -> None:
        running = _events._get_running_loop()
        task = None if running is None else current_tasks.get(running)
        saved.state = running, task
        if task is None and no_task is not None:
            asked = no_loop if running is None else running
            _events._set_running_loop(asked)
            current_tasks[asked] = no_task

    def after_in_parent() -> Any:
        running, task = state = saved.state
        del saved.state
        if task is None and no_task is not None:
            del current_tasks[no_loop if running is None else running]
        _events._set_running_loop(running)
        return state

    def after_in_child() -> None:
        running, task = after_in_parent()
        swap_current(loop, None)
        if running is not None:
            swap_current(running, task)

    os.register_at_fork(before=before, after_in_parent=after_in_parent, after_in_child=after_in_child)


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
            strand = getattr(getcurrent(), "_offlet", None)
            if strand is None or not strand._stepped:
                kill(g, *throw_args)
                return
            strand._cease()
        # kill switches straight to the victim; meanwhile the killer is not asyncio's current task.
        scheduler.leave()
        try:
            kill(g, *throw_args)
        finally:
            strand._enter()

    kill_in_both._offlet = True  # type: ignore[attr-defined]
    eventlet.greenthread.kill = eventlet.kill = kill_in_both


def _explain_locks() -> None:
    """Let ``with asyncio.Lock()`` in green code say what to write; it is a TypeError anyway."""

    def enter(self: Any) -> Any:
        name = type(self).__name__
        raise TypeError(
            f"{name!r} object does not support the context manager protocol: write `async with` in a coroutine, "
            "`with offlet.bridge.context(...)` in green code"
        )

    def leave(self: Any, *exc: Any) -> None:
        pass

    for kind in (asyncio.Lock, asyncio.Semaphore, asyncio.Condition):
        if not hasattr(kind, "__enter__"):
            # beside __aenter__: of the two the nearer one counts, see has_async
            owner = builtins.next(cls for cls in kind.__mro__ if "__aenter__" in vars(cls))
            setattr(owner, "__enter__", enter)
            setattr(owner, "__exit__", leave)


# -- crossings ----------------------------------------------------------------------------------------------------


def call(awaitable: Any) -> Any:
    """Run *awaitable* from green code and return its result.

    It runs at once in the calling green thread, which waits while it waits: killing that, or a Timeout in it, raises
    in the coroutine, at its await. Code that a coroutine calls may use it as well. In an OS thread of the program's
    own it runs there, on a hub of that thread; in one of ``aio.to_thread`` in the thread of the hub, where the caller
    waits. RuntimeError in a callback of the loop or a task without portal, where nothing can wait; the coroutine is
    closed then.
    """
    try:
        scheduler: GreenScheduler = eventlet.hubs._threadlocal.hub._scheduler
    except AttributeError:
        if in_worker():
            return _call_from_thread(awaitable)
        scheduler = _scheduler()
    current = getcurrent()
    running = _events._get_running_loop()
    if current is scheduler.home:
        raise _cannot_call(awaitable)
    if running is not scheduler.loop and running is not None:
        raise _cannot_call(awaitable)
    coro = awaitable if is_coroutine(awaitable) else _awaiting(awaitable)
    strand: Any = scheduler.entered
    try:
        if strand is not None and strand._greenlet is current:
            return strand._drive(coro)
        strand = strand_of(scheduler, current)
        if strand._stepped:
            return strand._drive(coro)
        strand._greenlet = current
        strand._coro = coro
        task = strand._task = CurrentTask(strand)
        early = running is None
        if early:  # before the hub's first turn
            _events._set_running_loop(scheduler.loop)
        strand._enter()
        try:
            return strand._drive(coro)
        finally:
            scheduler.leave()
            if early and not scheduler.home:
                _events._set_running_loop(None)
            strand._greenlet = strand._coro = strand._task = None
            strand._must_cancel = False
            if task._future is not None:
                task._ended()
    except RuntimeError as error:
        # An async function cannot let StopIteration out, Python makes it this; the green caller expects what the
        # function raised.
        cause = error.__cause__
        if isinstance(cause, StopIteration) and str(error) in _STOPPED:
            raise cause
        raise


# In an OS thread, the greenlet in which a loop that is not Eventlet's calls green code.
_outside: Any = original("threading").local()

_STOPPED = ("coroutine raised StopIteration", "generator raised StopIteration")


def run(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """``function(*args, **kwargs)`` in green code; of a coroutine function, what its coroutine returns.

    For what Eventlet starts by itself: ``eventlet.spawn(bridge.run, handler, sock)``.
    """
    result = function(*args, **kwargs)
    return call(result) if is_coroutine(result) else result


def _cannot_call(awaitable: Any) -> RuntimeError:
    """Close *awaitable* and say why nothing can wait for it here."""
    if hasattr(awaitable, "close"):
        awaitable.close()
    frame = sys._getframe(2)
    name = getattr(awaitable, "__qualname__", repr(awaitable))
    return RuntimeError(
        f"{frame.f_code.co_name} ({frame.f_code.co_filename}:{frame.f_lineno}) cannot wait for {name}: this is a "
        "callback of the event loop, a task that was made before offlet.bridge was installed, or code below "
        "asyncio.run() without attach(); await it instead"
    )


def _other_thread() -> bool:
    """True in an OS thread that has no hub while another has one with portals."""
    return _first is not None and _hub() is None


def _call_from_thread(awaitable: Any) -> Any:
    """``call`` in a thread that works for a task (``aio.to_thread``): the coroutine runs in the thread of that."""
    scheduler = _first
    if scheduler is None or not scheduler.loop.is_running() or _events._get_running_loop() is not None:
        raise _cannot_call(awaitable)
    loop = scheduler.loop
    done = original("threading").Event()
    outcome: list[Any] = []

    async def run() -> None:
        try:
            outcome[:] = [await awaitable, None]
        except BaseException as error:
            outcome[:] = [None, error]
        finally:
            done.set()

    context = contextvars.copy_context()

    def start() -> None:
        strand = PortalStrand(scheduler, run, (), {})
        strand._context = context
        strand._schedule()

    loop.call_soon_threadsafe(start)
    done.wait()
    value, error = outcome
    if error is not None:
        raise error
    return value


async def _awaiting(awaitable: Any) -> Any:
    return await awaitable


async def call_green(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call green *function* from a coroutine and return its result; the other tasks run while it blocks.

    It runs at once, in the caller's turn and logical thread: locals, locks, Timeout and kill are as in a direct call.
    On a loop that is not Eventlet's (``asyncio.run`` without ``attach``) nothing may block: RuntimeError if it does.
    Of a function that has become a coroutine function it is what its coroutine returns.
    """
    try:
        scheduler: GreenScheduler = eventlet.hubs._threadlocal.hub._scheduler
    except AttributeError:
        scheduler = _Nowhere  # type: ignore[assignment]
    if _events._get_running_loop() is not scheduler.loop:
        outside = getattr(_outside, "greenlet", None)
        _outside.greenlet = getcurrent()
        try:
            result = function(*args, **kwargs)
        finally:
            _outside.greenlet = outside
    elif getcurrent() is not scheduler.home:
        result = function(*args, **kwargs)
    else:
        result = await _in_greenlet(scheduler, function, args, kwargs)
    return await result if is_coroutine(result) else result


class _Nowhere:
    """Stands for the scheduler of an OS thread that has no hub."""

    loop = None
    home = None


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
    portal = Portal(body, scheduler.home)
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
    """A plain iterator for green code over *iterable*, async or plain; ``close()`` closes an async generator."""
    if not has_async(type(iterable), "__aiter__"):
        return iter(iterable)
    return _Iterate(iterable)


def next(iterator: Any, /, *default: Any) -> Any:
    """``next(iterator, default)`` for green code, on an iterator of either kind."""
    kind = type(iterator)
    if not has_async(kind, "__anext__") or len(default) > 1:  # Python's own says also what is wrong
        return builtins.next(iterator, *default)
    if _first is None:
        install()  # an async generator takes at its first step, before call() is, what closes it where it is dropped
    try:
        return call(kind.__anext__(iterator))
    except StopAsyncIteration:
        if default:
            return default[0]
    raise StopIteration


class _Iterate:
    _iterator: Any = None

    def __init__(self, iterable: Any) -> None:
        self._iterator = aiter(iterable)

    def __iter__(self) -> _Iterate:
        return self

    def __next__(self) -> Any:
        return next(self._iterator)

    # What `yield from` hands on to an async generator.

    def send(self, value: Any) -> Any:
        return self._step(self._iterator.asend(value))

    def throw(self, *exc: Any) -> Any:
        iterator = self._iterator
        if not hasattr(iterator, "athrow") or getattr(iterator, "ag_frame", iterator) is None:
            # athrow() of an async generator that has ended says StopAsyncIteration; a plain one raises what is thrown,
            # and so does `yield from` over an iterator that is none.
            ended = _no_items()
            ended.close()
            return ended.throw(*exc)
        return self._step(iterator.athrow(*exc))

    def _step(self, step: Any) -> Any:
        try:
            return call(step)
        except StopAsyncIteration:
            pass
        raise StopIteration

    def close(self) -> None:
        close = getattr(self._iterator, "aclose", None)
        if close is not None:
            call(close())

    def __del__(self) -> None:
        # A generator that is dropped runs its finally blocks there and then.
        if getattr(self._iterator, "ag_frame", None) is None or sys.is_finalizing() or _other_thread():
            return
        if getcurrent() is not _scheduler().home:
            self.close()


def _no_items() -> Generator[Any, Any, Any]:
    yield from ()


class iterate_green:
    """An async iterator over the green *iterable*: each step runs in the green way, in the task that asks for it.

    An async iterable is iterated over as it is.
    """

    def __init__(self, iterable: Any) -> None:
        self._async = has_async(type(iterable), "__aiter__")
        self._iterator: Any = aiter(iterable) if self._async else iter(iterable)

    def __aiter__(self) -> iterate_green:
        return self

    async def __anext__(self) -> Any:
        if self._async:
            return await type(self._iterator).__anext__(self._iterator)
        item = await call_green(builtins.next, self._iterator, _END)
        if item is _END:
            raise StopAsyncIteration
        return item

    async def aclose(self) -> None:
        """Close the iterable if it can be closed."""
        close = getattr(self._iterator, "aclose" if self._async else "close", None)
        if close is not None:
            await call_green(close)


_END = object()


class context_green:
    """``async with context_green(cm) as value`` for a context manager whose ends block in the green way.

    An async one is entered as it is.
    """

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._async = has_async(type(manager), "__aenter__")

    async def __aenter__(self) -> Any:
        if self._async:
            return await special(self._manager, "__aenter__")()
        return await call_green(special(self._manager, "__enter__"))

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> Any:
        if self._async:
            return await special(self._manager, "__aexit__")(kind, value, trace)
        return await call_green(special(self._manager, "__exit__"), kind, value, trace)


class context:
    """``with context(cm) as value`` for a context manager in green code, async or plain."""

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._async = has_async(type(manager), "__aenter__")

    def __enter__(self) -> Any:
        if not self._async:
            return special(self._manager, "__enter__")()
        return call(special(self._manager, "__aenter__")())

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> Any:
        if not self._async:
            return special(self._manager, "__exit__")(kind, value, trace)
        return call(special(self._manager, "__aexit__")(kind, value, trace))


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
        early = hub.take_waiting()
        spawned = hub.take_spawned()
        # Green threads made before go on to it when they end: a dead one lets them through to this greenlet.
        hub.greenlet.throw()
        self._saved = hub.loop, hub._scheduler
        self._factory = loop.get_task_factory()
        hub.loop = loop
        hub.greenlet = getcurrent()
        hub.running = True
        scheduler = _bind(hub, loop)
        hub.give_waiting(early)
        for delay, strand in spawned:
            strand._scheduler = scheduler
            strand._loop = loop
            strand._schedule(delay)
        task: Any = asyncio.current_task()
        if hasattr(getattr(task, "_offlet", None), "_drive"):
            await asyncio.sleep(0)  # the next pass is in its portal
        else:
            self._adopted = AdoptedStrand(scheduler, task)
            await self._adopted._gate
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Green threads that are left stop here, as they do where an Eventlet program ends, and go on when the hub or
        # the next attach() does: the passes that the loop still makes have no hub for them.
        hub = self._hub
        left = hub.take_waiting()
        adopted = self._adopted
        try:
            if adopted is not None and adopted._task is asyncio.current_task():
                await GiveBack()
                await asyncio.sleep(0)  # the next pass is in the task's own context
                for variable, value in adopted._context.items():
                    if variable.get(_END) is not value:
                        variable.set(value)
        finally:  # also where the task is cancelled in that pass
            left += hub.take_waiting()
            hub.loop.set_task_factory(self._factory)
            hub._scheduler.classes.clear()
            hub._scheduler.stop_closing()
            hub.loop, hub._scheduler = self._saved
            hub.greenlet = hub._scheduler.home = greenlet.greenlet(hub.run)
            hub.running = False
            hub.give_waiting(left)


coming.append(_coming_scheduler)
if isinstance(_hub(), eventlet.hubs.asyncio.Hub):
    install()  # tasks and forks from here on find it
elif _is_asyncio(getattr(eventlet.hubs._threadlocal, "Hub", None)):
    _choose_hubs()
