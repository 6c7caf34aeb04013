# SPDX-License-Identifier: Apache-2.0
"""Plain iterables and context managers where a program has both kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from types import TracebackType
from typing import Any, Generic, TypeVar

from ._core import has_async, special
from ._iter import aiterate

__all__ = ["context", "is_in", "iterate"]

T = TypeVar("T")


def iterate(iterable: Any) -> AsyncIterator[Any]:
    """An async iterator over *iterable*, whichever kind it is; TypeError at once if it is neither."""
    return aiterate(iterable)


async def is_in(item: Any, iterable: Any) -> bool:
    """``item in iterable`` for an iterable of either kind: reads no further than the first equal item."""
    async for other in aiterate(iterable):
        if other is item or other == item:
            return True
    return False


class context(Generic[T]):
    """An async context manager over one of either kind: ``async with lock, aio.context(open(name)) as file``."""

    def __init__(self, manager: AbstractContextManager[T] | AbstractAsyncContextManager[T]) -> None:
        self._manager: Any = manager
        self._async = has_async(type(manager), "__aenter__")

    async def __aenter__(self) -> T:
        if self._async:
            return await special(self._manager, "__aenter__")()  # type: ignore[no-any-return]
        return special(self._manager, "__enter__")()  # type: ignore[no-any-return]

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if self._async:
            return await special(self._manager, "__aexit__")(kind, error, trace)  # type: ignore[no-any-return]
        return special(self._manager, "__exit__")(kind, error, trace)  # type: ignore[no-any-return]
