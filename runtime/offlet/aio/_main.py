# SPDX-License-Identifier: Apache-2.0
"""The main program: ``asyncio.run(main(program()))`` ends and is interrupted as an Eventlet program is."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ._core import Scheduler, Strand, is_coroutine, root, scheduler_of
from ._generators import close_dropped
from ._keep import keep_forever
from ._original import original
from ._shared import shared_object

__all__ = ["main"]

T = TypeVar("T")


async def main(program: Coroutine[Any, Any, T], portals: bool = False) -> T:
    """Run *program* as the main program and return its result; ``asyncio.run(main(program()))`` is the entry point.

    What Eventlet's main greenlet has and ``asyncio.run`` alone has not:

    - Ctrl-C raises KeyboardInterrupt inside *program*, where it runs or waits, and not a CancelledError. So does any
      exception of a signal handler (``signal.signal(SIGTERM, lambda *_: sys.exit(0))``).
    - SystemExit or KeyboardInterrupt that ends a spawned task is raised in *program*, at its await.
    - An asynchronous generator that is dropped is closed at once, as a plain one is.
    - When *program* ends, the tasks that still run are abandoned: their ``finally`` blocks do not run and nothing is
      printed about them. (Tasks made by asyncio itself are cancelled by ``asyncio.run`` as always.)

    With *portals* every task runs in a greenlet of its own, so that ``await_`` works in plain functions below
    coroutines; it needs the greenlet package.
    """
    if not is_coroutine(program):
        raise TypeError(f"main() wants a coroutine, not {type(program).__name__}: call the async function")
    loop: Any = asyncio.get_running_loop()
    scheduler = scheduler_of(loop)
    strand: Any = root()  # perhaps of another copy of this package: see _shared
    task = asyncio.current_task()
    if strand._coro is not None or task is None:
        raise RuntimeError("main() is already running in this thread")
    gate = strand._begin_main(scheduler, program, task)
    kind = type(strand)
    scheduler.main = strand
    restore = _interrupts_to(strand)
    close = None
    if portals:
        from ._portal import portals_for_main

        close = portals_for_main(loop)
    stop_closing = close_dropped(scheduler, close)
    start_early(scheduler)
    try:
        strand._context.run(strand._advance, None, None)
        if not strand._dead:
            await gate
        return strand._outcome()  # type: ignore[no-any-return]
    finally:
        restore()
        stop_closing()
        abandon(scheduler)
        strand._end_main()
        strand.__class__ = kind
        scheduler.main = None


# What module bodies spawned before the loop ran: called with the scheduler when main starts.
_early: list[Callable[[Scheduler], None]] = shared_object("early", [])


def before_main(start: Callable[[Scheduler], None]) -> None:
    """Call *start* with the scheduler of the main program when that begins."""
    _early.append(start)


def start_early(scheduler: Scheduler) -> None:
    """Hand what waits for the main program to *scheduler*, which will run it."""
    for early in _early:
        early(scheduler)
    _early.clear()


def _interrupts_to(strand: Strand) -> Callable[[], None]:
    """Let exceptions that arise in the loop itself, between callbacks, be raised in *strand*; return the undo."""
    loop = strand._loop
    threading = original("threading")
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    undo: list[Callable[[], None]] = []
    run_once = getattr(loop, "_run_once", None)
    if run_once is not None:

        def guarded_run_once() -> None:
            try:
                run_once()
            except BaseException as error:
                # A signal handler raised while the loop waited, or a callback let SystemExit or Ctrl-C through.
                if strand._dead or strand._loop is None:  # main has ended, perhaps with this
                    raise
                strand._throw(error)

        loop._run_once = guarded_run_once
        undo.append(lambda: delattr(loop, "_run_once"))

    handler = signal.getsignal(signal.SIGINT)
    runner = getattr(getattr(handler, "func", None), "__name__", "") == "_on_sigint"  # asyncio.Runner's
    if runner or handler is signal.default_int_handler:
        if run_once is not None:
            ours: Any = signal.default_int_handler
        else:

            def ours(signum: int, frame: Any) -> None:
                if asyncio.tasks.current_task(loop) is not None:
                    raise KeyboardInterrupt
                loop.call_soon_threadsafe(strand._throw, KeyboardInterrupt())

        signal.signal(signal.SIGINT, ours)

        def restore_handler() -> None:
            if signal.getsignal(signal.SIGINT) is ours:
                signal.signal(signal.SIGINT, handler)

        undo.append(restore_handler)

    def restore() -> None:
        for step in undo:
            step()

    return restore


def abandon(scheduler: Scheduler) -> None:
    """Leave the tasks of *scheduler* where they are, for ever: their handlers never run."""
    left = [strand._abandon() for strand in scheduler.alive]
    scheduler.alive.clear()
    scheduler.ended = True
    if left:
        # Asynchronous generators among them would be closed, and so run, by asyncio.run's last steps.
        generators = getattr(scheduler.loop, "_asyncgens", None)
        if generators is not None:
            left.append(list(generators))
            generators.clear()
        keep_forever(left)
