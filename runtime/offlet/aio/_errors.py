# SPDX-License-Identifier: Apache-2.0
"""What ``kill`` raises."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from ._shared import shared

__all__ = ["GreenletExit", "exception_of"]


@shared
class GreenletExit(asyncio.CancelledError):
    """Raised in a task that is killed (``greenlet.GreenletExit`` in Eventlet).

    It is a cancellation for asyncio libraries (``except asyncio.CancelledError`` cleans up) and no ``Exception``, so
    ``except Exception`` does not stop it. Where greenlet is loaded, as in a half-migrated program, it is a
    ``greenlet.GreenletExit`` too, so that green handlers see it.
    """


def join_greenlet() -> None:
    """Make GreenletExit a greenlet.GreenletExit as well, as soon as greenlet is loaded."""
    greenlet = sys.modules.get("greenlet")
    if greenlet is not None and not issubclass(GreenletExit, greenlet.GreenletExit):
        GreenletExit.__bases__ = (asyncio.CancelledError, greenlet.GreenletExit)


join_greenlet()


def exception_of(throw_args: tuple[Any, ...]) -> BaseException:
    """The exception meant by the arguments of ``raise``, ``throw`` and ``kill``.

    ``()`` is GreenletExit; else an instance, a class, or ``(class, value, traceback)``.
    """
    if not throw_args:
        return GreenletExit()
    kind, *rest = throw_args
    value = rest[0] if rest else None
    trace = rest[1] if len(rest) > 1 else None
    error: BaseException
    if isinstance(kind, BaseException):
        if value is not None:
            raise TypeError("instance exception may not have a separate value")
        error = kind
    elif isinstance(kind, type) and issubclass(kind, BaseException):
        if isinstance(value, kind):
            error = value
        elif value is None:
            error = kind()
        elif isinstance(value, tuple):
            error = kind(*value)
        else:
            error = kind(value)
    else:
        raise TypeError(f"exceptions must be classes, or instances, not {type(kind).__name__}")
    return error if trace is None else error.with_traceback(trace)
