"""Token bucket and concurrency limits for calls to a partner API."""
import contextlib
import functools

import eventlet
from eventlet import semaphore


class RateExceeded(Exception):
    pass


class TokenBucket(object):
    def __init__(self, capacity, refill_every):
        self.capacity = capacity
        self.refill_every = refill_every
        self._tokens = semaphore.Semaphore(capacity)
        self._out = 0
        self._refiller = eventlet.spawn(self._refill)

    @property
    def available(self):
        return self.capacity - self._out

    def _refill(self):
        while True:
            eventlet.sleep(self.refill_every)
            if self._out > 0:
                self._out -= 1
                self._tokens.release()

    def take(self, block=True):
        if not block:
            if not self._tokens.acquire(False):
                raise RateExceeded('bucket is empty')
        else:
            self._tokens.acquire()
        self._out += 1

    def close(self):
        self._refiller.kill()


class Slot(object):
    """Concurrency slot, usable with `with`; remembers how crowded it was."""

    def __init__(self, sem, name):
        self.sem, self.name = sem, name

    def __enter__(self):
        self.sem.acquire()
        print('%s enters' % self.name)
        return self

    def __exit__(self, exc_type, exc, tb):
        if exc_type is not None:
            print('%s leaves with %s' % (self.name, exc_type.__name__))
        else:
            print('%s leaves' % self.name)
        self.sem.release()
        return exc_type is KeyError        # unknown customers are not errors


@contextlib.contextmanager
def throttled(bucket, what):
    bucket.take()
    print('token for %s' % what)
    try:
        yield what.upper()
    except ValueError as e:
        print('%s refused: %s' % (what, e))
    finally:
        eventlet.sleep(0.01)           # partner wants a pause after each call
        print('done with %s' % what)


def limited(bucket, block=True):
    def deco(func):
        @functools.wraps(func)
        def inner(*args, **kwargs):
            bucket.take(block)
            return func(*args, **kwargs)
        return inner
    return deco
