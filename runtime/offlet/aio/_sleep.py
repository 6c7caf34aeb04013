# SPDX-License-Identifier: Apache-2.0
"""``eventlet.sleep``."""

from __future__ import annotations

import asyncio

from ._core import current

__all__ = ["sleep"]


async def sleep(seconds: float = 0) -> None:
    """Let the other tasks run for at least *seconds*; zero or less is one pass of the loop (``eventlet.sleep``).

    ``asyncio.sleep`` may be used as well. This one goes on in the pass in which its time is up, as Eventlet's does,
    ``asyncio.sleep`` in the one after.
    """
    if seconds <= 0:
        await asyncio.sleep(0)
        return
    strand = current()
    waiter = strand._waiter()
    timer = strand._loop.call_later(seconds, waiter.switch, context=strand._scheduler.neutral)
    try:
        await waiter
    finally:
        timer.cancel()
