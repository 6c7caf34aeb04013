# SPDX-License-Identifier: Apache-2.0
"""Runs one scenario on the real Eventlet and on offlet, and compares what can be seen.

A scenario is an ``async def name(aio, log)`` in a file of ``scenarios/``. Its green form is made from the same source:
``async`` and ``await`` are taken away and ``aio`` is a namespace of Eventlet's own names (``green_names.py``). In files
whose name begins with ``mixed`` a scenario is ``async def name(ev, aio, bridge, log)``, where ``ev`` has Eventlet's
names in every mode, and the crossings are taken away too: ``bridge.call(f(x))`` becomes ``f(x)``,
``bridge.call_green(g, x)`` becomes ``g(x)``, ``bridge.iterate`` and ``bridge.next`` become ``iter`` and ``next``, and ``await bridge.awaited(thread)``, which is ``await thread``, becomes
``thread.wait()``.

Modes:

    green        Eventlet on its default hub: the oracle
    green_hub    Eventlet on its asyncio hub: the oracle too (a scenario may behave in either way)
    aio          offlet.aio under asyncio.run, no Eventlet in the process
    bridge       the same coroutines under bridge.call on Eventlet's asyncio hub
    bridge_mp    and with monkey_patch()
    portals      offlet.aio with main(..., portals=True): greenlet, no Eventlet
    aio_uvloop   offlet.aio on uvloop
    foreign      offlet.aio with a main program that asyncio drives: asyncio.run(scenario)
    theirs       crossings only: over what Eventlet's own guide offers (see probes.py)

Each scenario runs in a process of its own, forked from one that has imported what the mode needs. What it logs and
the exceptions it prints to stderr are compared.

    python harness.py MODE FILE [NAME ...]     runs scenarios in one mode and prints a JSON object
"""

from __future__ import annotations

import ast
import atexit
import faulthandler
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parent
SCENARIOS = HERE / "scenarios"
# Far more than any scenario needs: a machine may stand still for a while.
SECONDS = int(os.environ.get("OFFLET_TEST_SECONDS", "60"))
JOBS = int(os.environ.get("OFFLET_TEST_JOBS", "2"))
# The long proofs: many seeds, CPython's whole suite of asyncio, millions of crossings, the other Pythons.
LONG = bool(os.environ.get("OFFLET_LONG_TESTS"))
_left_out: list[str] = []

# A shell starts what it puts in the background with SIGINT ignored, and all that this starts inherits it. The programs
# that are to be interrupted would go on for ever then, CPython's test of asyncio.run among them.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def left_out(what: str) -> None:
    """Remember *what* this run does not prove; printed at its end."""
    if not _left_out:
        atexit.register(lambda: print("left out (OFFLET_LONG_TESTS=1 runs it): " + "; ".join(_left_out), file=sys.stderr))
    _left_out.append(what)


def environment(**more: str) -> dict[str, str]:
    """The environment of the programs that the tests start.

    Their byte code is kept for the time of this run, outside of the tree: compiling is half of a short program's time.
    """
    chosen = {**os.environ, "PYTHONHASHSEED": "0", "EVENTLET_NO_GREENDNS": "yes", "PYTHONPYCACHEPREFIX": _bytecode()}
    chosen.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**chosen, **more}


@functools.cache
def _bytecode() -> str:
    """The directory of the byte code. A run that another one starts, on another Python, uses that one's."""
    given = os.environ.get("PYTHONPYCACHEPREFIX")
    if given:
        return given
    for left in Path(tempfile.gettempdir()).glob("offlet-bytecode-*-*"):  # by a run that was killed
        try:
            os.kill(int(left.name.split("-")[2]), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (PermissionError, ValueError):
            pass
    owner = os.getpid()
    place = tempfile.mkdtemp(prefix=f"offlet-bytecode-{owner}-")

    def remove() -> None:
        if os.getpid() == owner:  # and not a fork, whose end is not that of the run
            shutil.rmtree(place, ignore_errors=True)

    atexit.register(remove)
    return place


class Greener(ast.NodeTransformer):
    """Makes the green form of a scenario."""

    RENAMED = {
        "anext": "next",
        "aiter": "iter",
        "StopAsyncIteration": "StopIteration",
        "__aenter__": "__enter__",
        "__aexit__": "__exit__",
        "__aiter__": "__iter__",
        "__anext__": "__next__",
    }

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        self.generic_visit(node)
        new = ast.FunctionDef(**{f: getattr(node, f) for f in node._fields})
        new.name = self.RENAMED.get(new.name, new.name)
        return ast.copy_location(new, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self.generic_visit(node)
        node.name = self.RENAMED.get(node.name, node.name)
        return node

    def visit_Await(self, node: ast.Await) -> Any:
        self.generic_visit(node)
        return node.value

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        self.generic_visit(node)
        return ast.copy_location(ast.For(**{f: getattr(node, f) for f in node._fields}), node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> Any:
        self.generic_visit(node)
        return ast.copy_location(ast.With(**{f: getattr(node, f) for f in node._fields}), node)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        node.is_async = 0
        return node

    def visit_Name(self, node: ast.Name) -> Any:
        node.id = self.RENAMED.get(node.id, node.id)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            if node.func.value.id == "bridge":
                if node.func.attr in ("call", "iterate_green", "context", "context_green"):
                    return node.args[0]
                if node.func.attr in ("iterate", "next"):
                    builtin = {"iterate": "iter", "next": "next"}[node.func.attr]
                    node.func = ast.copy_location(ast.Name(builtin, ast.Load()), node.func)
                    return node
                if node.func.attr == "awaited":
                    return ast.copy_location(ast.Call(ast.Attribute(node.args[0], "wait", ast.Load()), [], []), node)
                if node.func.attr == "call_green":
                    node.func, node.args = node.args[0], node.args[1:]
                    return node
            if node.func.attr == "spawn_for_awaitable" and isinstance(node.args[0], ast.Call):
                inner = node.args[0]
                node.func = ast.Attribute(ast.Name("aio", ast.Load()), "spawn", ast.Load())
                node.args = [inner.func, *inner.args]
                node.keywords = inner.keywords
        return node


class OuterGreener(ast.NodeTransformer):
    """Makes the scenarios themselves green and leaves the functions inside them: what is awaited is called across."""

    def visit_Module(self, node: ast.Module) -> Any:
        node.body = [self.outer(n) if isinstance(n, ast.AsyncFunctionDef) and n.name[0] != "_" else n for n in node.body]
        return node

    def outer(self, node: ast.AsyncFunctionDef) -> Any:
        new = ast.FunctionDef(**{f: getattr(node, f) for f in node._fields})
        new.body = [self.visit(statement) for statement in node.body]
        return ast.copy_location(new, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return node

    visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = visit_FunctionDef  # type: ignore[assignment]

    def across(self, name: str, value: Any) -> Any:
        function = ast.Attribute(ast.Name("bridge", ast.Load()), name, ast.Load())
        return ast.copy_location(ast.Call(function, [value], []), value)

    def visit_Await(self, node: ast.Await) -> Any:
        self.generic_visit(node)
        return self.across("call", node.value)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        self.generic_visit(node)
        node.iter = self.across("iterate", node.iter)
        return ast.copy_location(ast.For(**{f: getattr(node, f) for f in node._fields}), node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> Any:
        self.generic_visit(node)
        for item in node.items:
            item.context_expr = self.across("context", item.context_expr)
        return ast.copy_location(ast.With(**{f: getattr(node, f) for f in node._fields}), node)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if node.is_async:
            node.is_async = 0
            node.iter = self.across("iterate", node.iter)
        return node


def load(path: Path, green: bool | None) -> dict[str, Any]:
    """The names of a scenario file, in its green or its async form; None: only the scenarios themselves green."""
    tree = ast.parse(path.read_text(), str(path))
    if green is None or green:
        tree = ast.fix_missing_locations((OuterGreener() if green is None else Greener()).visit(tree))
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(tree, str(path), "exec"), names)
    return names


def scenario_names(path: Path) -> list[str]:
    """The scenarios of a file, in its order."""
    return [
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


def scenario_options(path: Path) -> dict[str, dict[str, Any]]:
    """What a file's OPTIONS says of its scenarios: see test_oracle.py."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "OPTIONS":
            options: dict[str, dict[str, Any]] = ast.literal_eval(node.value)
            return options
    return {}


def printed_exceptions(text: str) -> list[str]:
    """The last line of each traceback in *text*."""
    lines = text.splitlines()
    found = []
    inside = False
    for line in lines:
        if "exception was the direct cause" in line or "another exception occurred" in line:
            found.pop()  # only the last of a chain
        if line.startswith("Traceback (most recent call last)"):
            inside = True
        elif inside and line and not line[0].isspace():
            name, _, message = line.partition(":")
            found.append(name.rpartition(".")[2] + (":" + message if message else ""))
            inside = False
    return found


def noise(text: str) -> list[str]:
    """Complaints of the interpreter that no scenario may cause."""
    words = ("was never awaited", "Task was destroyed", "never retrieved", "Exception ignored", "coroutine ignored")
    # Eventlet's copy of threading complains on Python 3.13 of every fork in a green thread; without offlet too.
    of_eventlet = "ignored in: <function _after_fork at "
    return [line for line in text.splitlines() if any(word in line for word in words) and of_eventlet not in line]


# -- in the child -------------------------------------------------------------------------------------------------


def run_here(mode: str, path: Path, name: str) -> list[str]:
    """Run one scenario in this process and return its log."""
    out: list[str] = []

    def log(*words: Any) -> None:
        out.append(" ".join(map(str, words)))

    sys.path[:0] = [str(RUNTIME), str(HERE)]
    if mode in ("green", "green_hub"):
        import eventlet
        import eventlet.hubs

        eventlet.hubs.use_hub("eventlet.hubs.asyncio" if mode == "green_hub" else "epolls")
        if path.stem.startswith("mixed_mp"):
            eventlet.monkey_patch()
        import green_names

        eventlet.sleep(0)
        if path.stem.startswith("mixed"):
            load(path, True)[name](green_names.aio, green_names.aio, None, log)
        else:
            load(path, True)[name](green_names.aio, log)
    elif mode in ("aio", "aio_uvloop", "foreign", "portals"):
        import asyncio

        from offlet import aio

        scenario = load(path, False)[name]
        if mode == "foreign":
            asyncio.run(scenario(aio, log))
        elif mode == "aio_uvloop":
            import uvloop

            uvloop.new_event_loop().run_until_complete(aio.main(scenario(aio, log)))
        elif mode == "portals":
            asyncio.run(aio.main(scenario(aio, log), portals=True))
        else:
            assert "eventlet" not in sys.modules and "greenlet" not in sys.modules
            asyncio.run(aio.main(scenario(aio, log)))
    else:
        import eventlet
        import eventlet.hubs

        eventlet.hubs.use_hub("eventlet.hubs.asyncio")
        if mode == "theirs":
            import theirs

            eventlet.sleep(0)
            load(path, None)[name](theirs.green_names.aio, theirs.aio, theirs.bridge, log)
            return out
        if mode == "bridge_mp":
            eventlet.monkey_patch()
            eventlet.sleep(0)  # here the hub runs already when the bridge comes
        import green_names
        from offlet import aio, bridge

        scenario = load(path, False)[name]
        if path.stem.startswith("mixed"):
            bridge.awaited = lambda thread: thread  # type: ignore[attr-defined]
            bridge.call(scenario(green_names.aio, aio, bridge, log))
        else:
            bridge.call(scenario(aio, log))
    return out


def run_all(mode: str, path: Path, names: list[str]) -> dict[str, Any]:
    """Run each scenario in a fork of this process."""
    if mode in ("aio", "aio_uvloop", "foreign", "portals"):
        sys.path[:0] = [str(RUNTIME), str(HERE)]
        for blocked in ("eventlet", "greenlet"):
            sys.modules[blocked] = None  # type: ignore[assignment]
        import asyncio  # noqa: F401

        from offlet import aio  # noqa: F401

        for blocked in ("eventlet", "greenlet"):
            del sys.modules[blocked]
    else:
        import warnings

        warnings.simplefilter("ignore")
        import eventlet  # noqa: F401

        if mode == "bridge":
            sys.path[:0] = [str(RUNTIME), str(HERE)]
            from offlet import bridge  # noqa: F401
    results = {}
    for name in names:
        began = time.monotonic()
        with tempfile.TemporaryFile("w+") as errors, tempfile.TemporaryFile("w+") as answer:
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    os.dup2(errors.fileno(), 2)
                    signal.signal(signal.SIGALRM, signal.SIG_DFL)
                    signal.alarm(SECONDS)
                    faulthandler.dump_traceback_later(SECONDS * 0.9, file=errors.fileno())
                    try:
                        out = run_here(mode, path, name)
                    except BaseException as error:
                        traceback.print_exc()
                        out = [f"scenario raised {type(error).__name__}: {error}"]
                    json.dump(out, answer)
                    answer.flush()
                    code = 0
                finally:
                    sys.stderr.flush()
                    if code == 0 and not mode.startswith("green"):
                        sys.exit(0)  # with the interpreter's own end, which must be silent
                    os._exit(code)
            _, status = os.waitpid(pid, 0)
            errors.seek(0)
            answer.seek(0)
            text = errors.read()
            said = answer.read()
            out = json.loads(said) if said else [f"died with status {status}"]
            results[name] = {"log": out, "printed": printed_exceptions(text), "noise": noise(text), "stderr": text}
            results[name]["seconds"] = round(time.monotonic() - began, 2)
    return results


# -- in the tests -------------------------------------------------------------------------------------------------


def run_file(mode: str, path: Path, names: list[str] | None = None) -> dict[str, Any]:
    """Run the scenarios of a file in *mode*, in a new interpreter."""
    command = [sys.executable, str(HERE / "harness.py"), mode, str(path), *(names or [])]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=600)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    the_mode, the_path, *the_names = sys.argv[1:]
    file = Path(the_path)
    everything = run_all(the_mode, file, the_names or scenario_names(file))
    if os.getpid() and everything is not None:
        print(json.dumps(everything))
