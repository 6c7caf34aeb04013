# SPDX-License-Identifier: Apache-2.0
"""Libraries that own the loop or make tasks of their own: aiohttp, anyio, uvicorn, uvloop, pytest, pytest-asyncio."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

import harness
from bridge_program import HEAD, BridgeProgram, has

# What a handler does in each of these tests: it blocks in every way, below a coroutine.
BLOCKS = """
from eventlet import corolocal
local = corolocal.local()
lock = eventlet.semaphore.Semaphore(1)

def blocks(n):
    local.n = n
    with lock:
        eventlet.sleep(0.001)
    with eventlet.Timeout(0.001, False):
        eventlet.sleep(5)
    return [bridge.call(coroutine(n)), local.n, type(eventlet.getcurrent()._offlet).__name__]

def fetch(port, path):
    s = eventlet.connect(("127.0.0.1", port))
    s.sendall(f"GET {path} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n".encode())
    data = b""
    while True:
        more = s.recv(1000)
        if not more:
            s.close()
            return data.partition(b"\\r\\n\\r\\n")[2].decode()
        data += more

def fetch_many(port):
    return [g.wait() for g in [eventlet.spawn(fetch, port, f"/{n}") for n in range(5)]]

"""
FETCHED = " ".join(f"[{n}, {n}, 'TaskStrand']" for n in range(5))


class Owners(BridgeProgram):
    def owner(self, source: str, expected: str) -> None:
        self.program(BLOCKS + textwrap.dedent(source), expected)

    @unittest.skipUnless(has("aiohttp"), "needs aiohttp")
    def test_aiohttp_runs_the_application(self) -> None:
        self.owner(
            """
            import signal
            from aiohttp import web

            async def handler(request):
                return web.Response(text=repr(blocks(int(request.match_info["n"]))))

            async def green_side(app):
                async with bridge.attach():
                    eventlet.sleep(0)
                    yield

            async def client(app):
                def run():
                    eventlet.sleep(0.01)
                    print(*fetch_many(app["socket"].getsockname()[1]))
                    os.kill(os.getpid(), signal.SIGTERM)
                eventlet.spawn(run)

            import socket
            s = eventlet.patcher.original("socket").socket()
            s.bind(("127.0.0.1", 0))
            app = web.Application()
            app["socket"] = s
            app.router.add_get("/{n}", handler)
            app.cleanup_ctx.append(green_side)
            app.on_startup.append(client)
            web.run_app(app, sock=s, print=None)
            print("ended")
            """,
            f"{FETCHED}\nended",
        )

    UVICORN = """
        import json, uvicorn

        async def app(scope, receive, send):
            if scope["type"] == "lifespan":
                await receive()
                async with bridge.attach():
                    eventlet.sleep(0)
                    eventlet.spawn(client)
                    await send({"type": "lifespan.startup.complete"})
                    await receive()
                    eventlet.sleep(0)
                await send({"type": "lifespan.shutdown.complete"})
                return
            body = repr(blocks(int(scope["path"][1:]))).encode()
            await send({"type": "http.response.start", "status": 200,
                        "headers": [(b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        def client():
            eventlet.sleep(0.01)
            print(*fetch_many(port))
            server.should_exit = True

        s = eventlet.patcher.original("socket").socket()
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", loop="LOOP", lifespan="on"))
        server.run(sockets=[s])
        print("ended")
        """

    @unittest.skipUnless(has("uvicorn"), "needs uvicorn")
    def test_uvicorn(self) -> None:
        self.owner(self.UVICORN.replace("LOOP", "asyncio"), f"{FETCHED}\nended")

    @unittest.skipUnless(has("uvicorn") and has("uvloop"), "needs uvicorn and uvloop")
    def test_uvicorn_on_uvloop(self) -> None:
        self.owner(self.UVICORN.replace("LOOP", "uvloop"), f"{FETCHED}\nended")

    @unittest.skipUnless(has("anyio"), "needs anyio")
    def test_anyio(self) -> None:
        self.owner(
            """
            import anyio

            async def main():
                async with bridge.attach():
                    out = []

                    async def work(n):
                        out.append(blocks(n))

                    async with anyio.create_task_group() as group:
                        for n in range(3):
                            group.start_soon(work, n)
                    print(sorted(out))
                    with anyio.move_on_after(0.01) as scope:
                        try:
                            eventlet.sleep(5)
                        finally:
                            print("finally")
                    print(scope.cancelled_caught)

                    async def in_task():
                        try:
                            with anyio.fail_after(0.01):
                                await bridge.call_green(eventlet.sleep, 5)
                        except TimeoutError as e:
                            print(type(e).__name__)

                    async with anyio.create_task_group() as group:
                        group.start_soon(in_task)

                    async def fails():
                        eventlet.sleep(0.001)
                        raise KeyError("k")

                    async def cancelled():
                        try:
                            eventlet.sleep(5)
                        except asyncio.CancelledError:
                            print("cancelled")
                            raise

                    try:
                        async with anyio.create_task_group() as group:
                            group.start_soon(cancelled)
                            group.start_soon(fails)
                    except BaseException as e:
                        print([repr(x) for x in e.exceptions])
                    send, receive = anyio.create_memory_object_stream(1)

                    def green_receiver():
                        return [item for item in bridge.iterate(receive)]

                    g = eventlet.spawn(green_receiver)
                    for n in range(3):
                        await send.send(n)
                    send.close()
                    print(g.wait(), await anyio.to_thread.run_sync(lambda: "thread"))
                    with anyio.CancelScope(shield=True):
                        eventlet.sleep(0)
                        await anyio.sleep(0)

                    def green_scope():
                        async def scoped():
                            with anyio.move_on_after(0.01) as scope:
                                eventlet.sleep(5)
                            return scope.cancelled_caught
                        return bridge.call(scoped())

                    print(eventlet.spawn(green_scope).wait())

            anyio.run(main)
            print("ended")
            """,
            """
            [[0, 0, 'TaskStrand'], [1, 1, 'TaskStrand'], [2, 2, 'TaskStrand']]
            finally
            True
            TimeoutError
            cancelled
            ["KeyError('k')"]
            [0, 1, 2] thread
            True
            ended
            """,
        )

    def test_a_task_factory_of_the_owner(self) -> None:
        self.owner(
            """
            made = []

            class OwnTask(asyncio.tasks.Task):
                pass

            def factory(loop, coro, **kwargs):
                task = OwnTask(coro, loop=loop, **kwargs)
                made.append(task)
                return task

            async def work(n):
                return blocks(n)

            async def main():
                asyncio.get_running_loop().set_task_factory(factory)
                async with bridge.attach():
                    tasks = [asyncio.create_task(work(n), name=f"task {n}") for n in range(2)]
                    print([await t for t in tasks], [t.get_name() for t in made], type(tasks[0]).__name__)
                print(asyncio.get_running_loop().get_task_factory() is factory)

            asyncio.run(main())
            """,
            """
            [[0, 0, 'TaskStrand'], [1, 1, 'TaskStrand']] ['task 0', 'task 1'] OwnTask
            True
            """,
        )

    @unittest.skipUnless(sys.version_info >= (3, 12), "eager tasks came with Python 3.12")
    def test_eager_tasks(self) -> None:
        self.owner(
            """
            log = []

            async def work(n):
                log.append(("starts", n))
                result = blocks(n)
                log.append(("ends", n))
                return result

            async def immediate():
                log.append("immediate")
                return "value"

            async def main():
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                async with bridge.attach():
                    print(await asyncio.gather(*[asyncio.create_task(work(n)) for n in range(2)]))
                    task = asyncio.create_task(immediate())
                    print(await task, log)

            asyncio.run(main())
            """,
            """
            [[0, 0, 'TaskStrand'], [1, 1, 'TaskStrand']]
            value [('starts', 0), ('starts', 1), ('ends', 0), ('ends', 1), 'immediate']
            """,
        )

    def pytest(self, files: dict[str, str], *options: str) -> str:
        with tempfile.TemporaryDirectory() as place:
            for name, text in files.items():
                (Path(place) / name).write_text(textwrap.dedent(text))
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
                cwd=place,
                capture_output=True,
                text=True,
                timeout=120,
                env=harness.environment(),
            )
        self.assertEqual([], harness.noise(done.stderr + done.stdout), done.stdout)
        found = re.search(r"\d+ (?:passed|failed).*(?= in )", done.stdout)
        return found[0] if found else done.stdout + done.stderr

    @unittest.skipUnless(has("pytest"), "needs pytest")
    def test_pytest(self) -> None:
        for patched in (False, True):
            with self.subTest(patched=patched):
                seen = self.pytest(
                    {
                        "conftest.py": HEAD.format(runtime=str(harness.RUNTIME), patched=patched)
                        + BLOCKS
                        + textwrap.dedent(
                            """
                            import pytest

                            @pytest.fixture
                            def value():
                                yield bridge.call(coroutine("fixture"))
                                bridge.call(coroutine("torn down"))
                            """
                        ),
                        "test_it.py": """
                            import asyncio, unittest, pytest
                            from conftest import *

                            @pytest.mark.parametrize("n", [1, 2])
                            def test_green(n, value):
                                assert eventlet.spawn(green, n).wait() == n
                                assert blocks(n)[:2] == [n, n]
                                assert value == "fixture"

                            def test_fails_as_it_should():
                                async def fails():
                                    eventlet.sleep(0)
                                    assert 1 == 2
                                with pytest.raises(AssertionError):
                                    bridge.call(fails())

                            def test_timeout():
                                with pytest.raises(eventlet.Timeout):
                                    with eventlet.Timeout(0.01):
                                        bridge.call(asyncio.sleep(5))
                            """,
                    },
                    "-p",
                    "no:asyncio",
                    "-p",
                    "no:anyio",
                )
                self.assertEqual("4 passed", seen)

    @unittest.skipUnless(has("pytest_asyncio"), "needs pytest-asyncio")
    def test_pytest_asyncio(self) -> None:
        for patched in (False, True):
            for scope in ("function", "session"):
                with self.subTest(patched=patched, scope=scope):
                    seen = self.pytest(
                        {
                            "pytest.ini": f"""
                                [pytest]
                                asyncio_mode = auto
                                asyncio_default_fixture_loop_scope = {scope}
                                asyncio_default_test_loop_scope = {scope}
                                """,
                            "conftest.py": HEAD.format(runtime=str(harness.RUNTIME), patched=patched)
                            + BLOCKS
                            + textwrap.dedent(
                                f"""
                                import pytest, pytest_asyncio

                                @pytest_asyncio.fixture(scope={scope!r}, autouse=True)
                                async def eventlet_inside():
                                    async with bridge.attach():
                                        yield

                                @pytest_asyncio.fixture
                                async def value():
                                    eventlet.sleep(0.001)
                                    yield await coroutine("fixture")
                                    eventlet.sleep(0.001)
                                """
                            ),
                            "test_it.py": """
                                from conftest import *

                                @pytest.mark.parametrize("n", [1, 2])
                                async def test_blocks(n, value):
                                    assert blocks(n) == [n, n, "TaskStrand"]
                                    assert await eventlet.spawn(green, n) == n
                                    assert value == "fixture"
                                    eventlet.spawn_n(eventlet.sleep, 0)

                                async def test_raises():
                                    with pytest.raises(KeyError):
                                        await bridge.call_green({}.__getitem__, 1)
                                """,
                        },
                        "-p",
                        "no:anyio",
                    )
                    self.assertEqual("3 passed", seen)

    def test_isolated_asyncio_test_case(self) -> None:
        self.owner(
            """
            import unittest

            class Case(unittest.IsolatedAsyncioTestCase):
                async def asyncSetUp(self):
                    self.attached = bridge.attach()
                    await self.attached.__aenter__()

                async def asyncTearDown(self):
                    eventlet.sleep(0.001)
                    await self.attached.__aexit__(None, None, None)

                async def test_one(self):
                    self.assertEqual([1, 1], blocks(1)[:2])

                async def test_two(self):
                    self.assertEqual(2, await asyncio.create_task(coroutine(2)))
                    self.assertEqual(3, await eventlet.spawn(green, 3))

            result = unittest.TextTestRunner(stream=open(os.devnull, "w")).run(
                unittest.defaultTestLoader.loadTestsFromTestCase(Case))
            print(result.testsRun, [text.splitlines()[-1] for _, text in result.errors + result.failures])
            """,
            "2 []",
        )


if __name__ == "__main__":
    unittest.main()
