# SPDX-License-Identifier: Apache-2.0
"""Runs CPython's own tests of asyncio with every task driven by the runtime, and prints what fails.

    python cpython_suite.py plain|portals|own|strands MODULE ...

    plain     as CPython runs them
    portals   each task in a portal, as under the bridge; the task steps it
    own       each task in a portal that arranges its own wake-ups, as after a green wait
    strands   each task driven by a Strand, without greenlets
"""

from __future__ import annotations

import asyncio
import asyncio.base_events
import contextvars
import io
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from offlet.aio._core import Gate, Strand, scheduler_of  # noqa: E402

made = [0]


def on_each_loop(prepare: Any) -> None:
    original = asyncio.base_events.BaseEventLoop.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        prepare(self)

    asyncio.base_events.BaseEventLoop.__init__ = init  # type: ignore[method-assign]


def portals(own: bool) -> None:
    import greenlet

    from offlet.aio import _portal

    count(_portal.TaskStrand)
    on_each_loop(lambda loop: _portal.use_portals(loop, _portal.PortalScheduler, greenlet.getcurrent()))
    if own:

        def begin(self: Any) -> Any:
            self._strand._started = True
            self._strand._begin()
            return
            yield

        _portal._Steps.__await__ = begin  # type: ignore[method-assign]


class TaskStrand(Strand):
    """A task of asyncio driven by a plain Strand."""

    _value: Any = None

    def __init__(self, scheduler: Any, coro: Any, context: contextvars.Context) -> None:
        self._scheduler = scheduler
        self._loop = scheduler.loop
        self._coro = coro
        self._context = context
        self._gate = Gate(self)

    async def shell(self) -> Any:
        task: Any = asyncio.current_task()
        task._offlet = self
        self._task = task
        self._started = True
        self._advance(None, None)
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

    def _bury(self) -> BaseException | None:
        self._dead = True
        self._coro = self._waiting = None
        return None

    def _advance(self, value: Any, error: BaseException | None) -> None:
        super()._advance(value, error)
        if self._dead:
            self._gate.open()

    def __del__(self) -> None:
        if not self._started and self._coro is not None:
            self._coro.close()


def strands() -> None:
    task_class = asyncio.Task

    def factory(loop: Any, coro: Any, **kwargs: Any) -> Any:
        if asyncio.iscoroutine(coro):
            context = kwargs.pop("context", None)
            strand = TaskStrand(scheduler_of(loop), coro, contextvars.copy_context() if context is None else context)
            shell: Any = strand.shell()
            shell.__name__, shell.__qualname__ = getattr(coro, "__name__", ""), getattr(coro, "__qualname__", "")
            if sys.version_info >= (3, 11):
                kwargs["context"] = strand._context
            coro = shell
        return task_class(coro, loop=loop, **kwargs)

    count(TaskStrand)
    on_each_loop(lambda loop: loop.set_task_factory(factory))


def count(kind: Any) -> None:
    original = kind.__init__

    def init(self: Any, *args: Any) -> None:
        made[0] += 1
        original(self, *args)

    kind.__init__ = init


def main(mode: str, *modules: str) -> None:
    if mode in ("portals", "own"):
        portals(mode == "own")
    elif mode == "strands":
        strands()
    suite = unittest.TestSuite()
    for module in modules:
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(f"test.test_asyncio.{module}"))
    result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(suite)
    for test, trace in result.failures + result.errors:
        print("failed", test.id(), "|", trace.strip().splitlines()[-1][:150])
    print("ran", result.testsRun, "driven", made[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
