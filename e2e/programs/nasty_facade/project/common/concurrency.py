"""Everything concurrent goes through here, so that the library can be exchanged.

The rest of the project never says the library's name.
"""
import os

try:
    import eventlet
    from eventlet import greenpool
    from eventlet import semaphore
    from eventlet.queue import Empty, Full
    from eventlet.queue import LightQueue as Queue
    from eventlet.timeout import Timeout as _Timeout
except ImportError:                      # documentation builds
    eventlet = None

__all__ = ['spawn', 'spawn_n', 'sleep', 'wait', 'Pool', 'Queue', 'Lock', 'Timeout', 'Empty', 'Full',
           'kill', 'TaskExit', 'synchronized', 'patch']

if eventlet is not None:
    from greenlet import GreenletExit as TaskExit

    sleep = eventlet.sleep
    spawn_n = eventlet.spawn_n
    kill = eventlet.kill
    Lock = semaphore.Semaphore


class Timeout(_Timeout):
    """Adds the name of the operation."""

    def __init__(self, seconds=None, what='operation'):
        super().__init__(seconds)
        self.what = what

    def __str__(self):
        return '%s took too long' % self.what


class Pool(greenpool.GreenPool):
    """Usable with `with`; waits for its tasks at the end."""

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc, tb):
        self.waitall()
        return False

    def map(self, func, items):
        return list(self.imap(func, items))


class Task(object):
    def __init__(self, gt, name):
        self._gt = gt
        self.name = name

    def result(self, default=None):
        try:
            return self._gt.wait()
        except TaskExit:
            return default

    def __getattr__(self, attr):
        return getattr(self._gt, attr)


def spawn(func, *args, **kwargs):
    return Task(eventlet.spawn(func, *args, **kwargs), getattr(func, '__name__', '?'))


def wait(tasks):
    return [t.result() for t in tasks]


def synchronized(lock_name):
    def deco(method):
        def inner(self, *args, **kwargs):
            with getattr(self, lock_name):
                return method(self, *args, **kwargs)
        inner.__name__ = method.__name__
        return inner
    return deco


def patch():
    if os.environ.get('NO_PATCH') != '1':
        eventlet.monkey_patch(os=False, thread=False)
        return True
    return False
