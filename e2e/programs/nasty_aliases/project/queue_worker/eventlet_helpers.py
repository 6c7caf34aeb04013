"""Our own helpers; the name only says what they are made of."""
import functools

import eventlet as ev
from eventlet import greenthread as gt_module
from eventlet import spawn as go, spawn_after
from eventlet.greenpool import GreenPool as _Pool

nap = ev.sleep
soon = functools.partial(spawn_after, 0.05)
later = functools.partial(ev.spawn_after, 0.15)
short = functools.partial(ev.sleep, 0.02)
stop, me = gt_module.kill, gt_module.getcurrent
pool_of = _Pool
Limit = getattr(ev, 'Timeout')


def run_all(*funcs):
    return [t.wait() for t in [go(f) for f in funcs]]


def yielding(func):
    @functools.wraps(func)
    def wrapper(*a, **kw):
        nap(0)
        return func(*a, **kw)
    return wrapper
