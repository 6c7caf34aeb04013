"""The agent of `offlet hub --check`: says, from inside of each Python process, which hub it runs on.

Events go to the file that OFFLET_HUB_REPORT names, one JSON object per line. They are written when they happen, so that
a process that is killed, or ends by os._exit(), has said what it knew.
"""

import _thread
import atexit
import json
import os
import sys

import sitecustomize  # the one beside this file

_HUB_MODULE = "eventlet.hubs.hub"
_main_thread = _thread.get_ident()
_hubs = []  # of this process; a forked child goes on with its parent's


def _write(event, **fields):
    fields.update(event=event, pid=os.getpid(), ppid=os.getppid(), argv=list(getattr(sys, "orig_argv", None) or sys.argv))
    data = (json.dumps(fields) + "\n").encode("utf-8", "backslashreplace")
    try:
        fd = os.open(os.environ["OFFLET_HUB_REPORT"], os.O_WRONLY | os.O_APPEND)
    except (KeyError, OSError):
        return  # the check is over
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def _write_hub(event, hub, **fields):
    kinds = [k for k in type(hub).__mro__ if k.__module__.startswith("eventlet.hubs.") and k.__module__ != _HUB_MODULE]
    kind = kinds[0] if kinds else type(hub)
    patcher = sys.modules.get("eventlet.patcher")
    patched = sorted(k for k, v in getattr(patcher, "already_patched", {}).items() if v is not None and isinstance(k, str))
    _write(
        event,
        hub=kind.__module__ + "." + kind.__qualname__,
        thread=hub._offlet_thread,
        eventlet=getattr(sys.modules.get("eventlet"), "__version__", "?"),
        patched=patched,
        **fields
    )


def _watch(module):
    original = module.BaseHub.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self._offlet_thread = "main" if _thread.get_ident() == _main_thread else "other"
        _hubs.append(self)
        _write_hub("hub", self)

    __init__.__doc__ = original.__doc__
    module.BaseHub.__init__ = __init__


def _forked():
    for hub in _hubs:
        _write_hub("hub", hub, forked=True)


def _ended():
    for hub in _hubs:
        greenlet = getattr(hub, "greenlet", None)
        ran = bool(greenlet) or bool(getattr(greenlet, "dead", False))
        # dnspython may import requests, which needs a hub while Eventlet is only half imported: such a hub never works
        half = hasattr(hub, "_post_initialize") and not hasattr(hub, "sleep_event")
        _write_hub("end", hub, ran=ran, half=half)


_write("start", python="%d.%d.%d" % sys.version_info[:3])
sitecustomize.when_imported(_HUB_MODULE, _watch)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
atexit.register(_ended)
