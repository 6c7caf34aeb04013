# SPDX-License-Identifier: Apache-2.0
"""``eventlet.event``."""

from __future__ import annotations

from typing import Any

from ._core import Waiter, current
from ._errors import exception_of

__all__ = ["Event"]


class _NotUsed:
    def __repr__(self) -> str:
        return "NOT_USED"


_NOT_USED = _NotUsed()


class Event:
    """Carries one value or exception to any number of tasks that wait for it (``eventlet.Event``)."""

    def __init__(self) -> None:
        self._result: Any = _NOT_USED
        self._error: tuple[Any, ...] | None = None
        self._waiters: dict[Waiter, None] = {}

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} at {hex(id(self))} result={self._result!r} _exc={self._error!r} "
            f"_waiters[{len(self._waiters)}]>"
        )

    def ready(self) -> bool:
        """True when ``wait()`` returns or raises at once."""
        return self._result is not _NOT_USED

    def has_exception(self) -> bool:
        """True after ``send_exception``."""
        return self._error is not None

    def has_result(self) -> bool:
        """True after ``send`` of a value."""
        return self._result is not _NOT_USED and self._error is None

    def reset(self) -> None:
        """Make an event that was sent ready for the next ``send``; AssertionError on a fresh one."""
        assert self._result is not _NOT_USED, "Trying to re-reset() a fresh event."
        self._result = _NOT_USED
        self._error = None

    def _outcome(self) -> Any:
        if self._error is not None:
            raise exception_of(self._error)
        return self._result

    def poll(self, notready: Any = None) -> Any:
        """What ``wait()`` would give if it were ready, else *notready*; never blocks."""
        return self._outcome() if self.ready() else notready

    def poll_exception(self, notready: Any = None) -> Any:
        """Raise the exception if one was sent, else return *notready*."""
        return self._outcome() if self.has_exception() else notready

    def poll_result(self, notready: Any = None) -> Any:
        """Return the value if one was sent, else *notready*."""
        return self._outcome() if self.has_result() else notready

    async def wait(self, timeout: float | None = None) -> Any:
        """Return the value that is sent, or raise the exception; None if *timeout* seconds pass first."""
        if self.ready():
            return self._outcome()
        strand = current()
        waiter = strand._waiter()
        self._waiters[waiter] = None
        timer = None
        if timeout is not None:
            neutral = strand._scheduler.neutral
            if timeout > 0:
                timer = strand._loop.call_later(timeout, waiter.switch, context=neutral)
            else:
                timer = strand._loop.call_soon(waiter.switch, context=neutral)
        try:
            return await waiter
        finally:
            self._waiters.pop(waiter, None)
            if timer is not None:
                timer.cancel()

    def send(self, result: Any = None, exc: Any = None) -> None:
        """Wake everybody who waits, in the next pass, with *result*, or with the exception *exc*.

        AssertionError if it was sent before and not reset.
        """
        assert self._result is _NOT_USED, "Trying to re-send() an already-triggered event."
        self._result = result
        self._error = exc if exc is None or isinstance(exc, tuple) else (exc,)
        for waiter in self._waiters:
            if self._error is None:
                waiter.wake(result)
            else:
                waiter.wake_throw(exception_of(self._error))

    def send_exception(self, *args: Any) -> None:
        """Like ``send`` for an exception; the arguments are those of ``raise``: instance, class or exc_info."""
        self.send(None, args)
