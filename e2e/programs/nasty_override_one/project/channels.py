import abc

import eventlet


class Channel(abc.ABC):
    """Template method: notify() calls format(), deliver() and the after_* hook."""
    prefix = ''

    def __init__(self):
        self.sent = []

    def notify(self, user, text):
        if not self.accepts(user):
            return None
        receipt = self.deliver(user, self.format(text))
        if receipt:
            self.after_success(user)
        else:
            self.after_failure(user)
        return receipt

    def accepts(self, user):
        return True

    def format(self, text):
        return self.prefix + text

    @abc.abstractmethod
    def deliver(self, user, text):
        ...

    def after_success(self, user):
        pass

    def after_failure(self, user):
        print('%s: failed for %s' % (type(self).__name__, user))

    @property
    def count(self):
        return len(self.sent)

    @classmethod
    def build(cls, *args):
        return cls(*args)


class MemoryChannel(Channel):
    def deliver(self, user, text):
        self.sent.append((user, text))
        return len(self.sent)


class MailChannel(MemoryChannel):
    """The only one that waits for something."""
    prefix = '[mail] '

    def deliver(self, user, text):
        eventlet.sleep(0.03)
        if '@' not in user:
            return 0
        return super().deliver(user, text)

    def quota(self):
        eventlet.sleep(0.01)
        return 5


class ShoutingMixin:
    def format(self, text):
        return super().format(text).upper()


class LoudMail(ShoutingMixin, MailChannel):
    pass


class LoudMemory(ShoutingMixin, MemoryChannel):
    def accepts(self, user):
        return user != 'deaf'


class SignedMail(MailChannel):
    def format(self, text):
        eventlet.sleep(0.01)                 # asks the key server
        return super().format(text) + ' --signed'

    def after_success(self, user):
        self.last = user

    @property
    def count(self):
        eventlet.sleep(0.01)
        return -super().count


class Printer:
    """Not a Channel, but has the same method."""

    def notify(self, user, text):
        print('printer: %s %s' % (user, text))
        return True


class Limited(Channel):
    """Wraps another channel."""

    def __init__(self, inner, most):
        super().__init__()
        self.inner = inner
        self.most = most

    def accepts(self, user):
        return self.inner.accepts(user) and self.inner.count < self.most

    def deliver(self, user, text):
        return self.inner.deliver(user, self.inner.format(text))

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Broadcast(list):
    def notify(self, user, text):
        return [c.notify(user, text) for c in self]
