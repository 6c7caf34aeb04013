import eventlet


class Metrics(object):
    """Counts; never waits for anything."""

    def __init__(self):
        self.counts = {}

    def __call__(self, topic, *args, **kwargs):
        self.counts[topic] = self.counts.get(topic, 0) + 1


class Mailer(object):
    def __init__(self, transport, sender='noreply'):
        self.transport = transport
        self.sender = sender

    def welcome(self, topic, user, subject='Welcome'):
        return self.transport('%s -> %s: %s' % (self.sender, user, subject))


def audit_trail(sink):
    """Middleware factory."""
    def middleware(nxt, topic, *args, **kwargs):
        sink('begin ' + topic)
        try:
            return nxt(topic, *args, **kwargs)
        finally:
            sink('end ' + topic)
    return middleware


def smtp(text):
    eventlet.sleep(0.08)
    print('mail', text)
    return len(text)
