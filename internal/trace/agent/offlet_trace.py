"""The agent of `offlet trace`: writes down, from inside of each Python process, the stacks that yield to Eventlet's hub.

A process appends to a file of its own, one JSON object per line, in the directory that OFFLET_TRACE names. A stack is
written the first time it is seen, so that a process that is killed, or ends by os._exit(), has said what it knew; how
often it was seen stands in a file mapped into memory, which outlives the process as well. A forked child begins files
of its own.

OFFLET_TRACE_SLOW=N also writes the stacks that kept the hub waiting for more than N milliseconds, OFFLET_TRACE_RAN=1
(Python 3.12 or newer) every function that ran.
"""

# Whatever is needed later is taken here: monkey_patch() replaces it in its module.
import json
import mmap
import os
import sys
from _thread import get_ident, start_new_thread
from os import O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_WRONLY, close, fchmod, ftruncate, getpid, open as os_open, write
from sys import _current_frames, _getframe
from time import monotonic, sleep

import sitecustomize  # the one beside this file

_SLOTS = 1 << 16  # stacks of a process; a slot is a count and, for slow ones, the longest time in milliseconds
_directory = os.environ["OFFLET_TRACE"]
_slow = float(os.environ.get("OFFLET_TRACE_SLOW") or 0) / 1000

_name = None  # of this process's files
_seen = {}  # hash of a stack -> its slot
_slots = None
_codes = {}  # id of a code object -> its number and the object, which keeps the id its own
_full = False
_ticks = {}  # thread -> how often its hub got on; only with OFFLET_TRACE_SLOW


def _write(**fields):
    data = (json.dumps(fields, separators=(",", ":")) + "\n").encode("utf-8", "backslashreplace")
    # opened each time: a daemon closes descriptors that are not its own, and opens others under their numbers
    try:
        fd = os_open(_name + ".jsonl", O_WRONLY | O_APPEND)
    except OSError:
        return  # the trace is over
    try:
        write(fd, data)
    finally:
        close(fd)


def _begin(forked=False):
    """Begin the files of this process."""
    global _name, _slots, _full
    _seen.clear()
    _codes.clear()
    _ticks.clear()
    _full = False
    for n in range(1000):  # an earlier process may have had the same number
        _name = os.path.join(_directory, "%d-%d" % (getpid(), n))
        try:
            fd = os_open(_name + ".jsonl", O_RDWR | O_CREAT | O_EXCL, 0o666)
        except FileExistsError:
            continue
        except OSError:
            break
        _world_writable(fd)
        close(fd)
        try:
            fd = os_open(_name + ".counts", O_RDWR | O_CREAT, 0o666)
            ftruncate(fd, _SLOTS * 16)
            _slots = memoryview(mmap.mmap(fd, _SLOTS * 16)).cast("Q")
            close(fd)
        except (OSError, ValueError):
            break
        _write(
            t="process",
            pid=getpid(),
            parent=os.getppid(),
            forked=forked,
            argv=list(getattr(sys, "orig_argv", None) or sys.argv),
            python="%d.%d.%d" % sys.version_info[:3],
            stdlib=os.path.dirname(os.__file__),
        )
        return
    _slots = None
    _full = True


def _world_writable(fd):
    # a server that becomes another user goes on writing
    try:
        fchmod(fd, 0o666)
    except OSError:
        pass


def _code(code):
    known = _codes.get(id(code))
    if known is None:
        known = _codes[id(code)] = (len(_codes), code)
        file = code.co_filename
        if not file.startswith("<"):
            file = os.path.abspath(file)
        _write(t="code", i=known[0], file=file, line=code.co_firstlineno, name=getattr(code, "co_qualname", code.co_name))
    return known[0]


def _new(kind, frame, key):
    """Write a stack that was not seen before; returns its slot."""
    global _full
    slot = len(_seen)
    if _full or slot >= _SLOTS:
        if not _full:
            _full = True
            _write(t="full")
        return None
    _seen[key] = slot
    stack = []
    while frame is not None:
        stack.append(frame.f_lineno or 0)
        stack.append(_code(frame.f_code))
        frame = frame.f_back
    stack.reverse()
    _write(t=kind, i=slot, s=stack)
    return slot


def _note(kind, frame, top=None):
    """Count a stack, innermost frame first. The hash alone is kept: two of 65,536 stacks share one once in 10^9 runs."""
    key = []
    add = key.append
    f = frame
    while f is not None:
        add(id(f.f_code))
        add(f.f_lasti)
        f = f.f_back
    if kind != "yield":
        add(kind)
    key = hash(tuple(key))
    slot = _seen.get(key)
    if slot is None:
        slot = _new(kind, frame, key)
        if slot is None:
            return None
    _slots[2 * slot] += 1
    return slot


def _like(new, old):
    new.__name__, new.__qualname__, new.__module__, new.__doc__ = old.__name__, old.__qualname__, old.__module__, old.__doc__
    return new


def _watch_hub(module):
    original = module.BaseHub.switch

    def switch(self):
        _note("yield", _getframe(1))
        return original(self)

    def switch_and_tick(self):
        _note("yield", _getframe(1))
        thread = get_ident()
        if thread not in _ticks:
            if not _ticks:
                start_new_thread(_watch_time, (getpid(),))
            _ticks[thread] = 0
        _ticks[thread] += 1
        try:
            return original(self)
        finally:
            _ticks[thread] = _ticks.get(thread, 0) + 1

    module.BaseHub.switch = _like(switch_and_tick if _slow else switch, original)


def _watch_kill(module):
    """kill() runs the killed green thread at once, without the hub."""
    original, getcurrent, hubs = module.kill, module.getcurrent, module.hubs

    def kill(g, *throw_args):
        if not g.dead and getcurrent() is not hubs.get_hub().greenlet:
            _note("yield", _getframe(1))
        return original(g, *throw_args)

    module.kill = _like(kill, original)


def _tick(method):
    """Each timer and each handle of a loop is a turn of its own."""

    def __call__(self, *args):
        thread = get_ident()
        if thread in _ticks:
            _ticks[thread] += 1
        return method(self, *args)

    return _like(__call__, method)


def _watch_timer(module):
    module.Timer.__call__ = _tick(module.Timer.__call__)


def _watch_handle(module):
    module.Handle._run = _tick(module.Handle._run)


def _idle(frame):
    """Whether a thread waits in its hub, and not in code that a hub called."""
    code = frame.f_code
    file = code.co_filename.replace("\\", "/")
    if "/eventlet/hubs/" in file:
        return True
    caller = frame.f_back
    return file.endswith("/selectors.py") and caller is not None and "/asyncio/" in caller.f_code.co_filename.replace("\\", "/")


def _watch_time(process):
    """Look every now and then, from a native thread, whether the hubs get on."""
    held = {}  # thread -> its tick when last seen, since when, slot of the stack
    while getpid() == process:
        sleep(_slow / 4)
        now = monotonic()
        frames = _current_frames()
        for thread, tick in list(_ticks.items()):
            frame = frames.get(thread)
            if frame is None:
                _ticks.pop(thread, None)
            elif held.get(thread, (None,))[0] != tick or _idle(frame):
                held[thread] = [tick, now, None]
            else:
                _, since, slot = held[thread]
                if now - since > _slow:
                    if slot is None:
                        slot = held[thread][2] = _note("slow", frame)
                    if slot is not None:
                        _slots[2 * slot + 1] = max(_slots[2 * slot + 1], int((now - since) * 1000))
        frame = frames = None  # or the program's objects live longer


def _watch_functions():
    if not hasattr(sys, "monitoring"):
        _write(t="no ran")
        return
    events = sys.monitoring
    tool = next(i for i in (4, 3, 5) if events.get_tool(i) is None)
    events.use_tool_id(tool, "offlet trace")

    def started(code, offset):
        if code.co_filename[:1] != "<":
            _write(t="ran", c=_code(code))
        return events.DISABLE

    events.register_callback(tool, events.events.PY_START, started)
    events.set_events(tool, events.events.PY_START)


_begin()
sitecustomize.when_imported("eventlet.hubs.hub", _watch_hub)
sitecustomize.when_imported("eventlet.greenthread", _watch_kill)
if _slow:
    sitecustomize.when_imported("eventlet.hubs.timer", _watch_timer)
    sitecustomize.when_imported("asyncio.events", _watch_handle)
if os.environ.get("OFFLET_TRACE_RAN"):
    _watch_functions()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _begin(forked=True))
