# SPDX-License-Identifier: Apache-2.0
"""What several copies of this package in one process have in common.

A program may contain a copy of its own (``app/_offlet``), and so may a library that it uses. ``except Timeout`` in one
must catch the Timeout of the other, as there was one ``eventlet.Timeout`` for both; and the main program is one
strand. The copy that is imported first gives these to the others.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

__all__ = ["shared", "shared_object"]

T = TypeVar("T")

# Counts up when a change makes copies of the package that differ unable to work together.
_NAME = "_offlet_shared_1"


def shared_object(name: str, value: T) -> T:
    """The object *name* of the first copy in the process; *value* if this is the first."""
    registry: dict[str, Any] = sys.__dict__.setdefault(_NAME, {})
    return registry.setdefault(name, value)  # type: ignore[no-any-return]


def shared(cls: type[T]) -> type[T]:
    """Class decorator: the class of this name of the first copy in the process."""
    return shared_object(cls.__name__, cls)
