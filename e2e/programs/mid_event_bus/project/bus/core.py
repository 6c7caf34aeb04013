import fnmatch
import functools

import eventlet


class DeliveryError(Exception):
    def __init__(self, topic, failures):
        Exception.__init__(self, '%s: %d handler(s) failed' % (topic, len(failures)))
        self.failures = failures


class Bus:
    """Synchronous and fire-and-forget delivery to whoever subscribed."""

    def __init__(self):
        self._subs = {}
        self.middleware = []
        self.on_idle = None
        self._in_flight = 0

    def subscribe(self, pattern, handler=None, **defaults):
        if handler is None:                     # used as a decorator
            return functools.partial(self.subscribe, pattern, **defaults)
        if defaults:
            handler = functools.partial(handler, **defaults)
        self._subs.setdefault(pattern, []).append(handler)
        return handler

    def handlers(self, topic):
        return [h for pattern, hs in self._subs.items() if fnmatch.fnmatch(topic, pattern) for h in hs]

    def publish(self, topic, *args, **kwargs):
        """Call every handler in turn; returns the non-None answers."""
        answers, failures = [], []
        for handler in self.handlers(topic):
            call = handler
            for mw in reversed(self.middleware):
                call = functools.partial(mw, call)
            try:
                answer = call(topic, *args, **kwargs)
            except Exception as exc:
                failures.append(exc)
            else:
                if answer is not None:
                    answers.append(answer)
        if failures:
            raise DeliveryError(topic, failures)
        return answers

    def post(self, topic, *args, **kwargs):
        """Deliver in the background."""
        self._in_flight += 1
        gt = eventlet.spawn(self.publish, topic, *args, **kwargs)
        gt.link(self._posted, topic)
        return gt

    def _posted(self, gt, topic):
        self._in_flight -= 1
        try:
            gt.wait()
        except DeliveryError as exc:
            print('background delivery failed:', exc)
        if self._in_flight == 0 and self.on_idle:
            self.on_idle(topic)
