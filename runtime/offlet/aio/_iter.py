# SPDX-License-Identifier: Apache-2.0
"""The builtins over async iterables, as lazy as the builtins themselves.

Everything here takes plain iterables too, so that it does not matter which of a program's iterators became async.
"""

from __future__ import annotations

import builtins
import functools
import operator
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from ._core import has_async, is_coroutine

__all__ = ["aiterate", "all", "any", "anext_", "collect", "each", "enumerate", "filter", "iter", "map", "maybe", "new", "throw", "zip"]

_MISSING = object()


async def maybe(value: Any) -> Any:
    """Return *value*, awaited first if it is a coroutine (what an ``async def`` function returned)."""
    return await value if is_coroutine(value) else value


async def new(cls: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return ``cls(*args, **kwargs)`` for a class whose ``__init__`` is ``async def``.

    As ``type.__call__`` does: ``__new__``, then ``__init__`` (awaited) if that gave an instance of *cls*. Anything
    that is not a class, or has a metaclass with its own ``__call__``, is called, and awaited if it returns a coroutine.
    """
    while isinstance(cls, functools.partial):
        args, kwargs, cls = (*cls.args, *args), {**cls.keywords, **kwargs}, cls.func
    if not isinstance(cls, type) or type(cls).__call__ is not type.__call__:
        return await maybe(cls(*args, **kwargs))
    make: Any = cls.__new__
    made: Any = make(cls) if make is object.__new__ else make(cls, *args, **kwargs)
    if isinstance(made, cls):
        initialize: Any = type(made).__init__
        result = initialize(made, *args, **kwargs)
        if is_coroutine(result):
            result = await result
        if result is not None:
            raise TypeError(f"__init__() should return None, not '{type(result).__name__}'")
    return made


class _Plain:
    """An async iterator over a plain one; it never waits."""

    def __init__(self, iterator: Iterator[Any]) -> None:
        self._iterator = iterator

    def __aiter__(self) -> _Plain:
        return self

    async def __anext__(self) -> Any:
        try:
            return next(self._iterator)
        except StopIteration:
            pass
        raise StopAsyncIteration


def aiterate(iterable: Any) -> AsyncIterator[Any]:
    """An async iterator over *iterable*, async or plain; TypeError at once if it is neither."""
    if has_async(type(iterable), "__aiter__"):
        return aiter_(iterable)
    return _Plain(builtins.iter(iterable))


def aiter_(iterable: Any) -> AsyncIterator[Any]:
    return type(iterable).__aiter__(iterable)  # type: ignore[no-any-return]


async def anext_(iterator: Any, default: Any = _MISSING) -> Any:
    """``next(iterator, default)`` for an iterator that may be async."""
    try:
        if has_async(type(iterator), "__anext__"):
            return await type(iterator).__anext__(iterator)
        return next(iterator)
    except (StopAsyncIteration, StopIteration):
        if default is _MISSING:
            raise StopAsyncIteration from None
        return default


async def throw(generator: Any, *exc: Any) -> Any:
    """``generator.throw(exc)`` for a generator that may be async.

    One that has ended raises what is thrown into it. ``athrow`` of an async generator does nothing then.
    """
    if getattr(generator, "ag_frame", generator) is None:
        generator = (item for item in ())
        generator.close()
    if hasattr(generator, "athrow"):
        return await generator.athrow(*exc)
    return generator.throw(*exc)


async def collect(iterable: Any) -> list[Any]:
    """``list(iterable)``, which asks for the length first where there is one."""
    if has_async(type(iterable), "__aiter__"):
        operator.length_hint(iterable)
        return [item async for item in iterable]
    return list(iterable)


async def each(function: Callable[[Any], Any], iterable: Any) -> None:
    """Call *function* with each item as it comes: ``items.extend(iterable)`` is ``each(items.append, iterable)``."""
    async for item in aiterate(iterable):
        function(item)


async def any(iterable: Any) -> bool:
    """``any(iterable)``: reads no further than the first true item."""
    async for item in aiterate(iterable):
        if item:
            return True
    return False


async def all(iterable: Any) -> bool:
    """``all(iterable)``: reads no further than the first false item."""
    async for item in aiterate(iterable):
        if not item:
            return False
    return True


class _Iterator:
    def __aiter__(self) -> Any:
        return self


class zip(_Iterator):
    """``zip`` over iterables of either kind."""

    def __init__(self, *iterables: Any, strict: bool = False) -> None:
        self._iterators = [aiterate(iterable) for iterable in iterables]
        self._strict = strict

    async def __anext__(self) -> tuple[Any, ...]:
        if not self._iterators:
            raise StopAsyncIteration
        items: list[Any] = []
        for iterator in self._iterators:
            try:
                items.append(await iterator.__anext__())
            except StopAsyncIteration:
                if self._strict:
                    await self._check_lengths(len(items))
                raise
        return tuple(items)

    async def _check_lengths(self, ended: int) -> None:
        """ValueError unless all end together; argument *ended* (from 0) was the first to end."""

        def arguments(last: int) -> str:
            return "argument 1" if last == 1 else f"arguments 1-{last}"

        if ended:
            raise ValueError(f"zip() argument {ended + 1} is shorter than {arguments(ended)}") from None
        for index, iterator in builtins.enumerate(self._iterators[1:], 1):
            try:
                await iterator.__anext__()
            except StopAsyncIteration:
                continue
            raise ValueError(f"zip() argument {index + 1} is longer than {arguments(index)}") from None


class map(_Iterator):
    """``map``; the function may be a coroutine function."""

    def __init__(self, function: Callable[..., Any], *iterables: Any) -> None:
        if not iterables:
            raise TypeError("map() must have at least two arguments.")
        self._function = function
        self._arguments = zip(*iterables)

    async def __anext__(self) -> Any:
        arguments = await self._arguments.__anext__()
        return await maybe(self._function(*arguments))


class filter(_Iterator):
    """``filter``; the function may be a coroutine function, or None for the truth of the item."""

    def __init__(self, function: Callable[[Any], Any] | None, iterable: Any) -> None:
        self._function = function
        self._iterator = aiterate(iterable)

    async def __anext__(self) -> Any:
        while True:
            item = await self._iterator.__anext__()
            if item if self._function is None else await maybe(self._function(item)):
                return item


class iter(_Iterator):
    """``iter(function, sentinel)``; the function may be a coroutine function."""

    def __init__(self, function: Callable[[], Any], sentinel: Any) -> None:
        self._function: Callable[[], Any] | None = function
        self._sentinel = sentinel

    async def __anext__(self) -> Any:
        if self._function is None:
            raise StopAsyncIteration
        try:
            item = await maybe(self._function())
        except (StopIteration, StopAsyncIteration):
            self._function = None
            raise StopAsyncIteration from None
        if self._function is None or self._sentinel is item or self._sentinel == item:
            self._function = None
            raise StopAsyncIteration
        return item


class enumerate(_Iterator):
    """``enumerate`` over an iterable of either kind."""

    def __init__(self, iterable: Any, start: int = 0) -> None:
        self._iterator = aiterate(iterable)
        self._next = start

    async def __anext__(self) -> tuple[int, Any]:
        item = await self._iterator.__anext__()
        index = self._next
        self._next += 1
        return index, item
