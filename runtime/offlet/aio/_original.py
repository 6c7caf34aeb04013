# SPDX-License-Identifier: Apache-2.0
"""The standard library as it was before Eventlet patched it.

In a half-migrated program ``import socket`` may give green sockets. What runs on the event loop needs the real ones;
Eventlet keeps a copy of each module it can patch. Without Eventlet in the process these are the ordinary modules.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

__all__ = ["original"]


def original(name: str) -> Any:
    """Return the unpatched module *name*, for example ``original("socket")``.

    Asked each time it is needed and not at import: a module imported before ``monkey_patch()`` is patched in place.
    """
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is None:
        return importlib.import_module(name)
    return patcher.original(name)
