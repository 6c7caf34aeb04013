# SPDX-License-Identifier: Apache-2.0
"""``eventlet.dagpool``."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ._core import current, is_coroutine
from ._event import Event
from ._shared import shared
from ._task import Task, spawn

__all__ = ["Collision", "DAGPool", "PropagateError"]

_MISSING: Any = object()


@shared
class Collision(Exception):
    """A key was used twice: spawned or posted while it has a task or a value."""


@shared
class PropagateError(Exception):
    """What asking for the value of a key raises whose task ended with the exception *exc*."""

    def __init__(self, key: Any, exc: Any) -> None:
        self.msg = f"PropagateError({key}): {type(exc).__name__}: {exc}"
        super().__init__(self.msg)
        self.args = (key, exc)  # what pickle gives to the class again
        self.key = key
        self.exc = exc

    def __str__(self) -> str:
        return self.msg


class _Running(NamedTuple):
    greenthread: Task
    pending: set[Any]  # the keys that it still waits for


class DAGPool:
    """Runs tasks that wait for each other's values, known by their keys (``eventlet.dagpool.DAGPool``).

    *preload* is a mapping, or an iterable of pairs, of values that are there from the start.
    """

    def __init__(self, preload: Mapping[Any, Any] | Iterable[tuple[Any, Any]] = ()) -> None:
        self.values: dict[Any, Any] = dict(preload)
        self.coros: dict[Any, _Running] = {}
        self.event = Event()

    # -- waiting for values

    async def waitall(self) -> dict[Any, Any]:
        """``wait()`` for every key that is known."""
        return await self.wait()

    async def wait(self, keys: Iterable[Any] = _MISSING) -> dict[Any, Any]:
        """Wait until each of *keys* (of all that are known) has a value; return them in a dict.

        PropagateError if one of them ended with an exception.
        """
        return {key: value async for key, value in self.wait_each(keys)}

    def wait_each(self, keys: Iterable[Any] = _MISSING) -> AsyncGenerator[tuple[Any, Any], None]:
        """An async iterator of ``(key, value)``, each as soon as it is there; raises PropagateError in its place."""
        return self._each(self._wanted(keys))

    def wait_each_success(self, keys: Iterable[Any] = _MISSING) -> AsyncGenerator[tuple[Any, Any], None]:
        """``wait_each`` without the keys that ended with an exception."""
        return self._each_raw(self._wanted(keys), lambda value: not isinstance(value, PropagateError))

    def wait_each_exception(self, keys: Iterable[Any] = _MISSING) -> AsyncGenerator[tuple[Any, Any], None]:
        """``wait_each`` of the keys that ended with an exception only; the value is the PropagateError."""
        return self._each_raw(self._wanted(keys), lambda value: isinstance(value, PropagateError))

    def _wanted(self, keys: Iterable[Any]) -> set[Any]:
        return set(self.coros) | set(self.values) if keys is _MISSING else set(keys)

    async def _each_raw(
        self, pending: set[Any], wanted: Callable[[Any], bool] = lambda value: True
    ) -> AsyncGenerator[tuple[Any, Any], None]:
        """The values of *pending*, a set from which each key goes when it has one."""
        while pending:
            for key in list(pending):
                value = self.values.get(key, _MISSING)
                if value is not _MISSING:
                    pending.remove(key)
                    if wanted(value):
                        yield key, value
            if pending and not any(key in self.values for key in pending):
                await self.event.wait()

    async def _each(self, pending: set[Any]) -> AsyncGenerator[tuple[Any, Any], None]:
        async for key, value in self._each_raw(pending):
            yield key, self._value_or_raise(value)

    @staticmethod
    def _value_or_raise(value: Any) -> Any:
        if isinstance(value, PropagateError):
            raise value
        return value

    async def getitem(self, key: Any) -> Any:
        """Wait for the value of *key* (``dagpool[key]`` in Eventlet)."""
        async for _, value in self.wait_each((key,)):
            return value

    def __getitem__(self, key: Any) -> Any:
        """``await pool[key]`` is ``await pool.getitem(key)``."""
        return self.getitem(key)

    # -- tasks

    def spawn(self, key: Any, depends: Iterable[Any], function: Callable[..., Any], *args: Any, **kwds: Any) -> None:
        """Run ``function(key, results, *args, **kwds)`` in a task; what it returns is the value of *key*.

        *results* is an async iterator of ``(key, value)`` of *depends*. Collision if *key* is known already.
        """
        if key in self.coros or key in self.values:
            raise Collision(key)
        pending = set(depends)
        task = spawn(self._run, function, key, self._each(pending), *args, **kwds)
        self.coros[key] = _Running(task, pending)

    def spawn_many(
        self, depends: Mapping[Any, Iterable[Any]], function: Callable[..., Any], *args: Any, **kwds: Any
    ) -> None:
        """``spawn(key, depends[key], function, ...)`` for each key of *depends*."""
        for key, keys in depends.items():
            self.spawn(key, keys, function, *args, **kwds)

    async def _run(self, function: Callable[..., Any], key: Any, results: Any, *args: Any, **kwds: Any) -> Any:
        try:
            result = function(key, results, *args, **kwds)
            if is_coroutine(result):
                result = await result
        except Exception as error:
            result = PropagateError(key, error)
        finally:
            self.coros.pop(key, None)
        try:
            self.post(key, result)
        except Collision:
            pass  # it has posted a value itself
        return result

    async def kill(self, key: Any) -> None:
        """Kill the task of *key*; KeyError if it has none, and, as in Eventlet, also when it had begun to run."""
        await self.coros[key].greenthread.kill()
        del self.coros[key]

    def post(self, key: Any, value: Any, replace: bool = False) -> None:
        """Give *key* a value from outside.

        Collision if another task than the current one makes it, or it has a value and *replace* is false.
        """
        running = self.coros.get(key)
        if running is not None and running.greenthread is not current():
            raise Collision(key)
        if key in self.values and not replace:
            raise Collision(key)
        self.values[key] = value
        self.event.send()
        self.event = Event()

    # -- looking

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of *key* now, or *default*."""
        return self._value_or_raise(self.values.get(key, default))

    def keys(self) -> tuple[Any, ...]:
        """The keys that have a value."""
        return tuple(self.values)

    def items(self) -> tuple[tuple[Any, Any], ...]:
        """The keys that have a value, with it."""
        return tuple((key, self._value_or_raise(value)) for key, value in self.values.items())

    def running(self) -> int:
        """How many tasks run."""
        return len(self.coros)

    def running_keys(self) -> tuple[Any, ...]:
        """The keys whose tasks run."""
        return tuple(self.coros)

    def waiting(self) -> int:
        """How many tasks wait for a value."""
        return len(self.waiting_for())

    def waiting_for(self, key: Any = _MISSING) -> Any:
        """The set of keys that the task of *key* waits for; without *key*, a dict of these sets.

        KeyError for a key that is not known.
        """
        available = set(self.values)
        if key is _MISSING:
            missing = {key: running.pending - available for key, running in self.coros.items()}
            return {key: keys for key, keys in missing.items() if keys}
        running = self.coros.get(key)
        if running is not None:
            return running.pending - available
        self.values[key]
        return set()


