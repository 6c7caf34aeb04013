# SPDX-License-Identifier: Apache-2.0
"""Asynchronous generators that nobody reads any more are closed at once, as plain generators are.

::

    async for row in cursor():      # cursor() has a finally block
        if row == wanted:
            break                   # here, and not some time later

asyncio closes a dropped generator in a task of its own, in a later pass of the loop. A plain generator is closed by
its last reference: its ``finally`` has run before the next statement. A program that was written with plain ones
relies on that.
"""

from __future__ import annotations

import contextvars
import sys
from collections.abc import AsyncGenerator, Callable
from typing import Any

from ._core import Scheduler

__all__ = ["close_dropped"]

Close = Callable[["AsyncGenerator[Any, Any]"], None]


def close_dropped(scheduler: Scheduler, close: Close | None = None) -> Callable[[], None]:
    """Close the asynchronous generators of the scheduler's loop when they are dropped; return the undo.

    *close* says how, if not in a strand of its own that starts at once and goes on by itself where it waits.
    """
    loop = scheduler.loop

    def close_in_strand(generator: AsyncGenerator[Any, Any]) -> None:
        strand = scheduler.classes["Strand"](scheduler, generator.aclose, (), {})
        strand._context = contextvars.copy_context()
        scheduler.alive.add(strand)
        strand._context.run(strand._begin)

    how = close_in_strand if close is None else close

    def finalize(generator: AsyncGenerator[Any, Any]) -> None:
        if sys.is_finalizing():
            # Closed by the end of the interpreter: as of a plain one, what does not wait runs.
            try:
                generator.aclose().__await__().send(None)
            except StopIteration:
                pass
        elif not scheduler.ended and not loop.is_closed():
            how(generator)

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=finalize)
    loop._asyncgen_finalizer_hook = finalize  # for the next time that the loop is run

    def undo() -> None:
        sys.set_asyncgen_hooks(*before)
        if getattr(loop, "_asyncgen_finalizer_hook", None) is finalize:
            del loop._asyncgen_finalizer_hook

    return undo
