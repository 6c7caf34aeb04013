# SPDX-License-Identifier: Apache-2.0
"""``eventlet.corolocal``, which is ``threading.local`` in a patched program."""

from __future__ import annotations

import weakref
from typing import Any

from ._core import current

__all__ = ["Local", "get_ident"]


def get_ident() -> int:
    """A number for the current task, its own as long as it lives (``eventlet.corolocal.get_ident``)."""
    return id(current())


class Local:
    """Attributes of their own for each task; a new task starts with none (``eventlet.corolocal.local``).

    A subclass with an ``__init__`` has it called with the constructor's arguments in each task that uses the object.
    """

    __slots__ = ("__dict__", "__weakref__", "_local__args", "_local__owner")

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        object.__setattr__(self, "_local__args", (args, kwargs))
        object.__setattr__(self, "_local__owner", None)
        return self

    def __getattribute__(self, name: str) -> Any:
        _enter(self)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _enter(self)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _enter(self)
        object.__delattr__(self, name)


def _enter(local: Local) -> None:
    """Give *local* the attributes of the current task."""
    strand = current()
    namespaces = strand._locals
    if namespaces is None:
        namespaces = strand._locals = weakref.WeakKeyDictionary()
    try:
        namespace = namespaces[local]
    except KeyError:
        namespace = namespaces[local] = {}
        object.__setattr__(local, "__dict__", namespace)
        kind = type(local)
        if kind.__init__ is not object.__init__:
            args, kwargs = object.__getattribute__(local, "_local__args")
            kind.__init__(local, *args, **kwargs)
            return
    object.__setattr__(local, "__dict__", namespace)
