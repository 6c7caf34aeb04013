import eventlet

from .base import Output
from .. import errors
from ..retry import retry


def complain(name, attempt, exc):
    print('  %s attempt %d: %s' % (name, attempt, exc))


class FlakyOutput(Output):
    def __init__(self, failures):
        super(FlakyOutput, self).__init__()
        self.failures = list(failures)

    @retry(3, notify=complain)
    def send(self, batch):
        eventlet.sleep(0.01)
        if self.failures and self.failures.pop(0):
            raise errors.Transient('connection reset', after=0.03)
        return super(FlakyOutput, self).send(batch)
