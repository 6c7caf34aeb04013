# SPDX-License-Identifier: Apache-2.0
"""Breaks the runtime in many ways, one at a time, and checks that the scenarios see it.

    python mutations.py [WORD]      only mutations whose name has WORD

Prints for each mutation how many scenarios failed, and at the end the scenarios that none has made fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import harness
from test_oracle import shown

# name: (file below offlet/, text, replacement, scenario files)
MUTATIONS: dict[str, tuple[str, str, str, str]] = {
    "kill only asks": ("aio/_task.py", "await me._handoff(lambda: strand._throw(error))", "strand._loop.call_soon(strand._throw, error)", "tasks equivalence"),
    "kill does not yield": ("aio/_core.py", "        await Handoff(action)\n", "        action()\n", "tasks"),
    "kill of the unstarted runs it": ("aio/_core.py", "        self._do_not_begin()\n        self._dead = True", "        return", "tasks equivalence"),
    "unstarted outcome is given": ("aio/_task.py", '        unstarted = IndexError("tuple index out of range")', "        pass", "tasks"),
    "kill always GreenletExit": ("aio/_task.py", "    error = exception_of(throw_args)\n    if strand:", "    error = exception_of(())\n    if strand:", "tasks"),
    "cancel kills the started": ("aio/_task.py", "        if not self:\n            await kill", "        if True:\n            await kill", "tasks equivalence"),
    "kill self is scheduled": ("aio/_task.py", "    if strand is me:\n        raise exception_of(throw_args)", "    if strand is me:\n        return", "tasks equivalence"),
    "dead too early": ("aio/_task.py", "        self._exited = True\n        self._value", "        self._exited = self._dead = True\n        self._value", "tasks"),
    "no printing": ("aio/_core.py", "        if self.print_exceptions:\n            print_exception(error)", "        pass", "tasks equivalence timeouts queues pools semaphores"),
    "GreenletExit printed": ("aio/_core.py", "        if isinstance(error, asyncio.CancelledError):\n            return\n        if isinstance(error, (SystemExit", "        if isinstance(error, (SystemExit", "tasks equivalence pools"),
    "links after waiters": ("aio/_task.py", "        for waiter in waiters or ():\n            waiter.wake()", "        for waiter in waiters or ():\n            waiter.switch()", "tasks equivalence"),
    "links not awaited": ("aio/_task.py", "                if is_coroutine(value):\n                    return value\n        except", "                if is_coroutine(value):\n                    value.close()\n        except", "tasks sockets"),
    "late link deferred": ("aio/_task.py", "        if not self._exited or self._linking:\n            return Completed()", "        if True:\n            return Completed()", "tasks equivalence pools"),
    "unlink does nothing": ("aio/_task.py", "            self._links.remove((func, args, kwargs))", "            pass", "tasks"),
    "context inherited": ("aio/_core.py", "        self._context = contextvars.Context()\n\n    @property\n    def dead", "        self._context = contextvars.copy_context()\n\n    @property\n    def dead", "tasks"),
    "spawn runs at once": ("aio/_task.py", "        strand._handle = scheduler.loop.call_soon(strand._begin, context=strand._context)\n    return strand", "        strand._context.run(strand._begin)\n    return strand", "tasks equivalence"),
    "spawn not kept": ("aio/_task.py", "    scheduler.alive.add(strand)\n", "", "equivalence"),
    "abandoned are closed": ("aio/_main.py", "        abandon(scheduler)\n", "        [s._coro.close() for s in list(scheduler.alive) if s._coro]\n", "equivalence"),
    "spawn_after ignores time": ("aio/_task.py", "    if seconds > 0:\n        strand._handle = scheduler.loop.call_later(seconds,", "    if seconds > 0:\n        strand._handle = scheduler.loop.call_later(0,", "equivalence tasks"),
    "local owner ignored": ("aio/_task.py", "    task._owner = owner\n", "", "tasks"),
    "value awaited": ("aio/_core.py", "        if type(value) is CoroutineType or (value is not None and isinstance(value, Coroutine)):\n            return value\n        return self._ended", "        if hasattr(value, '__await__'):\n            return value.wait() if hasattr(value, 'wait') else value\n        return self._ended", "tasks"),
    "waiter kill reaches task": ("aio/_task.py", "            try:\n                await waiter\n            finally:\n                if self._waiters", "            try:\n                await waiter\n            except BaseException as e:\n                self._throw(e)\n                raise\n            finally:\n                if self._waiters", "tasks equivalence"),
    "current is not the task": ("aio/_core.py", "    try:\n        return task._offlet  # type", "    try:\n        return object()  # type", "tasks pools locals_and_iteration"),
    "timeout at the end": ("aio/_timeout.py", "        self.strand._throw(error)\n", "        pass\n", "timeouts equivalence"),
    "timeout another instance": ("aio/_timeout.py", "self if own else self.exception", "Timeout(None) if own else self.exception", "timeouts equivalence"),
    "timeout never silent": ("aio/_timeout.py", "        return value is self and self.exception is False\n", "        return False\n", "timeouts equivalence sockets"),
    "timeout swallows others": ("aio/_timeout.py", "        return value is self and self.exception is False\n", "        return self.exception is False\n", "timeouts"),
    "timeout not cancelled": ("aio/_timeout.py", "        self.cancel()\n        return value is self", "        return value is self", "timeouts"),
    "timeout zero later": ("aio/_timeout.py", "        if seconds > 0:\n            self._handle", "        if seconds >= 0:\n            self._handle", "timeouts equivalence"),
    "timeout restarts": ("aio/_timeout.py", "        if self.timer is None:\n            self.start()\n        return self", "        self.cancel()\n        self.start()\n        return self", "timeouts"),
    "timeout text": ("aio/_timeout.py", 'f"{text} (silent)"', "text", "timeouts equivalence"),
    "with_timeout value lost": ("aio/_timeout.py", "        if error is timeout and value is not _MISSING:", "        if value is not _MISSING:", "timeouts"),
    "is_timeout narrow": ("aio/_timeout.py", ' or isinstance(obj, TimeoutError)', "", "timeouts"),
    "event wakes at once": ("aio/_event.py", "                waiter.wake(result)", "                waiter.switch(result)", "events equivalence"),
    "event twice": ("aio/_event.py", '        assert self._result is _NOT_USED, "Trying to re-send() an already-triggered event."\n', "", "events equivalence"),
    "event timeout raises": ("aio/_event.py", "        finally:\n            self._waiters.pop(waiter, None)", "            raise TimeoutError\n        finally:\n            self._waiters.pop(waiter, None)", "events"),
    "event keeps result": ("aio/_event.py", "        self._result = _NOT_USED\n        self._error = None\n\n    def _outcome", "        pass\n\n    def _outcome", "events equivalence"),
    "event exception lost": ("aio/_event.py", "        if self._error is not None:\n            raise exception_of", "        if False:\n            raise exception_of", "events"),
    "semaphore barging": ("aio/_semaphore.py", "        elif self.counter <= 0 or self._waiters:", "        elif self.counter <= 0:", "semaphores equivalence"),
    "semaphore last first": ("aio/_semaphore.py", "            self._waiters.popleft().switch()", "            self._waiters.pop().switch()", "semaphores equivalence"),
    "semaphore at once": ("aio/_semaphore.py", "            strand._loop.call_soon(self._admit, context=strand._scheduler.neutral)\n        return True", "            self._admit()\n        return True", "semaphores equivalence pools"),
    "semaphore timeout raises": ("aio/_semaphore.py", "        with Timeout(timeout, False):", "        with Timeout(timeout):", "semaphores"),
    "semaphore waiter left": ("aio/_semaphore.py", "            if waiter in self._waiters:\n                self._waiters.remove(waiter)", "            pass", "semaphores timeouts pools"),
    "bounded unbounded": ("aio/_semaphore.py", "        if self.counter >= self.original_counter:", "        if False:", "semaphores"),
    "capped loses": ("aio/_semaphore.py", "            self.upper_bound.counter -= 1\n", "            pass\n", "semaphores"),
    "capped never waits": ("aio/_semaphore.py", "            return await self.upper_bound.acquire()", "            return True", "semaphores"),
    "lock unlocked": ("aio/_lock.py", '            raise RuntimeError("release unlocked lock")', "            pass", "semaphores"),
    "rlock not owned": ("aio/_lock.py", "        if self._owner is me:\n            self._count += 1\n            return True\n", "", "semaphores"),
    "rlock any owner": ("aio/_lock.py", '            raise RuntimeError("cannot release un-acquired lock")', "            pass", "semaphores"),
    "condition keeps lock": ("aio/_lock.py", "        count = self._lock._give_up() if isinstance(self._lock, RLock) else self._lock.release()", "        count = 1", "semaphores"),
    "condition notifies one": ("aio/_lock.py", "        self.notify(len(self._waiters))", "        self.notify(1)", "semaphores"),
    "queue zero unlimited": ("aio/_queue.py", "self.maxsize = None if maxsize is None or maxsize < 0 else maxsize", "self.maxsize = None if not maxsize or maxsize < 0 else maxsize", "queues equivalence"),
    "queue never full": ("aio/_queue.py", "        return self.maxsize is not None and self.qsize() >= self.maxsize", "        return False", "queues equivalence"),
    "queue hands over at once": ("aio/_queue.py", "        strand._loop.call_soon(self._unlock, context=strand._scheduler.neutral)", "        self._unlock()", "queues equivalence"),
    "queue get forgets putters": ("aio/_queue.py", "        if self.qsize():\n            if self._putters:\n                self._unlock_soon()\n            return self._get()", "        if self.qsize():\n            return self._get()", "queues pools"),
    "queue killed getter stays": ("aio/_queue.py", "            self._getters.pop(waiter, None)\n", "            pass\n", "queues timeouts"),
    "queue killed putter stays": ("aio/_queue.py", "                self._putters.pop(putter, None)\n            if not", "            if not", "queues"),
    "queue timeout another": ("aio/_queue.py", "Timeout(timeout, Empty)", "Timeout(timeout)", "queues equivalence"),
    "queue lifo": ("aio/_queue.py", "        return self.queue.popleft()", "        return self.queue.pop()", "queues equivalence pools"),
    "queue tasks not counted": ("aio/_queue.py", "        self.unfinished_tasks += 1\n", "        pass\n", "queues equivalence"),
    "queue joined early": ("aio/_queue.py", "        if self.unfinished_tasks > 0:\n            await", "        if False:\n            await", "queues equivalence"),
    "queue resize idle": ("aio/_queue.py", "        if self.maxsize is not None and (size is None or size > self.maxsize):", "        if False:", "queues"),
    "priority not": ("aio/_queue.py", "        heapq.heappush(self.queue, item)", "        self.queue.append(item)", "queues"),
    "pool unbounded": ("aio/_pool.py", "        await self.sem.acquire()\n        task = spawn", "        self.sem.counter -= 1\n        task = spawn", "pools equivalence sockets"),
    "pool not reentrant": ("aio/_pool.py", "        if self.sem.locked() and current() in self.coroutines_running:\n            inline", "        if False:\n            inline", "pools equivalence"),
    "pool inline hides errors": ("aio/_pool.py", "            await inline._run_inline(function, args, kwargs)", "            try:\n                await inline._run_inline(function, args, kwargs)\n            except Exception:\n                pass", "equivalence"),
    "pool place kept": ("aio/_pool.py", "        self.sem.release()\n", "        pass\n", "pools equivalence"),
    "pool waitall at once": ("aio/_pool.py", "        if self.running():\n            await", "        if False:\n            await", "pools equivalence"),
    "pool resize forgets": ("aio/_pool.py", "        self.sem.counter += new_size - self.size\n", "", "pools"),
    "imap reads all": ("aio/_pool.py", "        self.waiters = LightQueue(self.pool.size)", "        self.waiters = LightQueue()", "pools equivalence"),
    "imap ends at error": ("aio/_pool.py", "        value = await self._next()\n", "        try:\n            value = await self._next()\n        except Exception:\n            self._exhausted = True\n            raise\n", "equivalence"),
    "imap no end": ("aio/_pool.py", "        if isinstance(value, (StopIteration, StopAsyncIteration)):", "        if False:", "pools equivalence"),
    "pile order": ("aio/_pool.py", "        self.waiters: LightQueue[Task] = LightQueue()", "        self.waiters: LightQueue[Task] = __import__(__package__ + '._queue', fromlist=['x']).LifoQueue()", "pools equivalence"),
    "pile never ends": ("aio/_pool.py", "        if self.counter == 0:\n            raise StopAsyncIteration\n        return await self._next()", "        return await self._next()", "pools equivalence"),
    "resource never waits": ("aio/_resource.py", "        if self.current_size < self.max_size:", "        if True:", "pools"),
    "resource lost": ("aio/_resource.py", "            self.free_items.append(item)\n        return Returned(False)", "            pass\n        return Returned(False)", "pools"),
    "resource stack": ("aio/_resource.py", "        if self.order_as_stack:", "        if not self.order_as_stack:", "pools"),
    "resource size kept": ("aio/_resource.py", "            self.current_size -= 1\n            raise", "            raise", "pools"),
    "resource handed later": ("aio/_resource.py", "        if self._handed_over:\n            yield", "        if False:\n            yield", "pools"),
    "local shared": ("aio/_local.py", "    strand = current()\n", "    from ._core import root\n    strand = root()\n", "locals_and_iteration"),
    "local init once": ("aio/_local.py", "            kind.__init__(local, *args, **kwargs)\n            return", "            return", "locals_and_iteration"),
    "zip one more": ("aio/_iter.py", "        for iterator in self._iterators:\n            try:", "        for iterator in reversed(self._iterators):\n            try:", "locals_and_iteration pools"),
    "map eager": ("aio/_iter.py", "        return await maybe(self._function(*arguments))", "        return self._function(*arguments)", "locals_and_iteration"),
    "filter keeps": ("aio/_iter.py", "            if item if self._function is None else await maybe(self._function(item)):", "            if True:", "locals_and_iteration"),
    "any reads all": ("aio/_iter.py", "        if item:\n            return True\n    return False", "        found = item\n    return False", "locals_and_iteration"),
    "all reads all": ("aio/_iter.py", "        if not item:\n            return False\n    return True", "        pass\n    return True", "locals_and_iteration"),
    "enumerate from zero": ("aio/_iter.py", "        self._next = start", "        self._next = 0", "locals_and_iteration"),
    "new without init": ("aio/_iter.py", "        if is_coroutine(result):\n            result = await result", "        if is_coroutine(result):\n            result = result.close()", "locals_and_iteration"),
    "maybe never": ("aio/_iter.py", "    return await value if is_coroutine(value) else value", "    return value", "locals_and_iteration"),
    "recv reset raises": ("aio/_socket.py", "                    if error.errno in _CLOSED:\n                        return empty", "                    if False:\n                        return empty", "sockets"),
    "socket no timeout": ("aio/_socket.py", "            timeout = self._timeout\n", "            timeout = None\n", "sockets tls"),
    "second reader allowed": ("aio/_fd.py", "        raise _second(watch)\n    watch.waiter = waiter\n    timer", "        pass\n    watch.waiter = waiter\n    timer", "sockets"),
    "closed not told": ("aio/_fd.py", "                tables.orphans.setdefault(fd, []).append(waiter)", "                pass", "sockets"),
    "closing wakes": ("aio/_fd.py", "                tables.orphans.setdefault(fd, []).append(waiter)", "                waiter.wake()", "sockets"),
    "sendall once": ("aio/_socket.py", "        if sent < total:", "        if False:", "sockets"),
    "nonblocking blocks": ("aio/_socket.py", "        self.act_non_blocking = not flag", "        self.act_non_blocking = False", "sockets"),
    "file forgets io refs": ("aio/_file.py", "        sock.fd._io_refs += 1\n", "", "sockets"),
    "file reads on after timeout": ("aio/_file.py", "            self._timed_out = True\n", "", "sockets"),
    "file line by line": ("aio/_file.py", '            end = self._in.find(b"\\n", start, limit) + 1', "            end = len(self._in)", "sockets"),
    "text newline": ("aio/_file.py", "        self._translate = newline is None", "        self._translate = False", "sockets"),
    "text write newline": ("aio/_file.py", '            if newline not in ("", "\\n"):', "            if False:", "sockets"),
    "text decoder": ("aio/_file.py", "        self._chars += self._decoder.decode(data, final=not data)", "        self._chars += data.decode(self.encoding, 'ignore')", "sockets"),
    "file not flushed": ("aio/_file.py", "            try:\n                await self._send_out()\n            finally:\n                self._closed = True", "            try:\n                pass\n            finally:\n                self._closed = True", "sockets"),
    "unbuffered buffered": ("aio/_file.py", "    size = _BUFFER if buffering is None or buffering < 0 else buffering", "    size = _BUFFER", "sockets"),
    "serve ignores errors": ("aio/_serve.py", "        await kill(server, type(error), error, error.__traceback__)", "        pass", "sockets"),
    "serve keeps connections": ("aio/_serve.py", "            connection.close()", "            pass", "sockets"),
    "thread result lost": ("aio/_thread.py", "    return job.value\n", "    return None\n", "threads equivalence"),
    "thread error lost": ("aio/_thread.py", "    if job.error is not None:", "    if False:", "threads equivalence"),
    "tpool unlimited": ("aio/_thread.py", '        _tpool = Threads("tpool_thread", size)', '        _tpool = Threads("tpool_thread", 1000)', "equivalence"),
    "threads one": ("aio/_thread.py", '        _threads = Threads("offlet", _thread_limit)', '        _threads = Threads("offlet", 1)', "threads"),
    "dag no error": ("aio/_dag.py", "            result = PropagateError(key, error)", "            result = None", "dag"),
    "dag collision": ("aio/_dag.py", "        if key in self.values and not replace:", "        if False:", "dag"),
    "dag pending": ("aio/_dag.py", "                    pending.remove(key)\n", "", "dag"),
    "select returns all": ("aio/_select.py", "waiter, ([file], [], [])", "waiter, ([file, file], [], [])", "processes"),
    "select no timeout": ("aio/_select.py", "        if timeout is not None:\n            handles", "        if False:\n            handles", "processes"),
    "popen wait at once": ("aio/_subprocess.py", "            if status is not None:\n                return status", "            return status", "processes"),
    "popen no input": ("aio/_subprocess.py", "            while self._input:", "            while False:", "processes"),
    "popen no output": ("aio/_subprocess.py", "            output += data\n", "            pass\n", "processes"),
    "tls plain": ("aio/_tls.py", "        return await self.read(bufsize)", "        return await super().recv(bufsize)", "tls"),
    "tls no check": ("aio/_tls.py", "            self._in, self._out, self.server_side, self.server_hostname, session", "            self._in, self._out, self.server_side, 'localhost' if self.server_hostname else None, session", "tls"),
    "sleep zero waits": ("aio/_sleep.py", "    if seconds <= 0:", "    if seconds < 0:", "equivalence"),
    "wakeups not stale": ("aio/_core.py", "        if self._waiting is waiter:\n            self._waiting = None\n            self._advance", "        if True:\n            self._waiting = None\n            self._advance", "events tasks"),
}  # fmt: skip


def main(word: str = "") -> None:
    oracles: dict[str, Any] = {}
    seen_failing: set[str] = set()
    every: set[str] = set()
    survivors = []
    for name, (file, old, new, stems) in MUTATIONS.items():
        if word not in name:
            continue
        text = (harness.RUNTIME / "offlet" / file).read_text()
        if text.count(old) < 1:
            print(f"{name}: text not found in {file}")
            survivors.append(name)
            continue
        failing = []
        with tempfile.TemporaryDirectory() as place:
            broken = Path(place) / "runtime"
            shutil.copytree(harness.RUNTIME / "offlet", broken / "offlet")
            shutil.copytree(harness.HERE, broken / "tests")
            (broken / "offlet" / file).write_text(text.replace(old, new))
            for stem in stems.split():
                path = harness.SCENARIOS / f"{stem}.py"
                options = harness.scenario_options(path)
                if stem not in oracles:
                    oracles[stem] = [harness.run_file(mode, path) for mode in ("green", "green_hub")]
                try:
                    run = run_broken(broken, path)
                except Exception as error:
                    failing.append(f"{stem} as a whole: {str(error)[-80:]}")
                    continue
                for scenario, result in run.items():
                    chosen = options.get(scenario, {})
                    allowed = [shown(oracle[scenario], chosen) for oracle in oracles[stem]]
                    if "differs" in chosen:
                        allowed = [{"log": chosen["differs"], "printed": allowed[0]["printed"]}]
                    every.add(f"{stem}.{scenario}")
                    if shown(result, chosen) not in allowed or result["noise"]:
                        failing.append(f"{stem}.{scenario}")
        seen_failing.update(failing)
        if not failing:
            survivors.append(name)
        print(f"{name}: {len(failing)} {' '.join(failing[:4])}", flush=True)
    print("\nsurvived:", survivors or "none")
    print("never failed:", sorted(every - seen_failing) or "none")


def run_broken(runtime: Path, path: Path) -> Any:
    import json

    command = [sys.executable, str(runtime / "tests" / "harness.py"), "aio", str(path)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "OFFLET_TEST_SECONDS": "3"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
