# SPDX-License-Identifier: Apache-2.0
"""``eventlet.serve``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._core import Strand, current
from ._errors import GreenletExit
from ._pool import Pool
from ._shared import shared
from ._task import Task, kill

__all__ = ["StopServe", "serve"]


@shared
class StopServe(Exception):
    """Raise it in a handler to make ``serve`` return (``eventlet.StopServe``)."""


async def serve(sock: Any, handle: Callable[..., Any], concurrency: int = 1000) -> None:
    """Accept connections on *sock* and run ``handle(connection, address)`` in a task for each (``eventlet.serve``).

    At most *concurrency* at a time; then nothing is accepted until one ends. The connection is closed when its
    handler ends. What a handler raises ends the server: ``serve`` raises it, or returns for StopServe.
    """
    pool = Pool(concurrency)
    server = current()
    while True:
        try:
            connection, address = await sock.accept()
            task = await pool.spawn(handle, connection, address)
            await task.link(_connection_ended, server, connection)
            del connection, address, task
        except StopServe:
            return


async def _connection_ended(task: Task, server: Strand, connection: Any) -> None:
    try:
        try:
            await task.wait()
        finally:
            connection.close()
    except GreenletExit:
        pass
    except Exception as error:
        await kill(server, type(error), error, error.__traceback__)
