# SPDX-License-Identifier: Apache-2.0
"""Waiting in functions that cannot be coroutines, after Eventlet is gone: ``__init__``, properties, key functions.

::

    class User:
        @property
        def posts(self):
            return await_(self.db.fetch(self.id))      # below a coroutine, it waits as if there stood await

    async def handler():
        return sorted(user.posts, key=lambda post: await_(post.score()))

This needs the greenlet package and a task that runs in a portal: ``asyncio.run(main(program(), portals=True))`` gives
one to every task, ``await portal(function)`` to one call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from typing import Any

from ._core import is_coroutine

__all__ = ["NoPortal", "await_", "portal"]


class NoPortal(RuntimeError):
    """``await_`` was called where nothing can wait for it: outside of any portal."""


def await_(awaitable: Any) -> Any:
    """Return ``await awaitable`` from a plain function below a coroutine.

    NoPortal, and the coroutine is closed, if the task has no portal.
    """
    from greenlet import getcurrent

    current = getcurrent()
    coro = awaitable if is_coroutine(awaitable) else _awaiting(awaitable)
    strand = getattr(current, "_offlet", None)
    if strand is not None and strand._greenlet is current:
        return strand._drive(coro)
    if hasattr(current, "drive"):
        return current.drive(coro)
    name = getattr(awaitable, "__qualname__", repr(awaitable))
    coro.close()
    if hasattr(awaitable, "close"):
        awaitable.close()
    frame = sys._getframe(1)
    raise NoPortal(
        f"{frame.f_code.co_name} ({frame.f_code.co_filename}:{frame.f_lineno}) cannot wait for {name}: this task has "
        "no portal. Start the program with main(..., portals=True), or call the function that needs it with "
        "await portal(function, ...)"
    )


async def _awaiting(awaitable: Any) -> Any:
    return await awaitable


async def portal(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return ``function(*args, **kwargs)``, a plain function below which ``await_`` works."""
    from greenlet import getcurrent

    from ._portal import Relay

    strand = getattr(getcurrent(), "_offlet", None)
    if strand is not None:
        return function(*args, **kwargs)
    return await _Relayed(Relay(function, args, kwargs))


class _Relayed:
    """Waits, in the task itself, for what the coroutines driven in a relay wait for."""

    def __init__(self, relay: Any) -> None:
        self._relay = relay

    def __await__(self) -> Generator[Any, Any, Any]:
        relay = self._relay
        token = relay.switch()
        while not relay.dead:
            try:
                value = yield token
            except BaseException as error:
                token = relay.throw(error)
            else:
                token = relay.switch(value)
        return token
