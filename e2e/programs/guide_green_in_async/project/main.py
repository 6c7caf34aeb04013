"""Half migrated: asyncio runs the jobs, what they do is green code.

The crossings are those of Eventlet's guide: a green thread that is awaited.
"""
import eventlet.hubs
eventlet.hubs.use_hub("eventlet.hubs.asyncio")

import asyncio

import eventlet
from eventlet.asyncio import spawn_for_awaitable


def blocking_eventlet_api(n):
    eventlet.sleep(0.02 * n)
    # do some other pseudo-blocking work
    if n == 3:
        raise ValueError("three is not served")
    return n * 12


def long_work(log):
    try:
        log.append("begun")
        eventlet.sleep(30)
    finally:
        log.append("cleaned up")


async def job(n):
    gthread = eventlet.spawn(blocking_eventlet_api, n)
    # In normal Eventlet code we'd call gthread.wait(), but since this is an
    # async function we'll want to await instead:
    result = await gthread
    return result


async def careful(n):
    try:
        return await job(n)
    except ValueError as e:
        return str(e)


async def main():
    print(await job(1))
    print(await careful(3))
    print(await asyncio.gather(*[careful(n) for n in (4, 3, 2, 1)]))
    # the same green thread, awaited by several
    gthread = eventlet.spawn(blocking_eventlet_api, 2)
    print(await gthread, await gthread)
    # cancelling the one that awaits kills the green thread
    log = []
    gthread = eventlet.spawn(long_work, log)

    async def wait():
        await gthread

    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0.05)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
    await asyncio.sleep(0.05)
    print(log, gthread.dead)
    # and killing the green thread cancels the one that awaits
    log = []
    gthread = eventlet.spawn(long_work, log)
    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0.05)
    eventlet.spawn(gthread.kill)
    try:
        await task
    except asyncio.CancelledError:
        print("killed")
    print(log, gthread.dead)


spawn_for_awaitable(main()).wait()
