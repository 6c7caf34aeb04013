# SPDX-License-Identifier: Apache-2.0
"""What the bridge does around the crossings: threads, fork, owners of the loop, libraries, debug mode, errors.

Each test is a program of its own, run plain and with monkey_patch(), that prints what the test expects.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

import harness
from bridge_program import BridgeProgram, has

DOC = harness.RUNTIME.parent / "docs" / "runtime.md"


class Bridge(BridgeProgram):
    def test_before_the_hub_ran(self) -> None:
        self.program(
            """
            ran = []
            eventlet.spawn(ran.append, 1)

            async def eager():
                asyncio.get_running_loop()
                return "eager"

            print(bridge.call(eager()), ran)
            print(bridge.call(coroutine("waits")), ran)
            """,
            """
            eager []
            waits [1]
            """,
        )

    def test_hub_ran_before(self) -> None:
        self.program(
            """
            eventlet.sleep(0)
            g = eventlet.spawn_after(0.01, lambda: "old timer")
            print(bridge.call(coroutine(1)), green(2), g.wait())

            async def exits():
                raise SystemExit(5)

            for _ in range(2):
                try:
                    eventlet.spawn(bridge.call, exits())
                    eventlet.sleep(1)
                except SystemExit as e:
                    print(repr(e))
                print(green(3))
            """,
            """
            1 2 old timer
            SystemExit(5)
            3
            SystemExit(5)
            3
            """,
        )

    def test_deep_nesting(self) -> None:
        self.program(
            """
            def g(n):
                return bridge.call(c(n - 1)) + 1 if n else (eventlet.sleep(0), 0)[1]

            async def c(n):
                return await bridge.call_green(g, n - 1) + 1 if n else (await asyncio.sleep(0), 0)[1]

            print(eventlet.spawn(g, 200).wait(), bridge.call(c(200)))

            async def in_task():
                return await asyncio.create_task(c(200))

            print(bridge.call(in_task()))
            """,
            """
            200 200
            200
            """,
        )

    def test_many_tasks(self) -> None:
        number = 100_000 if harness.LONG else 20_000
        self.program(
            """
            NUMBER = %d
            done = []

            async def work(n):
                await asyncio.sleep(0)
                done.append(n)

            async def main():
                tasks = [aio.spawn(work, n) for n in range(NUMBER)]
                for t in tasks:
                    await t.wait()

            bridge.call(main())
            print(len(done), done[:3], done[-1])
            """
            % number,
            f"{number} [0, 1, 2] {number - 1}",
            modes=(False,),
        )

    def test_garbage_collection_in_the_middle(self) -> None:
        self.program(
            """
            gc.set_threshold(1)
            results = []

            def g(n):
                gc.collect() if n % 10 == 0 else None
                results.append(green(n))

            async def main():
                await asyncio.gather(*[asyncio.create_task(asyncio.to_thread(int, n)) for n in range(5)])
                for t in [eventlet.spawn(g, n) for n in range(50)]:
                    await t
                ts = [aio.spawn(coroutine, n) for n in range(50)]
                gc.collect()
                return [await t for t in ts]

            print(bridge.call(main()) == list(range(50)), sorted(results) == list(range(50)))
            gc.collect()
            """,
            "True True",
        )

    def test_debug_mode(self) -> None:
        self.program(
            """
            async def main():
                assert asyncio.get_running_loop().get_debug()
                t = asyncio.create_task(coroutine(1), name="named")
                print(await t, t.get_name(), await bridge.call_green(green, 2), await aio.spawn(coroutine, 3))
                async with asyncio.timeout(1) if hasattr(asyncio, "timeout") else aio.Semaphore():
                    eventlet.sleep(0.01)
                q = aio.Queue(0)
                aio.spawn(q.put, 4)
                print(await q.get())

            bridge.call(main())
            """,
            """
            1 named 2 3
            4
            """,
            env={"PYTHONASYNCIODEBUG": "1", "PYTHONMALLOC": "debug", "PYTHONDEVMODE": "1"},
        )

    def test_os_threads_with_hubs(self) -> None:
        self.program(
            """
            real = eventlet.patcher.original("threading")
            out = []

            def thread(n):
                eventlet.hubs.use_hub("eventlet.hubs.asyncio")
                q = aio.Queue(0)

                def producer():
                    for i in range(3):
                        bridge.call(q.put((n, i)))
                        eventlet.sleep(0)

                async def main():
                    eventlet.spawn(producer)
                    got = [await q.get() for _ in range(3)]
                    t = aio.spawn(coroutine, n)
                    return got, await t, green(n)

                eventlet.hubs.get_hub()
                bridge.install()
                out.append(bridge.call(main()))

            threads = [real.Thread(target=thread, args=(n,)) for n in range(4)]
            for t in threads:
                t.start()
            print(green("main"))
            while any(t.is_alive() for t in threads):
                eventlet.sleep(0.01)
            for x in sorted(out):
                print(x)
            """,
            """
            main
            ([(0, 0), (0, 1), (0, 2)], 0, 0)
            ([(1, 0), (1, 1), (1, 2)], 1, 1)
            ([(2, 0), (2, 1), (2, 2)], 2, 2)
            ([(3, 0), (3, 1), (3, 2)], 3, 3)
            """,
        )

    def test_call_from_an_os_thread(self) -> None:
        """One that works for a task: what is called there runs in the thread of the hub."""
        self.program(
            """
            import contextvars
            variable = contextvars.ContextVar("v", default="unset")
            real = eventlet.patcher.original("threading")
            main_thread = real.get_ident()

            async def where():
                await asyncio.sleep(0.001)
                return real.get_ident() == main_thread, variable.get()

            async def fails():
                raise KeyError("x")

            def thread():
                variable.set("of the thread")
                print(bridge.call(where()), real.get_ident() == main_thread)
                try:
                    bridge.call(fails())
                except KeyError as e:
                    print(repr(e))

            bridge.call(coroutine(1))
            bridge.call(aio.to_thread(thread))
            """,
            """
            (True, 'of the thread') False
            KeyError('x')
            """,
        )

    def test_call_in_an_os_thread_of_the_program(self) -> None:
        """It runs there, on a hub of the thread, also while the main thread waits for that in a way that blocks all."""
        self.program(
            """
            real = eventlet.patcher.original("threading")

            async def where():
                await aio.sleep(0.001)
                return real.get_ident()

            def thread(before):
                if before:
                    eventlet.sleep(0)
                here = [bridge.call(where()) for _ in range(2)]
                here.append(eventlet.spawn(bridge.call, where()).wait())
                here.append(bridge.call(aio.spawn(where).wait()))
                out.append([ident == real.get_ident() for ident in here])

            for start_hub in (False, True):
                for before in (False, True):
                    out = []
                    t = real.Thread(target=thread, args=(before,))
                    t.start()
                    t.join()
                    print(*out)
                bridge.call(where())

            files = len(os.listdir("/proc/self/fd"))
            for _ in range(5):
                t = real.Thread(target=lambda: bridge.call(where()))
                t.start()
                t.join()
            print(len(os.listdir("/proc/self/fd")) - files)
            """,
            """
            [True, True, True, True]
            [True, True, True, True]
            [True, True, True, True]
            [True, True, True, True]
            0
            """,
        )

    def test_call_green_on_a_loop_of_the_program(self) -> None:
        """A library of two kinds: what its coroutines call does not block where asyncio runs them alone."""
        self.program(
            """
            real = eventlet.patcher.original("threading")

            def start(how):
                return asyncio.get_running_loop().create_task(asyncio.sleep(0.001, how))

            async def main(how):
                print(await (await bridge.call_green(start, how)))

            def run(how):
                asyncio.new_event_loop().run_until_complete(main(how))

            run("before the hub")
            eventlet.sleep(0)
            t = real.Thread(target=run, args=("in a thread",))
            t.start()
            t.join()
            """,
            """
            before the hub
            in a thread
            """,
        )

    def test_the_hub_is_chosen_once(self) -> None:
        self.program(
            """
            out = []
            bridge.install()
            eventlet.spawn(out.append, "spawned")
            eventlet.hubs.use_hub("eventlet.hubs.asyncio")
            eventlet.spawn_after(0.01, out.append, "spawned after")
            eventlet.sleep(0)

            async def main():
                eventlet.hubs.use_hub("asyncio")
                eventlet.sleep(0.02)
                print(out)

            bridge.call(main())
            """,
            "['spawned', 'spawned after']",
        )

    def test_cancel_and_another_exception_in_one_wait(self) -> None:
        """Neither is lost, whichever comes first and whatever the task waits for."""
        self.program(
            """
            class Boom(Exception):
                pass

            async def slow():
                try:
                    await asyncio.sleep(60)
                finally:
                    await asyncio.sleep(0.001)

            async def waits_for_task():
                await asyncio.create_task(slow())

            async def gathers():
                await asyncio.gather(slow(), slow())

            async def waits_for_thread():
                await eventlet.spawn(bridge.call, slow())

            async def victim(before, wait, seen):
                strands.append(aio.current())
                before()
                for pause in (wait, lambda: asyncio.sleep(0), lambda: asyncio.sleep(0.1)):
                    try:
                        await pause()
                    except (Boom, asyncio.CancelledError) as e:
                        seen.add(type(e).__name__)
                        if isinstance(e, asyncio.CancelledError):
                            raise

            async def main(first):
                loop = asyncio.get_running_loop()
                for before in (lambda: None, lambda: eventlet.sleep(0)):
                    for name in ("next pass", "future", "future with a result", "waiter", "task", "gather", "thread"):
                        future = loop.create_future()
                        wait = {"next pass": lambda: asyncio.sleep(0), "waiter": lambda: aio.sleep(60),
                                "task": waits_for_task, "gather": gathers, "thread": waits_for_thread}
                        seen = set()
                        task = asyncio.create_task(victim(before, wait.get(name, lambda: future), seen))
                        while not strands:
                            await aio.sleep(0)
                        strand = strands.pop()
                        for _ in range(5 if name != "next pass" else strand._greenlet is not None and not strand._stepped):
                            await aio.sleep(0)
                        if name == "future with a result":
                            future.set_result(1)
                        if first == "cancel":
                            task.cancel()
                        await aio.kill(strand, Boom())
                        if first == "Boom":
                            task.cancel()
                        await asyncio.wait([task])
                        if not task.cancelled() or seen - {"Boom"} != {"CancelledError"}:
                            print("lost:", first, before, name, seen, task)
                        elif "Boom" not in seen and name != "future":
                            print("no Boom:", first, name)

            strands = []
            bridge.call(main("cancel"))
            bridge.call(main("Boom"))
            print("end")
            """,
            "end",
        )

    def test_cancel_after_another_exception(self) -> None:
        """It does not wait for the end of what the task was waiting for before."""
        slow = """
            class Boom(Exception):
                pass

            %(async)sdef slow():
                try:
                    %(await)s%(sleep)s(60)
                finally:
                    %(await)s%(sleep)s(0.3)
                    print("slow has ended")

            %(async)sdef victim(wait):
                try:
                    %(await)swait()
                except Boom:
                    print("Boom")
                try:
                    %(await)s%(sleep)s(60)
                finally:
                    print("finally")
            """
        # On Eventlet alone; nobody but this ends what the victim was waiting for.
        self.program(
            slow % {"async": "", "await": "", "sleep": "eventlet.sleep"}
            + """
            for _ in range(3):
                waited_for = eventlet.spawn(slow)
                v = eventlet.spawn(victim, waited_for.wait)
                eventlet.sleep(0.01)
                eventlet.kill(v, Boom())
                eventlet.spawn_n(waited_for.kill)
                eventlet.sleep(0.01)
                v.kill()
                print(v.dead)
                eventlet.sleep(0.4)
            """,
            "Boom\nfinally\nTrue\nslow has ended\n" * 3,
        )
        self.program(
            slow % {"async": "async ", "await": "await ", "sleep": "asyncio.sleep"}
            + """
            async def waits_for_task():
                await asyncio.create_task(slow())

            async def gathers():
                await asyncio.gather(slow())

            async def waits_for_thread():
                await eventlet.spawn(bridge.call, slow())

            async def main():
                for wait in (waits_for_task, gathers, waits_for_thread):
                    for pause in (0.01, 0):
                        task = asyncio.create_task(victim(wait))
                        await asyncio.sleep(0.01)
                        await aio.kill(task._offlet, Boom())
                        await asyncio.sleep(pause)
                        task.cancel()
                        await asyncio.sleep(0.01)
                        print(task.cancelled())
                        await asyncio.sleep(0.4)

            bridge.call(main())
            """,
            "Boom\nfinally\nTrue\nslow has ended\n" * 6,
        )

    def test_killed_when_woken(self) -> None:
        """What a green thread is killed with just as its coroutine has been woken comes before anything else it does."""
        self.program(
            """
            class Boom(Exception):
                pass

            def returns():
                return 1

            def raises():
                raise ValueError

            def blocks():
                eventlet.sleep(60)

            async def waits(future, then):
                await future
                then()

            def thread(future, then):
                try:
                    bridge.call(waits(future, then))
                except (Boom, ValueError) as e:
                    print(then.__name__, type(e).__name__)

            async def task(future, then):
                thread(future, then)

            loop = eventlet.hubs.get_hub().loop
            for then in returns, raises, blocks:
                future = loop.create_future()
                v = eventlet.spawn(thread, future, then)
                eventlet.sleep(0.01)
                future.set_result(None)
                eventlet.kill(v, Boom())
                print(v.dead)

                async def main():
                    future = loop.create_future()
                    t = asyncio.create_task(task(future, then))
                    await asyncio.sleep(0.01)
                    future.set_result(None)
                    await aio.kill(t._offlet, Boom())
                    await asyncio.sleep(0)
                    print(t.done())

                bridge.call(main())
            """,
            "\n".join(f"{then} Boom\nTrue\n" * 2 for then in ("returns", "raises", "blocks")).replace("\n\n", "\n"),
        )

    def test_task_kills_a_thread_that_ends_badly(self) -> None:
        """What the victim ends with is printed, as by Eventlet's hub, and is not the killer's."""
        self.program(
            """
            import io
            sys.stderr = io.StringIO()

            class Boom(Exception):
                pass

            async def killer(before):
                v = eventlet.spawn(eventlet.sleep, 60)
                await asyncio.sleep(0.01)
                before()
                eventlet.kill(v, Boom())
                await asyncio.sleep(0.01)
                return f"goes on, {v.dead}"

            async def main():
                for before in (lambda: None, lambda: eventlet.sleep(0)):
                    print(await asyncio.create_task(killer(before)))

            bridge.call(main())
            print(sys.stderr.getvalue().count("Traceback"))
            """,
            "goes on, True\ngoes on, True\n2",
        )

    def test_generators_dropped_in_os_threads(self) -> None:
        self.program(
            """
            real = eventlet.patcher.original("threading")

            async def numbers():
                try:
                    for i in range(3):
                        await asyncio.sleep(0)
                        yield i
                finally:
                    print("closed", real.get_ident() == main_thread)

            main_thread = real.get_ident()
            iterators = [bridge.iterate(numbers()), bridge.iterate(numbers())]
            next(iterators[0])
            bridge.call(aio.to_thread(iterators.clear))
            eventlet.sleep(0.01)
            print("end")
            """,
            """
            closed True
            end
            """,
        )

    def test_where_nothing_can_wait(self) -> None:
        self.program(
            """
            async def main():
                loop = asyncio.get_running_loop()
                done = loop.create_future()

                def callback():
                    for f in (lambda: bridge.call(coroutine(1)), lambda: eventlet.sleep(1),
                              lambda: eventlet.Event().wait()):
                        try:
                            f()
                        except RuntimeError as e:
                            print(type(e).__name__, "callback" in str(e) or "mainloop" in str(e))
                    done.set_result(None)

                loop.call_soon(callback)
                await done

            bridge.call(main())

            async def other_loop():
                for f in (lambda: bridge.call(coroutine(1)), lambda: bridge.call_green(eventlet.sleep, 0.01)):
                    try:
                        x = f()
                        await x
                    except RuntimeError as e:
                        print(type(e).__name__, "attach" in str(e))

            import threading as t
            def thread():
                asyncio.run(other_loop())
            real = eventlet.patcher.original("threading").Thread(target=thread)
            real.start()
            real.join()
            """,
            """
            RuntimeError True
            RuntimeError True
            RuntimeError True
            RuntimeError True
            RuntimeError True
            """,
        )

    def test_wrong_hub(self) -> None:
        self.program(
            """
            eventlet.hubs.use_hub("epolls")
            try:
                bridge.call(coroutine(1))
            except RuntimeError as e:
                print("EVENTLET_HUB=asyncio" in str(e))
            """,
            "True",
            modes=(False,),
        )

    def test_fork(self) -> None:
        self.program(
            """
            real_os = eventlet.patcher.original("os")

            def child(name):
                pid = os.fork()
                if pid == 0:
                    a, b = eventlet.green.socket.socketpair()
                    g = eventlet.spawn(a.recv, 10)
                    eventlet.sleep(0.01)
                    b.sendall(b"data")
                    print(name, green(1), g.wait(), bridge.call(aio.to_thread(int, "7")), flush=True)
                    os._exit(0)
                _, status = real_os.waitpid(pid, 0)
                print("parent", status, flush=True)

            child("before")
            bridge.install()
            child("installed")
            print(green(0), flush=True)
            child("after")
            print(green(2))
            """,
            """
            before 1 b'data' 7
            parent 0
            installed 1 b'data' 7
            parent 0
            0
            after 1 b'data' 7
            parent 0
            2
            """,
        )

    def test_fork_keeps_loop_and_task(self) -> None:
        self.program(
            """
            real_os = eventlet.patcher.original("os")

            def fork(name, *expected):
                sys.stdout.flush()
                pid = os.fork()
                if pid == 0:
                    print(name, [a is b for a, b in zip(expected, where())], flush=True)
                    os._exit(0)
                real_os.waitpid(pid, 0)
                print("parent", [a is b for a, b in zip(expected, where())])

            def where():
                loop = asyncio._get_running_loop()
                return loop, loop and asyncio.current_task()

            async def task(name):
                await asyncio.sleep(0)
                fork(name, asyncio.get_running_loop(), asyncio.current_task())

            async def main():
                await asyncio.create_task(task("first task"))
                await asyncio.create_task(task("second task"))
                asyncio.get_running_loop().call_soon(fork, "callback", asyncio.get_running_loop(), None)
                await asyncio.sleep(0)

            async def attached():
                async with bridge.attach():
                    await asyncio.create_task(task("attached"))

            def thread():
                fork("other thread", None, None)
                asyncio.run(task("other thread, other loop"))

            asyncio.run(attached())
            fork("outside", None, None)
            bridge.call(main())
            fork("green", bridge.eventlet.hubs.get_hub().loop, None)
            bridge.call(aio.to_thread(thread))
            """,
            "\n".join(
                f"{name} [True, True]\nparent [True, True]"
                for name in (
                    "attached", "outside", "first task", "second task", "callback", "green", "other thread",
                    "other thread, other loop",
                )
            ),
            options=("-W", "ignore"),
        )  # fmt: skip

    def test_subprocess_and_executors(self) -> None:
        self.program(
            """
            from concurrent.futures import ThreadPoolExecutor

            async def main():
                p = await asyncio.create_subprocess_exec(
                    sys.executable, "-c", "print(5)", stdout=asyncio.subprocess.PIPE)
                print((await p.communicate())[0], p.returncode)
                print(await asyncio.to_thread(lambda: 6))
                loop = asyncio.get_running_loop()
                print(await loop.run_in_executor(None, lambda: 7))
                with ThreadPoolExecutor(2) as pool:
                    print(await loop.run_in_executor(pool, lambda: 8))

            bridge.call(main())

            def green_user():
                pool = ThreadPoolExecutor(2)
                print(pool.submit(lambda: (time.sleep(0.01), 9)[1]).result())
                print(list(pool.map(lambda x: x * 2, range(3))))
                pool.shutdown()

            eventlet.spawn(green_user).wait()
            """,
            """
            b'5\\n' 0
            6
            7
            8
            9
            [0, 2, 4]
            """,
        )

    def test_exceptions_of_signal_handlers(self) -> None:
        self.program(
            """
            import signal

            class Alarm(Exception):
                pass

            def handler(signum, frame):
                raise kinds[0]

            signal.signal(signal.SIGALRM, handler)
            green(0)
            for kinds in ([Alarm("x")], [SystemExit(3)], [KeyboardInterrupt()]):
                for wait in (lambda: eventlet.sleep(5), lambda: bridge.call(asyncio.sleep(5)),
                             lambda: bridge.call(bridge.call_green(eventlet.sleep, 5)),
                             lambda: eventlet.spawn(green_waits).wait()):
                    def green_waits():
                        return bridge.call(asyncio.sleep(5))

                    signal.setitimer(signal.ITIMER_REAL, 0.1)
                    try:
                        wait()
                    except BaseException as e:
                        print(repr(e), green(1))

            async def stops():
                asyncio.get_running_loop().stop()
                await asyncio.sleep(0)
                return "after stop()"

            print(bridge.call(stops()), green(2), eventlet.spawn(green, 3).wait())
            """,
            "\n".join(["Alarm('x') 1"] * 4 + ["SystemExit(3) 1"] * 4 + ["KeyboardInterrupt() 1"] * 4)
            + "\nafter stop() 2 3",
        )

    def test_objects_of_asyncio_in_green_threads(self) -> None:
        self.program(
            """
            async def main():
                lock, semaphore, condition = asyncio.Lock(), asyncio.Semaphore(1), asyncio.Condition()
                event, queue = asyncio.Event(), asyncio.Queue()
                future = asyncio.get_running_loop().create_future()

                def without_await():
                    for x in (lock, semaphore, condition):
                        try:
                            with x:
                                print("no")
                        except TypeError as e:
                            print("bridge.context" in str(e))
                    for n in range(2):
                        queue.put_nowait(n)
                    event.set()
                    future.set_result("result")

                async def waits():
                    await event.wait()
                    return await queue.get(), await queue.get(), await future

                task = asyncio.create_task(waits())
                eventlet.spawn(without_await).wait()
                print(await task)
                order = []

                def takes(n):
                    with bridge.context(lock):
                        order.append((n, lock.locked()))
                        eventlet.sleep(0)
                    bridge.call(semaphore.acquire())
                    eventlet.sleep(0)
                    semaphore.release()
                    bridge.call(queue.put(n))
                    return bridge.call(asyncio.wait_for(event.wait(), 1))

                print([g.wait() for g in [eventlet.spawn(takes, n) for n in range(3)]], order)
                print([queue.get_nowait() for _ in range(3)], lock.locked(), semaphore.locked())
                killed = eventlet.spawn(takes, 3)
                async with lock:
                    await asyncio.sleep(0)
                    killed.kill()
                print(lock.locked())

            bridge.call(main())
            """,
            """
            True
            True
            True
            (0, 1, 'result')
            [True, True, True] [(0, True), (1, True), (2, True)]
            [0, 1, 2] False False
            False
            """,
        )

    def test_coroutines_that_green_code_drops(self) -> None:
        self.program(
            """
            # What is made to be given to somebody begins as what is forgotten does, so the call itself cannot raise.
            # Python says the rest: a warning where it is dropped, an error where it is used as a value.
            queue = asyncio.Queue()
            queue.put_nowait("given")

            def green():
                item = queue.get()
                print(bridge.spawn_for_awaitable(item).wait())
                queue.put("lost")
                item = queue.get()
                try:
                    item["name"]
                except TypeError as e:
                    print(e)

            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                eventlet.spawn(green).wait()
            print([str(w.message) for w in said], queue.qsize())
            """,
            """
            given
            'coroutine' object is not subscriptable
            ["coroutine 'Queue.put' was never awaited", "coroutine 'Queue.get' was never awaited"] 0
            """,
        )

    def test_locks_of_os_threads(self) -> None:
        """Eventlet's limit, and so ours: a patched lock for which OS threads contend. See docs/runtime.md."""
        (program,) = re.findall(r"```python\n(import eventlet\n.*?)```", DOC.read_text(), re.S)
        with_bridge = program.replace("lock =", "from offlet import bridge; bridge.install()\nlock =")
        original = 'patcher.original("threading").Lock()'

        def ends(hub: str, source: str) -> str:
            try:
                done = subprocess.run(
                    [sys.executable, "-W", "ignore", "-c", source],
                    capture_output=True, text=True, timeout=60 if original in source else 6, cwd=harness.RUNTIME,
                    env=harness.environment(EVENTLET_HUB=hub),
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return "hangs"
            return done.stdout.strip() or done.stderr

        ways = [("epolls", program), ("asyncio", program), ("asyncio", with_bridge)]
        ways += [(hub, source.replace("threading.Lock()", original)) for hub, source in ways]
        with ThreadPoolExecutor(3) as pool:  # they wait more than they work
            ended = list(pool.map(ends, *zip(*ways)))
        self.assertEqual(["hangs"] * 3 + ["[None, None]"] * 3, ended)

    def test_logging(self) -> None:
        self.program(
            """
            import logging

            class Slow(logging.StreamHandler):
                def emit(self, record):
                    eventlet.sleep(0.005)      # the handler's lock is held meanwhile
                    super().emit(record)

            logging.basicConfig(handlers=[Slow(sys.stdout)], format="%(message)s", force=True)

            async def coroutine(n):
                logging.warning("coroutine %d", n)
                await asyncio.sleep(0)

            def thread(n):
                logging.warning("green %d", n)
                bridge.call(coroutine(n))

            async def main():
                threads = [eventlet.spawn(thread, n) for n in range(2)]
                eventlet.sleep(0)
                await asyncio.gather(*[asyncio.create_task(coroutine(n)) for n in (2, 3)])
                for thread_ in threads:
                    await thread_

            bridge.call(main())
            """,
            """
            green 0
            green 1
            coroutine 2
            coroutine 3
            coroutine 0
            coroutine 1
            """,
            modes=(True,),
        )

    def test_attach(self) -> None:
        self.program(
            """
            async def main(n):
                async with bridge.attach():
                    eventlet.sleep(0.001)
                    print(n, green(1), await asyncio.gather(*[eventlet.spawn(green, i) for i in range(3)]))
                    print(await asyncio.create_task(coroutine(2)), await aio.spawn(green, 3))
                    with eventlet.Timeout(0.01, False):
                        await asyncio.sleep(1)
                        print("no")
                    task = asyncio.current_task()
                    asyncio.get_running_loop().call_later(0.01, task.cancel)
                    try:
                        eventlet.sleep(1)
                    except asyncio.CancelledError:
                        print("cancelled")
                    if hasattr(task, "uncancel"):
                        task.uncancel()
                await asyncio.sleep(0.001)
                return "result"

            print(asyncio.run(main(1)))
            print(asyncio.run(main(2)))
            print(asyncio.run(aio.main(main(3))))

            async def fails():
                async with bridge.attach():
                    eventlet.sleep(0)
                    raise KeyError("x")

            try:
                asyncio.run(fails())
            except KeyError as e:
                print(repr(e))

            async def ends_inside():
                await bridge.attach().__aenter__()
                eventlet.sleep(0.001)
                return "ends inside"

            loop = asyncio.new_event_loop()
            print(loop.run_until_complete(ends_inside()))
            """,
            "".join(
                f"{n} 1 [0, 1, 2]\n2 3\ncancelled\nresult\n" for n in (1, 2, 3)
            )
            + "KeyError('x')\nends inside",
        )

    def test_attach_keeps_context_variables(self) -> None:
        self.program(
            """
            import contextvars
            variable = contextvars.ContextVar("variable")

            async def main():
                variable.set("before")
                async with bridge.attach():
                    print(variable.get())
                    eventlet.sleep(0)
                    variable.set("inside")
                print(variable.get())
                await asyncio.sleep(0)
                print(variable.get())

            asyncio.run(main())
            """,
            """
            before
            inside
            inside
            """,
        )

    def test_attach_to_a_task_written_in_python(self) -> None:
        self.program(
            """
            async def main(how):
                await bridge.attach().__aenter__()
                eventlet.sleep(0)
                if how:
                    raise how
                return "result"

            for how in (None, KeyError("k"), asyncio.CancelledError()):
                loop = asyncio.new_event_loop()
                try:
                    print(loop.run_until_complete(asyncio.tasks._PyTask(main(how), loop=loop)))
                except BaseException as e:
                    print(type(e).__name__)
                bridge.eventlet.hubs.use_hub("eventlet.hubs.asyncio")   # this one is never detached
            """,
            """
            result
            KeyError
            CancelledError
            """,
        )

    def test_attach_after_spawns(self) -> None:
        self.program(
            """
            out = []
            eventlet.spawn(out.append, "spawned")
            eventlet.spawn_after(0.01, out.append, "spawned after")
            bridge.install()
            eventlet.spawn(out.append, "spawned then")

            async def main():
                async with bridge.attach():
                    eventlet.sleep(0.1)
                    print(out)

            asyncio.run(main())
            """,
            "['spawned', 'spawned then', 'spawned after']",
        )

    def test_attach_after_spawns_of_aio(self) -> None:
        self.program(
            """
            out = []

            async def work(what):
                await asyncio.sleep(0)
                out.append(what)

            aio.spawn(work, "spawned")
            aio.spawn_after(0.01, work, "spawned after")

            async def main():
                async with bridge.attach():
                    eventlet.sleep(0.1)
                    print(out)

            asyncio.run(main())
            """,
            "['spawned', 'spawned after']",
        )

    def test_spawn_before_the_hub_runs(self) -> None:
        # As a green module body does, or a test that is the first to need the hub.
        self.program(
            """
            async def work(what):
                await asyncio.sleep(0)
                return what

            links = []
            first = aio.spawn(work, "first")
            first.link(lambda task: links.append(task is first))
            eventlet.spawn(links.append, "green")
            print(bridge.call(first.wait()), links)
            """,
            "first ['green', True]",
        )

    def test_timeout_before_the_hub_runs(self) -> None:
        self.program(
            """
            eventlet.hubs.use_hub("eventlet.hubs.asyncio")      # again, as a package of tests does
            with aio.Timeout(0.001, False) as timeout:
                eventlet.sleep(1)
            print(timeout.pending)
            try:
                with aio.Timeout(0.001, KeyError("late")):
                    bridge.call(asyncio.sleep(1))
            except KeyError as e:
                print(e)
            me = aio.current()
            print(me is aio.current(), bridge.call(coroutine(1)))
            """,
            """
            False
            'late'
            True 1
            """,
        )

    def test_spawn_before_the_bridge_is_installed(self) -> None:
        self.program(
            """
            early = aio.spawn(lambda: "early")
            later = aio.spawn_after(0.001, lambda: "later")
            bridge.install()
            print(bridge.call(later.wait()), bridge.call(early.wait()))
            """,
            "later early",
        )

    def test_generator_left_to_the_end_of_the_interpreter(self) -> None:
        self.program(
            """
            async def numbers():
                try:
                    yield 1
                finally:
                    print("closed")

            class Reader:
                def __init__(self):
                    self.numbers = numbers()
                    self.again = bridge.iterate(numbers())

            reader = Reader()
            print(bridge.next(reader.numbers), next(reader.again))
            held = threading.local()
            held.reader = reader
            """,
            """
            1 1
            closed
            closed
            """,
        )

    def test_green_forms_take_what_became_asynchronous(self) -> None:
        self.program(
            """
            import contextlib

            async def numbers():
                try:
                    yield await coroutine(1)
                    yield 2
                finally:
                    print("closed")

            @contextlib.asynccontextmanager
            async def opened(x):
                yield await coroutine(x)
                print("left")

            async def main():
                print(await bridge.call_green(coroutine, "called"))
                print(await aio.spawn(bridge.call_green, coroutine, "spawned").wait())
                print([x async for x in bridge.iterate_green(numbers())])
                it = bridge.iterate_green(numbers())
                print(await anext(it))
                await it.aclose()
                async with bridge.context_green(opened("entered")) as x:
                    print(x)

            bridge.call(main())
            """,
            """
            called
            spawned
            closed
            [1, 2]
            1
            closed
            entered
            left
            """,
        )

    def test_special_methods_are_bound(self) -> None:
        self.program(
            """
            from unittest import mock

            class Plain:
                __enter__ = staticmethod(lambda: "entered")
                __exit__ = staticmethod(lambda *error: False)

            class Neither:
                pass

            async def main():
                lock = mock.MagicMock()
                async with bridge.context_green(lock):
                    pass
                async with aio.context(lock):
                    pass
                print(lock.__enter__.call_args_list, lock.__exit__.call_args_list)
                async with bridge.context_green(Plain()) as x, aio.context(Plain()) as y:
                    print(x, y)
                for kind in bridge.context_green, aio.context:
                    try:
                        async with kind(Neither()):
                            pass
                    except TypeError as error:
                        print(error)

            bridge.call(main())
            lock = mock.MagicMock()
            with bridge.context(lock), bridge.context(Plain()) as x:
                print(x)
            print(lock.__enter__.call_args_list, lock.__exit__.call_args_list)
            """,
            """
            [call(), call()] [call(None, None, None), call(None, None, None)]
            entered entered
            'Neither' object does not support the context manager protocol
            'Neither' object does not support the context manager protocol
            entered
            [call()] [call(None, None, None)]
            """,
        )

    def test_attach_again(self) -> None:
        self.attach_again("asyncio.run")

    @unittest.skipUnless(has("uvloop"), "needs uvloop")
    def test_attach_again_on_uvloop(self) -> None:
        self.attach_again("__import__('uvloop').run")

    def attach_again(self, run: str) -> None:
        self.program(
            f"""
            run = {run}
            """
            """
            out = []

            def worker():
                for n in range(3):
                    eventlet.sleep(0.4)
                    out.append((n, block))

            async def main(seconds):
                global block, thread
                async with bridge.attach():
                    if not out:
                        thread = eventlet.spawn(worker)
                    eventlet.sleep(seconds)
                block = "outside"
                await asyncio.sleep(0.4)    # no hub runs: nor does the green thread
                return out

            block = "first"
            print(run(main(0.6)))
            block = "second"
            print(run(main(0.2)))
            block = "classic"
            thread.wait()
            print(out)
            """,
            """
            [(0, 'first')]
            [(0, 'first'), (1, 'second')]
            [(0, 'first'), (1, 'second'), (2, 'classic')]
            """,
        )

    def test_cancelled_while_it_detaches(self) -> None:
        self.program(
            """
            async def main():
                task = asyncio.current_task()
                async with bridge.attach():
                    eventlet.sleep(0.001)
                    asyncio.get_running_loop().call_soon(task.cancel)

            for n in range(2):
                try:
                    asyncio.run(main())
                    print("ended")
                except asyncio.CancelledError:
                    print("cancelled")
            print(bridge.call(coroutine("classic afterwards")))
            """,
            """
            cancelled
            cancelled
            classic afterwards
            """,
        )

    def test_attach_to_a_fixture(self) -> None:
        self.program(
            """
            # As pytest-asyncio runs an asynchronous fixture: set up, test and teardown are tasks of their own.
            async def fixture():
                async with bridge.attach():
                    eventlet.sleep(0)
                    yield "value"

            async def test(value):
                eventlet.sleep(0.001)
                return value, green(1)

            loop = asyncio.new_event_loop()
            generator = fixture()
            value = loop.run_until_complete(generator.__anext__())
            print(loop.run_until_complete(test(value)))
            try:
                loop.run_until_complete(generator.__anext__())
            except StopAsyncIteration:
                print("torn down")
            loop.close()
            print(bridge.call(coroutine("classic afterwards")))
            """,
            """
            ('value', 1)
            torn down
            classic afterwards
            """,
        )

    def test_tasks_of_asyncio_are_killed_and_timed(self) -> None:
        self.program(
            """
            log = []

            async def worker(name):
                log.append(eventlet.getcurrent())
                try:
                    await asyncio.sleep(5)
                except BaseException as e:
                    print(name, type(e).__name__)
                    await asyncio.sleep(0.001)
                    raise
                finally:
                    print(name, "finally")

            async def main():
                t = asyncio.create_task(worker("killed"))
                await asyncio.sleep(0)
                eventlet.kill(log[-1])
                print("kill returned", t.done())
                try:
                    await t
                except asyncio.CancelledError as e:
                    print("task", type(e).__name__, t.cancelled())
                t = asyncio.create_task(worker("killed with"))
                await asyncio.sleep(0)
                eventlet.kill(log[-1], KeyError("k"))
                try:
                    await t
                except KeyError as e:
                    print("task", repr(e))

                async def timed():
                    with eventlet.Timeout(0.01) as timeout:
                        try:
                            await asyncio.sleep(5)
                        except eventlet.Timeout as e:
                            print("inside", e is timeout)
                            await asyncio.sleep(0.001)
                            eventlet.sleep(0.001)
                            await asyncio.sleep(0.001)
                    return "timed"

                print(await asyncio.create_task(timed()))

                async def swallows():
                    try:
                        await asyncio.sleep(5)
                    except BaseException:
                        await asyncio.sleep(0.001)
                    return "swallowed"

                t = asyncio.create_task(swallows())
                await asyncio.sleep(0)
                t.cancel()
                print(await t)
                t = asyncio.create_task(swallows())
                await asyncio.sleep(0)
                eventlet.kill(next(iter([g for g in gc.get_objects() if isinstance(g, type(log[0])) and g
                                         and getattr(g, "_offlet", None) is t._offlet])))
                print(await t)

                async def never():
                    print("no")

                t = asyncio.create_task(never())
                t.cancel()
                try:
                    await t
                except asyncio.CancelledError:
                    print("cancelled before it began")

            bridge.call(main())
            """,
            """
            killed GreenletExit
            kill returned False
            killed finally
            task KILLED True
            killed with KeyError
            killed with finally
            task KeyError('k')
            inside True
            timed
            swallowed
            swallowed
            cancelled before it began
            """
            # A task of Python 3.10 forgets with which kind of CancelledError it ended.
            .replace("KILLED", "GreenletExit" if sys.version_info >= (3, 11) else "CancelledError"),
        )

    def test_locks_of_asyncio_survive_other_exceptions(self) -> None:
        self.program(
            """
            # A lock of asyncio hands itself on for a CancelledError only. Here its waiter is thrown another exception
            # between the release and its turn.
            async def main():
                lock = asyncio.Lock()
                await lock.acquire()
                log = []

                def green(n):
                    try:
                        bridge.call(use(n))
                    except KeyError as e:
                        log.append((n, repr(e)))

                async def use(n):
                    async with lock:
                        log.append((n, "in"))
                        await asyncio.sleep(0)

                a = eventlet.spawn(green, "a")
                b = eventlet.spawn(green, "b")
                t = aio.spawn(use, "c")
                await asyncio.sleep(0.001)
                lock.release()
                eventlet.kill(a, KeyError("k"))
                for g in (a, b):
                    g.wait()
                await t
                print(lock.locked(), log[-2:], ("a", "KeyError('k')") in log)

            bridge.call(main())
            """,
            "False [('b', 'in'), ('c', 'in')] True",
        )

    def test_reentered_while_a_finalizer_runs(self) -> None:
        self.program(
            """
            class Resource:
                def __del__(self):
                    print("closed", bridge.call(coroutine("by a finalizer")))

            async def main():
                r = Resource()
                del r
                await asyncio.sleep(0)

            bridge.call(main())
            """,
            "closed by a finalizer",
        )

    @unittest.skipUnless(has("aiohttp") and has("requests"), "needs aiohttp and requests")
    def test_aiohttp_and_requests(self) -> None:
        self.program(
            """
            import requests
            from aiohttp import ClientSession, web
            from eventlet import wsgi

            local = threading.local()

            def app(environ, start_response):
                eventlet.sleep(0.01)
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [b"green"]

            async def handler(request):
                local.n = request.query["n"]
                r = requests.get(f"http://127.0.0.1:{port}/")      # blocks, below a coroutine
                time.sleep(0.001)
                with threading.Lock():
                    pass
                with eventlet.Timeout(0.001, False):
                    eventlet.sleep(1)
                return web.Response(text=f"{r.text} {request.query['n']} {local.n}")

            async def main():
                global port
                server = eventlet.listen(("127.0.0.1", 0))
                port = server.getsockname()[1]
                eventlet.spawn(wsgi.server, server, app, log=open(os.devnull, "w"))
                application = web.Application()
                application.router.add_get("/", handler)
                runner = web.AppRunner(application)
                await runner.setup()
                site = web.TCPSite(runner, "127.0.0.1", 0)
                await site.start()
                mine = site._server.sockets[0].getsockname()[1]
                async with ClientSession() as session:
                    async def get(i):
                        async with session.get(f"http://127.0.0.1:{mine}/?n={i}") as response:
                            return await response.text()
                    out = await asyncio.gather(*[get(i) for i in range(20)])
                    print(out == [f"green {i} {i}" for i in range(20)], out[0])
                await runner.cleanup()

            bridge.call(main())
            """,
            "True green 0 0",
            modes=(True,),
        )

    @unittest.skipUnless(has("uvloop"), "needs uvloop")
    def test_uvloop_owns_the_loop(self) -> None:
        self.program(
            """
            import uvloop

            async def main():
                async with bridge.attach():
                    eventlet.sleep(0.001)
                    a, b = eventlet.green.socket.socketpair()
                    g = eventlet.spawn(a.recv, 10)
                    b.sendall(b"x")
                    print(green(1), await asyncio.create_task(coroutine(2)), await aio.spawn(green, 3), g.wait())

            loop = uvloop.new_event_loop()
            loop.run_until_complete(main())
            loop.close()
            """,
            "1 2 3 b'x'",
        )


if __name__ == "__main__":
    unittest.main()
