# SPDX-License-Identifier: Apache-2.0
"""Keeping what the program leaves unfinished, so that it stays so.

A suspended coroutine that the interpreter frees is closed: GeneratorExit is raised in it and its ``finally`` blocks
run. An Eventlet program that ends does not do that to its green threads.
"""

from __future__ import annotations

import atexit
from typing import Any

from ._original import original

__all__ = ["keep_forever", "keep_while_not_empty"]

_kept: list[Any] = []
_sets: list[set[Any]] = []


def keep_forever(objects: list[Any]) -> None:
    """Keep *objects* until the process ends, and do not free them then."""
    _kept.append(objects)


def keep_while_not_empty(objects: set[Any]) -> None:
    """Keep what is in the set *objects*, also when the event loop that it belongs to is freed."""
    _sets[:] = [other for other in _sets if other]
    _sets.append(objects)


@atexit.register
def _forever() -> None:
    """Module globals are freed at exit: give the objects a reference that is never given back."""
    _kept.extend(objects for objects in _sets if objects)
    if not _kept:
        return
    try:
        import ctypes

        ctypes.pythonapi.Py_IncRef(ctypes.py_object(_kept))
    except Exception:  # no ctypes: a thread that never ends holds them as well
        threading = original("threading")
        held = threading.Lock()
        held.acquire()
        threading.Thread(target=lambda kept: held.acquire(), args=(_kept,), daemon=True).start()
