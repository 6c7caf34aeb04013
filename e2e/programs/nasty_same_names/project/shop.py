import eventlet


class Timeout(Exception):
    """Has nothing to do with Eventlet's."""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


def sleep(n):
    """How many sheep."""
    return 'sheep ' * n


class Spool:
    def __init__(self):
        self.items = []
        self.links = ''

    def put(self, item):
        self.items.append(item)

    def get(self, index, default=None):
        return self.items[index] if index < len(self.items) else default

    def join(self, sep):
        return sep.join(self.items)

    def link(self, what):
        self.links += what
        return self


class Courier:
    def __init__(self, name):
        self.name = name

    def wait(self):
        return 'courier'

    def send(self, what):
        eventlet.sleep(0.02)            # this one does take time
        return what.upper()

    def kill(self, what):
        return 'killed a %s' % what


class Counter:
    sleep = 8

    def __init__(self):
        self.n = 0

    def acquire(self, blocking=True):
        self.n += 1
        return self.n

    def release(self):
        self.n -= 1
        return 'released'

    def spawn(self, kind):
        return kind * 3
