# SPDX-License-Identifier: Apache-2.0
"""Waiting for a file descriptor (Eventlet's ``trampoline``)."""

from __future__ import annotations

import errno
import types
from collections.abc import Generator
from typing import Any

from ._core import Scheduler, Strand, Waiter, current
from ._shared import shared

__all__ = ["IOClosed", "closing", "opened", "wait_fd"]


@shared
class IOClosed(OSError):
    """The file descriptor that a task waits for was closed, and its number given to another file."""


class _Watch:
    """The task that waits for one descriptor in one direction."""

    __slots__ = ("fd", "keep", "scheduler", "value", "waiter", "write")

    def __init__(self, scheduler: Scheduler, fd: int, write: bool, keep: bool) -> None:
        self.scheduler = scheduler
        self.fd = fd
        self.write = write
        self.keep = keep
        self.waiter: Waiter | None = None
        self.value: Any = None  # what the waiter is woken with
        loop = scheduler.loop
        (loop.add_writer if write else loop.add_reader)(fd, self.ready)

    def ready(self) -> None:
        waiter, self.waiter = self.waiter, None
        if waiter is None:
            self.remove()
        elif type(waiter) is Waiter:  # its switch(), without a call
            strand = waiter.strand
            if strand._waiting is waiter:
                strand._resume(self.value)
        else:
            waiter.switch(self.value)

    def remove(self) -> None:
        table = _table(self.scheduler, self.write)
        if table.get(self.fd) is self:
            del table[self.fd]
            loop = self.scheduler.loop
            (loop.remove_writer if self.write else loop.remove_reader)(self.fd)


class _Tables:
    """The watches of one loop."""

    def __init__(self) -> None:
        self.readers: dict[int, _Watch] = {}
        self.writers: dict[int, _Watch] = {}
        # Tasks that waited for a descriptor when it was closed. Nothing wakes them but a timeout, until the number
        # is used again: so it is in Eventlet.
        self.orphans: dict[int, list[Waiter]] = {}


def _tables(scheduler: Scheduler) -> _Tables:
    tables = scheduler.descriptors
    if tables is None:
        tables = scheduler.descriptors = _Tables()
    return tables  # type: ignore[no-any-return]


def _table(scheduler: Scheduler, write: bool) -> dict[int, _Watch]:
    tables = _tables(scheduler)
    return tables.writers if write else tables.readers


@types.coroutine
def wait_fd(
    fd: int,
    write: bool = False,
    timeout: float | None = None,
    error: BaseException | None = None,
    keep: bool = False,
) -> Generator[Any, Any, None]:
    """Wait until *fd* can be read, or written; raise *error* after *timeout* seconds.

    RuntimeError if another task waits for the same. With *keep* the loop goes on watching after the wake-up, which
    saves two system calls for each wait of a connection that is read again and again; only for the owner of *fd*, who
    calls ``closing`` before it closes it.
    """
    strand = current()
    scheduler = strand._scheduler
    tables = scheduler.descriptors
    if tables is None:
        tables = _tables(scheduler)
    table = tables.writers if write else tables.readers
    watch = table.get(fd)
    if watch is None:
        watch = table[fd] = _Watch(scheduler, fd, write, keep)
    elif watch.waiter is not None and watch.waiter.waiting:
        raise _second(watch)
    waiter = watch.waiter = strand._waiter()
    timer = None
    if timeout is not None:
        timer = strand._loop.call_later(max(timeout, 0), waiter.throw, error, context=scheduler.neutral)
    try:
        if type(waiter) is Waiter:
            yield waiter
        else:
            yield from waiter.__await__()
    finally:
        if watch.waiter is waiter:
            watch.waiter = None
        if not keep and watch.waiter is None:
            watch.remove()
        if timer is not None:
            timer.cancel()


def _second(watch: _Watch) -> RuntimeError:
    what = "write" if watch.write else "read"
    assert watch.waiter is not None
    return RuntimeError(
        f"Second simultaneous {what} on fileno {watch.fd} detected.  Unless you really know what you're doing, make "
        f"sure that only one task can {what} any particular socket.  Consider using a ResourcePool. "
        f"- MY THREAD={current()!r}; THAT THREAD={watch.waiter.strand!r}"
    )


def watch_fd(strand: Strand, fd: int, write: bool, waiter: Waiter, value: Any) -> _Watch:
    """Wake *waiter* with *value* when *fd* can be read, or written; the caller removes the watch."""
    scheduler = strand._scheduler
    table = _table(scheduler, write)
    watch = table.get(fd)
    if watch is None:
        watch = table[fd] = _Watch(scheduler, fd, write, False)
    elif watch.waiter is not None and watch.waiter.waiting:
        raise _second(watch)
    watch.waiter = waiter
    watch.value = value
    return watch


def closing(fd: int) -> None:
    """*fd* is about to be closed: stop watching it."""
    try:
        scheduler = current()._scheduler
    except AttributeError:
        return  # outside of any loop
    tables = scheduler.descriptors
    if tables is None:
        return
    for table in (tables.readers, tables.writers):
        watch = table.get(fd)
        if watch is not None:
            waiter, watch.waiter = watch.waiter, None
            watch.remove()
            if waiter is not None and waiter.waiting:
                tables.orphans.setdefault(fd, []).append(waiter)


def opened(fd: int) -> None:
    """*fd* is a new file: whoever still waits for the old one gets IOClosed in the next pass."""
    try:
        tables = current()._scheduler.descriptors
    except AttributeError:
        return
    if tables is None:
        return
    for waiter in tables.orphans.pop(fd, ()):
        waiter.wake_throw(IOClosed(errno.ENOTCONN, "Operation on closed file"))


def watched(scheduler: Scheduler) -> Any:
    """The descriptors that tasks of *scheduler* wait for, for tests and debugging."""
    tables = _tables(scheduler)
    return sorted(tables.readers), sorted(tables.writers)
