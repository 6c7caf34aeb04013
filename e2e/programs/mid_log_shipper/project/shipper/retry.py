import functools
import eventlet
from .errors import Transient


def retry(times, on=(Transient,), notify=None):
    def decorator(fn):
        @functools.wraps(fn)
        def wrapped(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    result = fn(*args, **kwargs)
                except on as exc:
                    if notify:
                        notify(fn.__name__, attempt, exc)
                    last = exc
                    eventlet.sleep(getattr(exc, 'after', 0))
                else:
                    break
            else:
                # all attempts used up
                raise last
            return result
        wrapped.attempts = times
        return wrapped
    return decorator
