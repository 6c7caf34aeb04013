# SPDX-License-Identifier: Apache-2.0
"""offlet.aio in tasks that asyncio or a library drives, as aiohttp's handlers: as good as can be, and nothing lost."""

from __future__ import annotations

import asyncio
import sys
import time
import unittest
from typing import Any

import harness

sys.path.insert(0, str(harness.RUNTIME))

from offlet import aio  # noqa: E402


class Own(Exception):
    pass


class Foreign(unittest.IsolatedAsyncioTestCase):
    async def test_timeout_at_a_wait_of_ours_is_exact(self) -> None:
        with aio.Timeout(0.01) as timeout:
            try:
                await aio.sleep(5)
            except aio.Timeout as error:
                self.assertIs(timeout, error)
            await asyncio.sleep(0)
        with self.assertRaises(Own):
            with aio.Timeout(0.01, Own):
                await aio.Queue().get()

    async def test_timeout_at_a_wait_of_asyncio_comes_at_the_end_of_the_block(self) -> None:
        seen = []
        with self.assertRaises(aio.Timeout) as caught:
            with aio.Timeout(0.01) as timeout:
                try:
                    await asyncio.sleep(5)
                except asyncio.CancelledError:
                    seen.append("cancelled inside")
                    raise
        self.assertIs(timeout, caught.exception)
        self.assertEqual(["cancelled inside"], seen)
        with aio.Timeout(0.01, False):
            await asyncio.sleep(5)
        error = Own()
        with self.assertRaises(Own) as own:
            with aio.Timeout(0.01, error):
                await asyncio.sleep(5)
        self.assertIs(error, own.exception)
        self.assertEqual("late", await aio.with_timeout(0.01, asyncio.sleep, 5, timeout_value="late"))
        if sys.version_info >= (3, 11):
            task = asyncio.current_task()
            assert task is not None
            self.assertEqual(0, task.cancelling())
        await asyncio.sleep(0.01)

    @unittest.skipIf(sys.version_info < (3, 11), "Python 3.10 does not count requests to cancel a task")
    async def test_cancel_and_timeout_in_one_pass(self) -> None:
        """The cancellation goes on, as it does out of asyncio.timeout()."""

        async def patient(exception: Any) -> None:
            with aio.Timeout(0.01, exception):
                await asyncio.sleep(5)
            await asyncio.sleep(5)

        for exception in (None, False, Own):
            for order in ("timeout first", "cancel first"):
                task = asyncio.create_task(patient(exception))
                await asyncio.sleep(0)
                loop = asyncio.get_running_loop()
                if order == "timeout first":
                    loop.call_later(0.011, task.cancel)
                else:
                    loop.call_later(0.009, task.cancel)
                time.sleep(0.02)  # both are due in the next pass
                with self.subTest(exception=exception, order=order), self.assertRaises(asyncio.CancelledError):
                    await asyncio.wait_for(task, 1)

    async def test_nested_timeouts(self) -> None:
        with self.assertRaises(aio.Timeout) as caught:
            with aio.Timeout(0.01) as outer:
                with aio.Timeout(5, False):
                    await asyncio.sleep(10)
        self.assertIs(outer, caught.exception)
        with aio.Timeout(5):
            with aio.Timeout(0.01, False):
                await asyncio.sleep(10)
            await asyncio.sleep(0)

    async def test_swallowed_inside(self) -> None:
        with aio.Timeout(0.01):
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                pass
        await asyncio.sleep(0.01)

    async def test_cancellation_from_outside_stays_one(self) -> None:
        async def work() -> None:
            with aio.Timeout(5):
                await asyncio.sleep(5)

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertTrue(task.cancelled())

    async def test_killed_by_us(self) -> None:
        strands = []

        async def work(wait: object) -> str:
            strands.append(aio.current())
            try:
                await wait()  # type: ignore[operator]
            except Own:
                return "own"
            except asyncio.CancelledError:
                return "cancelled"
            return "no"

        for wait, error, expected in (
            (lambda: aio.sleep(5), Own(), "own"),
            (lambda: aio.sleep(5), None, "cancelled"),
            (lambda: asyncio.sleep(5), None, "cancelled"),
            (lambda: asyncio.sleep(5), Own(), "cancelled"),
        ):
            task = asyncio.create_task(work(wait))
            await asyncio.sleep(0)
            await aio.kill(strands[-1], *([error] if error else []))
            self.assertEqual(expected, await task)
            self.assertTrue(strands[-1].dead)

    async def test_an_item_is_not_lost_with_its_getter(self) -> None:
        queue: aio.Queue[int] = aio.Queue()
        task = asyncio.create_task(queue.get())
        await asyncio.sleep(0)
        queue.put_nowait(1)
        await asyncio.sleep(0)  # it has been given the item, and not run yet
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertEqual([1], [queue.get_nowait()])

    async def test_a_permit_is_not_lost_with_its_waiter(self) -> None:
        semaphore = aio.Semaphore(0)
        first = asyncio.create_task(semaphore.acquire())
        second = asyncio.create_task(semaphore.acquire())
        await asyncio.sleep(0)
        semaphore.release()
        await asyncio.sleep(0)
        first.cancel()
        self.assertTrue(await asyncio.wait_for(second, 1))
        self.assertEqual((0, 0), (semaphore.counter, semaphore.balance))

    async def test_second_timeout_while_the_first_is_on_its_way(self) -> None:
        with self.assertRaises((aio.Timeout, Own)):
            with aio.Timeout(0.01, Own):
                with aio.Timeout(0.01):
                    await asyncio.sleep(5)
        await asyncio.sleep(0.02)

    async def test_callbacks_of_the_loop(self) -> None:
        queue: aio.Queue[int] = aio.Queue(0)
        getter = aio.spawn(queue.get)
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def callback() -> None:
            queue.put_nowait(5)
            aio.spawn(done.set_result, aio.current() is not None)

        loop.call_soon(callback)
        self.assertTrue(await done)
        self.assertEqual(5, await getter.wait())

    @unittest.skipUnless(sys.version_info >= (3, 11), "asyncio.timeout")
    async def test_asyncio_timeouts_and_groups_around_ours(self) -> None:
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0.01):
                await aio.Event().wait()

        async def in_strand() -> list[str]:
            log = []
            try:
                async with asyncio.timeout(0.01):
                    await aio.Event().wait()
            except TimeoutError:
                log.append("timeout")
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(asyncio.sleep(5))

                    async def fail() -> None:
                        raise Own

                    group.create_task(fail())
                    await aio.sleep(5)
            except BaseExceptionGroup as errors:
                log.append(type(errors.exceptions[0]).__name__)
            with aio.Timeout(0.01, False):
                async with asyncio.timeout(5):
                    await asyncio.sleep(5)
            log.append(str(asyncio.current_task().cancelling()))  # type: ignore[union-attr]
            return log

        self.assertEqual(["timeout", "Own", "0"], await aio.spawn(in_strand).wait())

    async def test_current_task_looks_like_one(self) -> None:
        async def in_strand() -> None:
            task = asyncio.current_task()
            assert task is not None
            self.assertFalse(task.done())
            task.set_name("name")
            self.assertEqual("name", task.get_name())
            self.assertEqual("in_strand", task.get_coro().__name__.rpartition(".")[2])  # type: ignore[union-attr]
            task.add_done_callback(lambda t: ended.append(t is task))
            ended.append(asyncio.isfuture(task))

        ended: list[bool] = []
        await aio.spawn(in_strand).wait()
        await asyncio.sleep(0)
        self.assertEqual([True, True], ended)


if __name__ == "__main__":
    unittest.main()
