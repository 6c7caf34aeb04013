# SPDX-License-Identifier: Apache-2.0
"""The names of offlet.bridge and offlet.aio made of what Eventlet's own guide offers, to run the probes on that."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import eventlet
import green_names
from eventlet.asyncio import spawn_for_awaitable
from greenlet import GreenletExit


def call(awaitable: Any) -> Any:
    return spawn_for_awaitable(awaitable).wait()


async def call_green(function: Any, *args: Any, **kwargs: Any) -> Any:
    return await eventlet.spawn(function, *args, **kwargs)


def iterate(iterable: Any) -> Any:
    iterator = iterable.__aiter__()
    while True:
        try:
            item = call(iterator.__anext__())
        except StopAsyncIteration:
            return
        yield item


async def iterate_green(iterable: Any) -> Any:
    iterator = iter(iterable)
    end = object()
    while True:
        item = await call_green(next, iterator, end)
        if item is end:
            return
        yield item


class context_green:
    def __init__(self, manager: Any) -> None:
        self.manager = manager

    async def __aenter__(self) -> Any:
        return await call_green(self.manager.__enter__)

    async def __aexit__(self, *exc: Any) -> Any:
        return await call_green(self.manager.__exit__, *exc)


class context:
    def __init__(self, manager: Any) -> None:
        self.manager = manager

    def __enter__(self) -> Any:
        return call(self.manager.__aenter__())

    def __exit__(self, *exc: Any) -> Any:
        return call(self.manager.__aexit__(*exc))


class Task:
    """A coroutine in a green thread of spawn_for_awaitable."""

    def __init__(self, function: Any, args: Any, kwargs: Any) -> None:
        if asyncio.iscoroutinefunction(function):
            self.thread = spawn_for_awaitable(function(*args, **kwargs))
        else:
            self.thread = eventlet.spawn(function, *args, **kwargs)

    async def wait(self) -> Any:
        return await self.thread

    async def kill(self, *args: Any) -> None:
        self.thread.kill(*args)

    @property
    def dead(self) -> bool:
        return bool(self.thread.dead)

    def link(self, *args: Any) -> None:
        self.thread.link(*args)


class Queue(asyncio.Queue):  # type: ignore[type-arg]
    pass


bridge: Any = types.SimpleNamespace(
    awaited=lambda thread: thread,
    call=call,
    call_green=call_green,
    context=context,
    context_green=context_green,
    iterate=iterate,
    iterate_green=iterate_green,
    spawn_for_awaitable=spawn_for_awaitable,
)
aio: Any = types.SimpleNamespace(**vars(green_names.aio))
aio.sleep = asyncio.sleep
aio.spawn = lambda function, *args, **kwargs: Task(function, args, kwargs)
aio.Queue = Queue
aio.GreenletExit = GreenletExit
aio.green = False
