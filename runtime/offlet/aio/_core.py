# SPDX-License-Identifier: Apache-2.0
"""Strands: the logical threads under everything in ``offlet.aio``.

asyncio delivers an exception to a task with ``cancel()``: one kind of exception, one pass of the loop later. Eventlet
throws any exception into a green thread at the place where it waits, at once. A *strand* can do that, because it owns
the ``send`` and ``throw`` of its coroutine and the loop does not::

    async def victim():
        try:
            await queue.get()       # Strand._throw(Boom()) raises Boom here, before it returns
        except Boom:
            ...

What a coroutine yields while it waits is a future (asyncio's own waiting), None (``asyncio.sleep(0)``), a
``Waiter`` (a wait of this package: cheaper than a future, and woken in the waker's turn) or a ``Handoff``.

To asyncio a running strand looks like a task (``CurrentTask``), so ``asyncio.timeout()``, ``TaskGroup``, aiohttp and
anyio find what they need. A task that something else drives, for example aiohttp's request handler, is a
``ForeignStrand``: it can wait on everything here, and exceptions reach it at its waits on this package's objects
exactly, at other awaits as a cancellation.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import traceback
from asyncio import get_running_loop
from asyncio import tasks as _asyncio_tasks
from collections.abc import Callable, Coroutine, Generator
from importlib import import_module
from importlib.util import find_spec
from types import CoroutineType
from typing import Any

from ._keep import keep_while_not_empty
from ._original import original
from ._shared import shared_object

__all__ = [
    "CurrentTask",
    "ForeignStrand",
    "Gate",
    "Handoff",
    "Scheduler",
    "Strand",
    "Waiter",
    "coming_scheduler",
    "current",
    "is_coroutine",
    "root",
    "running_scheduler",
    "scheduler_of",
    "swap_current",
]

# -- asyncio's idea of the current task ---------------------------------------------------------------------------

class _CurrentTasks(dict[Any, Any]):
    """The table of current tasks where asyncio keeps it elsewhere (Python 3.14)."""

    def get(self, loop: Any, default: Any = None) -> Any:
        return asyncio.current_task(loop)

    def __setitem__(self, loop: Any, task: Any) -> None:
        getattr(_asyncio_tasks, "_swap_current_task")(loop, task)

    def __delitem__(self, loop: Any) -> None:
        getattr(_asyncio_tasks, "_swap_current_task")(loop, None)


# Maps a loop to the task that asyncio takes for the one that runs.
current_tasks: dict[Any, Any] = (
    getattr(_asyncio_tasks, "_current_tasks") if sys.version_info < (3, 14) else _CurrentTasks()
)


def swap_current(loop: Any, task: Any) -> Any:
    """Make *task* (or None) the current one of *loop*; return the one before."""
    previous = current_tasks.get(loop)
    if task is not None:
        current_tasks[loop] = task
    elif previous is not None:
        del current_tasks[loop]
    return previous


class CurrentTask:
    """What ``asyncio.current_task()`` returns inside a strand: the parts of asyncio.Task that libraries use."""

    _asyncio_future_blocking = False  # asyncio.isfuture() asks for it

    _requests = 0
    _future: asyncio.Future[None] | None = None  # done when the strand has ended; made when asked for

    def __init__(self, strand: Strand) -> None:
        self._offlet = strand

    def _ended(self) -> None:
        """The strand has ended, or no longer runs under this task."""
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    def _as_future(self) -> asyncio.Future[None]:
        if self._future is None:
            self._future = self._offlet._loop.create_future()
            if self.done():
                self._future.set_result(None)
        return self._future

    def get_loop(self) -> Any:
        return self._offlet._loop

    def add_done_callback(self, fn: Callable[[Any], object], *, context: Any = None) -> None:
        self._as_future().add_done_callback(lambda _: fn(self), context=context)

    def remove_done_callback(self, fn: Callable[[Any], object]) -> int:
        return 0

    def result(self) -> None:
        return self._as_future().result()

    def exception(self) -> BaseException | None:
        return self._as_future().exception()

    def cancelled(self) -> bool:
        return False

    def __await__(self) -> Generator[Any, None, None]:
        return self._as_future().__await__()

    def cancel(self, msg: Any | None = None) -> bool:
        """Ask for CancelledError at the strand's await, as Task.cancel does."""
        strand = self._offlet
        if strand._task is not self:
            return False
        self._requests += 1
        return strand._request_cancel(msg)

    def cancelling(self) -> int:
        return self._requests

    def uncancel(self) -> int:
        if self._requests > 0:
            self._requests -= 1
            if self._requests == 0 and sys.version_info >= (3, 13):
                self._offlet._must_cancel = False
        return self._requests

    def done(self) -> bool:
        return self._offlet._task is not self

    def get_coro(self) -> Any:
        return self._offlet._coro

    def get_context(self) -> contextvars.Context:
        return self._offlet._context

    def get_name(self) -> str:
        return self._offlet._name or f"offlet-{id(self._offlet):x}"

    def set_name(self, value: object) -> None:
        self._offlet._name = str(value)

    def get_stack(self, *, limit: int | None = None) -> list[Any]:
        frame = getattr(self._offlet._coro, "cr_frame", None)
        return [] if frame is None else [frame]

    def print_stack(self, *, limit: int | None = None, file: Any = None) -> None:
        for frame in self.get_stack():
            traceback.print_stack(frame, limit, file)

    @property
    def _must_cancel(self) -> bool:  # anyio looks at these two
        return self._offlet._must_cancel

    @property
    def _fut_waiter(self) -> Any:
        return self._offlet._waiting

    def __repr__(self) -> str:
        return f"<CurrentTask of {self._offlet!r}>"


class Gate:
    """What a real asyncio.Task waits on for its whole life while a strand runs its coroutine.

    The task stays the program's handle on it: results, callbacks and cancellation go through the gate.
    """

    _asyncio_future_blocking = False

    def __init__(self, strand: Strand) -> None:
        self._strand = strand
        self._wakeup: Callable[[Any], None] | None = None

    def __await__(self) -> Generator[Any, None, None]:
        self._asyncio_future_blocking = True
        yield self

    def get_loop(self) -> Any:
        return self._strand._loop

    def add_done_callback(self, callback: Callable[[Any], None], *, context: Any = None) -> None:
        self._wakeup = callback

    def remove_done_callback(self, callback: Callable[[Any], None]) -> int:
        return 0

    def done(self) -> bool:
        return self._strand._dead

    def result(self) -> None:
        return None

    def cancel(self, msg: Any | None = None) -> bool:
        strand = self._strand
        if strand._dead:
            return False
        if strand._abandoned:  # asyncio.run cancels what is left; that end must not run the coroutine's handlers
            self.open_soon()
            return True
        return strand._request_cancel(msg)

    def open(self) -> None:
        """Let the task go on, in this turn, so that its end takes no more passes of the loop than without a gate."""
        wakeup, self._wakeup = self._wakeup, None
        if wakeup is not None:
            loop = self._strand._loop
            previous = swap_current(loop, None)
            try:
                wakeup(self)
            finally:
                swap_current(loop, previous)

    def open_soon(self) -> None:
        self._strand._loop.call_soon(self.open)


# -- one scheduler per event loop ---------------------------------------------------------------------------------


class Scheduler:
    """What the strands of one event loop share."""

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        # Callbacks that resume a strand run in this context, so that none is copied for each of them.
        self.neutral = contextvars.Context()
        # The tasks of a loop are only weakly referenced by asyncio; a green thread lives until it ends.
        self.alive: set[Strand] = set()
        keep_while_not_empty(self.alive)
        self.main: Strand | None = None
        # What spawn makes on this loop, for "Strand" and "Task": portals put their own kinds here.
        self.classes: dict[str, type[Strand]] = {"Strand": Strand}
        self.ended = False
        self.descriptors: Any = None  # see _fd
        # Who is current in a callback of the loop, where there is no task.
        self.callbacks = ForeignStrand(self, None)

    def current_without_task(self, task: Any) -> Strand:
        """The strand of *task*, which has none yet; None is a callback of the loop."""
        if task is None:
            return self.callbacks
        strand = ForeignStrand(self, task)
        task._offlet = strand
        return strand

    def report(self, error: BaseException) -> None:
        """What happens to the exception a strand ends with, as in Eventlet's hub.

        GreenletExit is silent, SystemExit and KeyboardInterrupt go to main, everything else is printed at once.
        """
        if isinstance(error, asyncio.CancelledError):
            return
        if isinstance(error, (SystemExit, KeyboardInterrupt)):
            main = self.main
            if main is None or main._dead:
                raise error
            main._throw(error)
            return
        if self.print_exceptions:
            print_exception(error)

    print_exceptions = True


def print_exception(error: BaseException) -> None:
    """Print *error* with its traceback to stderr."""
    if sys.stderr is not None:
        traceback.print_exception(type(error), error, error.__traceback__)
        sys.stderr.flush()


def with_traceback(error: BaseException) -> BaseException:
    """*error* with a traceback, which print_exception wants."""
    try:
        raise error
    except BaseException:
        return error


def scheduler_of(loop: Any) -> Scheduler:
    """The scheduler of *loop*, made at the first use."""
    try:
        scheduler: Scheduler = loop._offlet
    except AttributeError:
        scheduler = loop._offlet = Scheduler(loop)
    return scheduler


def running_scheduler() -> Scheduler:
    """The scheduler of the running loop; RuntimeError if none runs."""
    loop: Any = asyncio.get_running_loop()
    try:
        return loop._offlet  # type: ignore[no-any-return]
    except AttributeError:
        return scheduler_of(loop)


# How to ask for the scheduler of Eventlet's hub, where there is the bridge.
coming: list[Callable[[], Scheduler | None]] = shared_object("coming", [])


def coming_scheduler() -> Scheduler | None:
    """The scheduler of Eventlet's hub, which will run although no loop runs yet; None without the bridge."""
    if not coming:
        _ask_bridge()
    return coming[0]() if coming else None


_asked = False


def _ask_bridge() -> None:
    """Import the bridge where nothing has, if it is there and Eventlet is: only it knows which loop the hub will run.

    A task that green code starts before anything waits would wait for ``aio.main``, which may never come.
    """
    global _asked
    if _asked or "eventlet.hubs" not in sys.modules:
        return
    _asked = True
    bridge = __package__.rpartition(".")[0] + ".bridge"
    if find_spec(bridge) is not None:
        try:
            import_module(bridge)
        except ImportError:  # of an Eventlet that has no asyncio hub
            pass


def current() -> Strand:
    """The strand this code runs in: Eventlet's ``getcurrent()``.

    In a task made by ``spawn`` it is that task; the main program, tasks of asyncio and code outside of any loop have
    one too. It is hashable and stays the same for a logical thread's life.
    """
    try:
        task = current_tasks.get(get_running_loop())  # asyncio.current_task(), which is written in Python before 3.12
    except RuntimeError:
        scheduler = coming_scheduler()
        return root() if scheduler is None else scheduler.current_without_task(None)
    try:
        return task._offlet  # type: ignore[no-any-return, union-attr]
    except AttributeError:
        return running_scheduler().current_without_task(task)


_roots: Any = None


def root() -> Strand:
    """The strand of this OS thread outside of any loop; ``main()`` runs the program in it.

    Module bodies and the main program are one thread of control in Eventlet, so a ``Local`` set while a module is
    imported is seen by ``main``.
    """
    global _roots
    if _roots is None:
        _roots = shared_object("roots", original("threading").local())
    try:
        return _roots.strand  # type: ignore[no-any-return]
    except AttributeError:
        _roots.strand = strand = RootStrand()
        return strand


# -- waiting ------------------------------------------------------------------------------------------------------


class Waiter:
    """One wait of one strand: ``value = await waiter`` until somebody calls ``switch(value)``.

    ``switch`` runs the strand at once, in the caller's turn, until it waits again; it must be called from a callback
    of the loop. ``wake`` does so in the next pass and can be called from anywhere. Both do nothing when the strand no
    longer waits here (it was killed, or timed out), so no wake-up reaches a later wait.
    """

    __slots__ = ("strand",)

    def __init__(self, strand: Strand) -> None:
        self.strand = strand

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield self)

    @property
    def waiting(self) -> bool:
        """True while the strand is suspended here."""
        return self.strand._waiting is self

    def switch(self, value: Any = None) -> None:
        strand = self.strand
        if strand._waiting is self:
            strand._resume(value)

    def throw(self, error: BaseException) -> None:
        strand = self.strand
        if strand._waiting is self:
            strand._throw(error)

    def wake(self, value: Any = None) -> None:
        strand = self.strand
        strand._loop.call_soon(strand._woken, self, value, context=strand._context)

    def wake_throw(self, error: BaseException) -> None:
        strand = self.strand
        strand._loop.call_soon(self.throw, error, context=strand._scheduler.neutral)

    def missed(self) -> tuple[Any, ...]:
        """``(value,)`` if a value was sent here and the strand left without it, else ``()``."""
        return ()


class FutureWaiter(Waiter):
    """A wait of a foreign strand, whose task can only wait on a future."""

    __slots__ = ("_future", "_missed")

    def __init__(self, strand: Strand) -> None:
        super().__init__(strand)
        self._future: asyncio.Future[Any] | None = None
        self._missed: tuple[Any, ...] = ()

    def __await__(self) -> Generator[Any, Any, Any]:
        strand = self.strand
        if strand._task is None:
            raise RuntimeError("do not call blocking functions from a callback of the event loop")
        future = self._future = strand._loop.create_future()
        strand._waiting = self
        try:
            return (yield from future.__await__())
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._missed = (future.result(),)
            raise
        finally:
            strand._waiting = None

    def switch(self, value: Any = None) -> None:
        if self.waiting and self._future is not None:
            self._future.set_result(value)

    def wake(self, value: Any = None) -> None:
        strand = self.strand
        strand._loop.call_soon(self.switch, value, context=strand._scheduler.neutral)

    def throw(self, error: BaseException) -> None:
        if self.waiting and self._future is not None and not self._future.done():
            if isinstance(error, StopIteration):  # a future refuses to carry it
                wrapped = RuntimeError("StopIteration cannot be raised into a coroutine")
                wrapped.__cause__ = error
                error = wrapped
            self._future.set_exception(error)
            self._future.exception()

    @property
    def waiting(self) -> bool:
        # A future that is done still holds the strand until its task runs: no second wake-up may be spent on it.
        return self.strand._waiting is self and self._future is not None and not self._future.done()

    def missed(self) -> tuple[Any, ...]:
        return self._missed


def loop_of(future: Any) -> Any:
    """The loop of *future*, which may be of an old kind."""
    try:
        get_loop = future.get_loop
    except AttributeError:
        return future._loop
    return get_loop()


def abandon(future: Any) -> None:
    """Cancel *future*, which nobody awaits any more.

    ``gather()`` that is cancelled ends, later, with a CancelledError as its exception; that nobody has looked at it is
    no reason to complain then.
    """
    future.cancel()
    if not future.done():
        future.add_done_callback(_look_at_cancelled)


def _look_at_cancelled(future: Any) -> None:
    if isinstance(getattr(future, "_exception", None), asyncio.CancelledError):
        future.exception()


class Handoff:
    """Wake me in the next pass and run *action* now that I am suspended (what ``kill`` does)."""

    __slots__ = ("action",)

    def __init__(self, action: Callable[[], None]) -> None:
        self.action = action

    def __await__(self) -> Generator[Any, None, None]:
        yield self


class _Tick:
    """The mark of a strand that will run in the next pass."""

    def __repr__(self) -> str:
        return "<next pass>"


_TICK = _Tick()


def is_coroutine(value: object) -> bool:
    """True for what calling an ``async def`` function returns.

    Futures, tasks and generators are values like any other: a function that returns one has not asked to be awaited.
    """
    return type(value) is CoroutineType or (value is not None and isinstance(value, Coroutine))


def has_async(kind: type, method: str) -> bool:
    """True if objects of class *kind* are used by *method*, such as ``__aiter__``, and not by its plain twin.

    Where a class has both, the nearer one counts: a class that does not wait may override a method of one that does.
    A MagicMock has both beside each other, each a MagicProxy until somebody uses it: the test set up the plain one.
    """
    plain = method.replace("__a", "__", 1)
    for cls in kind.__mro__:
        names = vars(cls)
        if method in names:
            return plain not in names or type(names[method]).__name__ != "MagicProxy"
        if plain in names:
            return False
    return False


def special(obj: Any, method: str) -> Any:
    """The special method *method* of *obj* as ``with`` finds it: of its class, and bound by that (a MagicMock
    sees ``__enter__()``).
    """
    kind = type(obj)
    for cls in kind.__mro__:
        if method in vars(cls):
            found = vars(cls)[method]
            bind = getattr(type(found), "__get__", None)
            return found if bind is None else bind(found, obj, kind)
    way = "asynchronous context manager" if method.startswith("__a") else "context manager"
    raise TypeError(f"{kind.__name__!r} object does not support the {way} protocol")


# -- strands ------------------------------------------------------------------------------------------------------


class Strand:
    """A logical thread: what ``spawn_n`` returns and ``current()`` gives.

    ``dead`` is true when it has ended, ``bool()`` while it has started and not ended, as for a greenlet.
    """

    _loop: Any = None
    _scheduler: Scheduler
    _context: contextvars.Context
    _task: Any = None
    _coro: Any = None
    _waiting: Any = None  # a Waiter, a future, _TICK; None while it runs or before it starts
    _handle: Any = None  # of the callback that will start or tick it
    _started = False
    _dead = False
    _abandoned = False
    _active = False  # its frames are on the Python stack now, below those of another strand perhaps
    _deferred: list[BaseException] | None = None
    _pending: BaseException | None = None  # to be raised at its next await
    _must_cancel = False
    _cancel_message: Any = None
    _carrier: Any = None  # the future that a request to cancel was handed on to
    _name: str | None = None
    _call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]] | None = None
    _locals: Any = None
    _owner: Strand | None = None  # spawn_after_local: do not start once it has ended

    def __init__(
        self, scheduler: Scheduler, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._call = (function, args, kwargs)
        self._context = contextvars.Context()
        # Read at each wait: what only the class has takes CPython five times as long to find.
        self._pending = None
        self._abandoned = self._must_cancel = False

    @property
    def dead(self) -> bool:
        """True when it has ended, by whatever way."""
        return self._dead

    def __bool__(self) -> bool:
        return self._started and not self._dead

    def __repr__(self) -> str:
        state = "dead" if self._dead else "not started" if not self._started else "running"
        if self._call is not None:
            what = getattr(self._call[0], "__qualname__", repr(self._call[0]))
        else:
            what = getattr(self._coro, "__qualname__", "")
        return f"<{type(self).__name__} at {id(self):#x} {what} {state}>"

    # -- starting

    def _schedule(self, seconds: float = 0) -> None:
        """Start in the next pass, or *seconds* from now."""
        self._scheduler.alive.add(self)
        if seconds > 0:
            self._handle = self._loop.call_later(seconds, self._begin, context=self._context)
        else:
            self._handle = self._loop.call_soon(self._begin, context=self._context)

    def _begin(self) -> None:
        self._handle = None
        if self._owner is not None and self._owner.dead:
            self._scheduler.alive.discard(self)
            return
        self._started = True
        self._task = CurrentTask(self)
        self._advance(None, None)

    # -- running: these are what the bridge's portals replace

    def _advance(self, value: Any, error: BaseException | None) -> None:
        """Run the coroutine in its context until it waits or ends."""
        loop = self._loop
        previous = current_tasks.get(loop)
        current_tasks[loop] = self._task
        try:
            coro = self._coro
            if coro is None:
                coro = self._coro = self._open()
            while coro is not None:
                try:
                    if error is None:
                        token = coro.send(value)
                    else:
                        thrown, error = error, None
                        token = coro.throw(thrown)
                        del thrown
                except StopIteration as stop:
                    if self._pending is None:
                        coro = self._ended(stop.value, None)
                    else:
                        pending, self._pending = self._pending, None
                        coro = self._ended(None, pending)
                except BaseException as raised:
                    if self._pending is not None and isinstance(raised, Exception):
                        raised = self._pending  # else it has been ended by another one
                    self._pending = None
                    coro = self._ended(None, raised)
                else:
                    if self._pending is None:
                        break
                    self._detach(token)
                    error, self._pending = self._pending, None
                    continue
                self._coro = coro
                value = None
            report = self._bury() if coro is None else None
        finally:
            if previous is None:
                del current_tasks[loop]
            else:
                current_tasks[loop] = previous
        if coro is not None:
            self._suspend(token)
        elif report is not None:
            self._scheduler.report(report)

    def _open(self) -> Any:
        """Call the function; return the coroutine it made, or what comes after if it ended at once."""
        assert self._call is not None
        function, args, kwargs = self._call
        self._call = None
        try:
            value = function(*args, **kwargs)
        except BaseException as error:
            return self._ended(None, error)
        if type(value) is CoroutineType or (value is not None and isinstance(value, Coroutine)):
            return value
        return self._ended(value, None)

    _error: BaseException | None = None

    def _ended(self, value: Any, error: BaseException | None) -> Any:
        """The function has ended; return a coroutine if the strand has more to run."""
        self._error = error
        return None

    def _bury(self) -> BaseException | None:
        """The strand has nothing more to run; return the exception that nobody has caught."""
        error = self._error
        self._dead = True
        self._coro = self._waiting = None
        self._scheduler.alive.discard(self)
        task, self._task = self._task, None
        if type(task) is CurrentTask and task._future is not None:
            task._ended()
        return error

    def _suspend(self, token: Any) -> None:
        """Arrange to be run again when what the coroutine waits for has come."""
        if self._abandoned:
            return
        kind = type(token)
        if kind is Waiter:
            self._waiting = token
            if self._must_cancel:
                self._cancel_waiter(token)
        elif token is None:
            self._waiting = _TICK
            self._handle = self._loop.call_soon(self._tick, context=self._context)
        elif kind is Handoff:
            self._waiting = _TICK
            self._handle = self._loop.call_soon(self._tick, context=self._context)
            self._active = True
            try:
                token.action()
            finally:
                self._active = False
                deferred, self._deferred = self._deferred, None
            for error in deferred or ():
                self._interrupt(error)
        elif getattr(token, "_asyncio_future_blocking", False):
            token._asyncio_future_blocking = False
            if loop_of(token) is not self._loop:
                self._fail(RuntimeError(f"{self!r} got Future {token!r} attached to a different loop"))
                return
            self._waiting = token
            token.add_done_callback(self._wakeup, context=self._context)
            if self._must_cancel:
                self._hand_on_cancel(token)
        else:
            self._fail(RuntimeError(f"{self!r} got bad yield: {token!r}"))

    def _tick(self) -> None:
        self._waiting = None
        self._advance(None, self._taken_cancel() if self._must_cancel else None)

    def _wakeup(self, future: Any) -> None:
        if self._waiting is future:
            self._waiting = None
            self._advance(None, self._taken_cancel() if self._must_cancel else None)

    def _fail(self, error: BaseException) -> None:
        self._waiting = _TICK
        self._handle = self._loop.call_soon(self._failed, error, context=self._context)

    def _failed(self, error: BaseException) -> None:
        self._waiting = self._handle = None
        self._advance(None, error)

    def _resume(self, value: Any) -> None:
        """Go on with *value* now; the strand waits on a Waiter."""
        self._waiting = None
        self._context.run(self._advance, value, None)

    def _woken(self, waiter: Waiter, value: Any) -> None:
        """The same as a callback in the strand's context, if it still waits on *waiter*."""
        if self._waiting is waiter:
            self._waiting = None
            self._advance(value, None)

    def _throw(self, error: BaseException) -> None:
        """Raise *error* at the strand's await now; return when it has ended or waits again.

        A future that it waits on is cancelled first, as Task.cancel would: nobody else may read a socket for it.
        """
        if self._abandoned:
            pass
        elif self._dead:
            self._scheduler.report(with_traceback(error))
        elif self._active:  # its own frames wait for us to return: see _suspend
            if self._deferred is None:
                self._deferred = []
            self._deferred.append(error)
        else:
            self._context.run(self._interrupt, error)

    def _interrupt(self, error: BaseException) -> None:
        """_throw, inside the strand's context."""
        if self._dead:
            self._scheduler.report(with_traceback(error))
            return
        waiting, self._waiting = self._waiting, None
        if (
            waiting is not _TICK
            and type(waiting) is not Waiter
            and waiting.done()
            and not isinstance(error, asyncio.CancelledError)
        ):
            # It was woken by asyncio and has not run yet. asyncio's locks pass their wake-up on for a CancelledError
            # only; any other exception here would lose it and with it the lock. So it gets its wake-up, and the
            # exception at the very next await, which is as if that had come a moment later.
            self._pending = error
            waiting.remove_done_callback(self._wakeup)
            self._advance(None, None)
            return
        self._take_back_cancel(waiting, error)
        self._detach(waiting)
        self._advance(None, error)

    def _throw_unstarted(self, error: BaseException) -> None:
        """End a strand that has not begun to run."""
        self._do_not_begin()
        self._dead = True
        self._scheduler.alive.discard(self)
        self._scheduler.report(with_traceback(error))

    def _do_not_begin(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self._call = None

    def _detach(self, token: Any) -> None:
        """Make sure that what the strand waited for does not wake it any more."""
        if token is None or type(token) is Waiter or type(token) is Handoff:
            pass
        elif token is _TICK:
            self._handle.cancel()
        elif getattr(token, "_asyncio_future_blocking", None) is not None:
            token._asyncio_future_blocking = False
            token.remove_done_callback(self._wakeup)
            abandon(token)

    def _discard(self, error: BaseException) -> None:
        """Forget *error* if it has not been raised yet."""
        if self._pending is error:
            self._pending = None

    def _outside_requests(self) -> int:
        """How often somebody else has asked to cancel the task of a foreign strand."""
        return 0

    def _claim(self, error: BaseException, requests: int) -> bool:
        """True if *error* came to a foreign strand as a CancelledError that now is to be turned into it.

        It stays a CancelledError if somebody else has asked for one too: there are more than *requests* then.
        """
        return False

    # -- cancellation as asyncio means it

    def _request_cancel(self, message: Any) -> bool:
        waiting = self._waiting
        self._cancel_message = message
        if type(waiting) is Waiter:
            self._must_cancel = True
            self._cancel_waiter(waiting)
        elif waiting is None or waiting is _TICK:
            self._must_cancel = True
        else:
            self._hand_on_cancel(waiting)
        return True

    def _hand_on_cancel(self, future: Any) -> None:
        """Cancel *future*, which the strand waits on; its CancelledError is the strand's then."""
        taken = future.cancel(msg=self._cancel_message)
        self._must_cancel = not taken
        self._carrier = future if taken else None

    def _take_back_cancel(self, waiting: Any, error: BaseException) -> None:
        """*error* ends the wait on *waiting*: a request that was handed on to that is still to be raised.

        A task, gather() or green thread that is cancelled takes its time to end, and meanwhile a Timeout may be raised.
        """
        if waiting is not None and waiting is self._carrier and not isinstance(error, asyncio.CancelledError):
            self._carrier = None
            self._must_cancel = True

    def _cancel_waiter(self, waiter: Waiter) -> None:
        self._loop.call_soon(self._deliver_cancel, waiter, context=self._scheduler.neutral)

    def _deliver_cancel(self, waiter: Waiter) -> None:
        if self._waiting is waiter and self._must_cancel:
            self._throw(self._taken_cancel())

    def _taken_cancel(self) -> asyncio.CancelledError:
        self._must_cancel = False
        message, self._cancel_message = self._cancel_message, None
        return asyncio.CancelledError() if message is None else asyncio.CancelledError(message)

    # -- for the classes built on strands

    def _waiter(self) -> Waiter:
        """A new Waiter of this strand, which must be the current one."""
        return Waiter(self)

    async def _handoff(self, action: Callable[[], None]) -> None:
        """Suspend until the next pass; run *action* meanwhile, at once."""
        await Handoff(action)

    def _abandon(self) -> Any:
        """Never run again; return what must outlive the interpreter so that no ``finally`` runs."""
        self._abandoned = True
        waiting, self._waiting = self._waiting, None
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if waiting is not None and waiting is not _TICK and type(waiting) is not Waiter:
            waiting.remove_done_callback(self._wakeup)
        return self


class ForeignStrand(Strand):
    """A task that asyncio or a library drives; without a task, the callbacks of the loop."""

    _started = True

    def __init__(self, scheduler: Scheduler, task: Any) -> None:
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._task = task
        self._due: list[BaseException] = []

    @property
    def dead(self) -> bool:
        return self._task is not None and bool(self._task.done())

    def __bool__(self) -> bool:
        return not self.dead

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._task!r}>"

    def _waiter(self) -> Waiter:
        return FutureWaiter(self)

    def _throw(self, error: BaseException) -> None:
        if self._task is None or self._task.done():
            self._scheduler.report(error)
        elif isinstance(self._waiting, FutureWaiter) and self._waiting.waiting:
            self._waiting.throw(error)
        elif isinstance(error, asyncio.CancelledError):
            self._task.cancel()
        else:
            self._due.append(error)
            self._task.cancel()

    def _discard(self, error: BaseException) -> None:
        self._take(error)

    def _outside_requests(self) -> int:
        return self._task.cancelling() - len(self._due) if hasattr(self._task, "cancelling") else 0  # before 3.11

    def _claim(self, error: BaseException, requests: int) -> bool:
        return self._take(error) and self._outside_requests() <= requests

    def _take(self, error: BaseException) -> bool:
        """Take *error* back, and what was asked of the task because of it; False if it is not due."""
        for index, due in enumerate(self._due):
            if due is error:
                del self._due[index]
                if hasattr(self._task, "uncancel"):
                    self._task.uncancel()
                return True
        return False

    async def _handoff(self, action: Callable[[], None]) -> None:
        action()
        await asyncio.sleep(0)


class RootStrand(Strand):
    """The strand of an OS thread outside of the loop, and of the main program in it."""

    _started = True
    _gate: Gate | None = None
    _value: Any = None

    def __init__(self) -> None:
        self._context = contextvars.Context()

    def _begin_main(self, scheduler: Scheduler, coro: Any, task: Any) -> Gate:
        """Become the strand that runs *coro* for the asyncio task *task*."""
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._context = contextvars.copy_context()
        self._task = task
        self._coro = coro
        self._dead = self._abandoned = self._must_cancel = False
        self._error = self._value = self._pending = None
        task._offlet = self
        self._gate = Gate(self)
        return self._gate

    def _end_main(self) -> None:
        """The loop is about to end; this is the strand outside of it again."""
        self._dead = False
        self._gate = self._task = self._coro = self._value = self._error = self._loop = None
        del self._scheduler

    def _outcome(self) -> Any:
        error = self._error
        if error is not None:
            raise error
        return self._value

    def _ended(self, value: Any, error: BaseException | None) -> Any:
        self._value, self._error = value, error
        return None

    def _bury(self) -> BaseException | None:
        self._dead = True
        self._coro = self._waiting = None
        return None

    def _advance(self, value: Any, error: BaseException | None) -> None:
        super()._advance(value, error)
        if self._dead and self._gate is not None:
            self._gate.open()


_ask_bridge()  # already here: when the interpreter ends it cannot be imported any more
