# SPDX-License-Identifier: Apache-2.0
"""``eventlet.timeout``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from ._core import Strand, current, is_coroutine
from ._errors import exception_of
from ._shared import shared

__all__ = ["Timeout", "is_timeout", "with_timeout", "wrap_is_timeout"]

T = TypeVar("T")
_MISSING = object()


class _Timer:
    """One armed timeout: raises *error* in *strand* once its time has come."""

    def __init__(self, strand: Strand, seconds: float, error: Any) -> None:
        self.strand = strand
        self.error = error
        self.raised: BaseException | None = None
        self.cancelled = False
        self.requests = strand._outside_requests()
        loop = strand._loop
        if loop is None:
            raise RuntimeError("a timeout needs a running event loop")
        if seconds > 0:
            self._handle = loop.call_later(seconds, self._fire, context=strand._scheduler.neutral)
        else:
            self._handle = loop.call_soon(self._fire, context=strand._scheduler.neutral)

    @property
    def pending(self) -> bool:
        return self.raised is None and not self.cancelled

    def _fire(self) -> None:
        self.raised = error = exception_of((self.error,))
        self.strand._throw(error)

    def cancel(self) -> None:
        if self.pending:
            self.cancelled = True
            self._handle.cancel()
        elif self.raised is not None:
            self.strand._discard(self.raised)


@shared
class Timeout(BaseException):
    """Raises itself, or *exception*, in the current task after *seconds* (``eventlet.Timeout``).

    The clock starts when the object is made; ``with`` (not ``async with``) or ``cancel()`` ends it::

        with Timeout(5) as timeout:
            await job()             # raises timeout here, at the await where job() is
        with Timeout(5, False):     # silent: leaves the block
            await job()
        with Timeout(5, Late("too slow")):
            await job()

    It is raised inside the block, can be caught there, and then the block goes on. It is no ``Exception``. With
    *seconds* None it never fires. *exception* may be a class or an instance.

    In a task that this package did not start (a handler of aiohttp) it is raised at the exact place while the task
    waits on an object of this package; at other awaits the task is cancelled and the CancelledError becomes this
    exception where the ``with`` block ends, so an ``except Timeout`` inside the block does not see it there.
    """

    def __init__(self, seconds: float | None = None, exception: Any = None) -> None:
        self.seconds = seconds
        self.exception = exception
        self.timer: _Timer | None = None
        self.start()

    def start(self) -> Timeout:
        """Start the clock again, for the current task, after ``cancel()``."""
        assert not self.pending, f"{self!r} is already started; to restart it, cancel it first"
        if self.seconds is None:
            self.timer = None
        else:
            own = self.exception is None or isinstance(self.exception, bool)
            self.timer = _Timer(current(), self.seconds, self if own else self.exception)
        return self

    @property
    def pending(self) -> bool:
        """True while it will still be raised."""
        return self.timer is not None and self.timer.pending

    def cancel(self) -> None:
        """Stop the clock. What is neither cancelled nor in a ``with`` is raised later, wherever the task then is."""
        timer, self.timer = self.timer, None
        if timer is not None:
            timer.cancel()

    def __enter__(self) -> Timeout:
        if self.timer is None:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        timer = self.timer
        if timer is not None and timer.raised is not None and timer.strand._claim(timer.raised, timer.requests):
            if value is not None and value is not timer.raised:
                self.cancel()
                if self.exception is False:
                    return True
                raise timer.raised
        self.cancel()
        return value is self and self.exception is False

    def __repr__(self) -> str:
        exception = "" if self.exception is None else f" exception={self.exception!r}"
        pending = " pending" if self.pending else ""
        return f"<{type(self).__name__} at {hex(id(self))} seconds={self.seconds}{exception}{pending}>"

    def __str__(self) -> str:
        if self.seconds is None:
            return ""
        text = f"{self.seconds} second" if self.seconds == 1 else f"{self.seconds} seconds"
        if self.exception is None or self.exception is True:
            return text
        if self.exception is False:
            return f"{text} (silent)"
        return f"{text} ({self.exception})"

    @property
    def is_timeout(self) -> bool:
        """Always true; see ``is_timeout()``."""
        return True


async def with_timeout(seconds: float | None, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return ``function(*args, **kwargs)``, awaited if it is a coroutine, within *seconds* (``eventlet.with_timeout``).

    When the time is up: return the keyword argument *timeout_value* if it is given, else raise Timeout.
    """
    value = kwargs.pop("timeout_value", _MISSING)
    timeout = Timeout(seconds)
    try:
        with timeout:
            result = function(*args, **kwargs)
            return await result if is_coroutine(result) else result
    except Timeout as error:
        if error is timeout and value is not _MISSING:
            return value
        raise


def wrap_is_timeout(base: T) -> T:
    """Give what *base* makes a true ``is_timeout``: a class gets the property, a function's results the attribute."""
    if inspect.isclass(base):
        base.is_timeout = property(lambda _: True)  # type: ignore[attr-defined]
        return base
    function: Any = base

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        error = function(*args, **kwargs)
        error.is_timeout = True
        return error

    return wrapped  # type: ignore[return-value]


def is_timeout(obj: object) -> bool:
    """True for every kind of timeout: Timeout, TimeoutError, socket.timeout, whatever has a true ``is_timeout``."""
    return bool(getattr(obj, "is_timeout", False)) or isinstance(obj, TimeoutError)
