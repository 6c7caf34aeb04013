import contextlib
import functools
import socket

import eventlet
from eventlet import Timeout

log = []


def retry(times, exceptions=(Exception,)):
    """Retries on ordinary errors.  A deadline of the caller is not an ordinary error."""
    def deco(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            for n in range(times):
                try:
                    return func(*args, **kwargs)
                except exceptions as e:
                    log.append('retry %d: %s' % (n, type(e).__name__))
            return 'gave up'
        return wrapper
    return deco


def upstream(delay, error=None):
    eventlet.sleep(delay)
    if error is not None:
        raise error
    return 'payload'


@retry(3)
def robust(delay, error=None):
    return upstream(delay, error)


def ignoring_io(delay, error=None):
    try:
        return upstream(delay, error)
    except (OSError, IOError, socket.timeout) as e:
        log.append('io %s' % type(e).__name__)
        return 'io error'


def suppressing(delay, error=None):
    with contextlib.suppress(Exception):
        return upstream(delay, error)
    return 'suppressed'


def translating(delay, error=None):
    try:
        return upstream(delay, error)
    except TimeoutError as e:                     # the one of the operating system
        return 'os timeout %s' % e
    except Exception as e:
        raise RuntimeError('upstream failed') from e
    except BaseException as e:
        log.append('base %s' % isinstance(e, Timeout))
        raise
    finally:
        log.append('finally')


def returning_finally(delay, error=None):
    try:
        upstream(delay, error)
    finally:
        return 'from finally'                     # swallows everything, also the deadline


def tuple_handler(delay, error=None):
    try:
        return upstream(delay, error)
    except (Exception, Timeout) as e:
        return 'tuple %s' % ('deadline' if isinstance(e, Timeout) else type(e).__name__)


def nested(delay, error=None):
    with Timeout(0.03, False):
        with Timeout(0.2, ValueError):
            return 'inner ' + upstream(delay, error)
    with Timeout(0.03) as mine:
        try:
            upstream(delay)
        except Timeout as t:
            if t is not mine:
                raise
            return 'second also late'
    return 'in time at the second attempt'
