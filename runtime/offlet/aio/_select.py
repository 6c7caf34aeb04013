# SPDX-License-Identifier: Apache-2.0
"""``eventlet.green.select``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ._core import current
from ._fd import watch_fd

__all__ = ["select"]


def _fileno(obj: Any) -> int:
    """The descriptor of *obj* as the select module finds it."""
    fileno = getattr(obj, "fileno", None)
    number = obj if fileno is None else fileno()
    if not isinstance(number, int):
        raise TypeError(f"Expected int or long, got {type(number)}")
    return number


async def select(
    rlist: Iterable[Any], wlist: Iterable[Any], xlist: Iterable[Any], timeout: float | None = None
) -> tuple[list[Any], list[Any], list[Any]]:
    """``select.select``: wait until one of the files can be read or written, or for *timeout* seconds.

    As in Eventlet at most one file is returned, exceptional conditions are not watched, and it always lets other
    tasks run.
    """
    if timeout is not None:
        try:
            timeout = float(timeout)
        except ValueError:
            raise TypeError("Expected number for timeout") from None
    readers = {_fileno(file): file for file in rlist}
    writers = {_fileno(file): file for file in wlist}
    for file in xlist:
        _fileno(file)
    strand = current()
    loop, neutral = strand._loop, strand._scheduler.neutral
    waiter = strand._waiter()
    watches = []
    handles = []

    def expired() -> None:
        # The loop has to look at the files once, also for a timeout of zero.
        handles.append(loop.call_soon(waiter.switch, ([], [], []), context=neutral))

    try:
        for fd, file in readers.items():
            watches.append(watch_fd(strand, fd, False, waiter, ([file], [], [])))
        for fd, file in writers.items():
            watches.append(watch_fd(strand, fd, True, waiter, ([], [file], [])))
        if timeout is not None:
            handles.append(loop.call_later(max(timeout, 0), expired, context=neutral))
        return await waiter  # type: ignore[no-any-return]
    finally:
        for watch in watches:
            watch.remove()
        for handle in handles:
            handle.cancel()
