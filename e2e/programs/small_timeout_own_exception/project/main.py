import eventlet
from eventlet import Timeout


class GatewayTimeout(Exception):
    status = 504


class MessageTimeout(Timeout):
    """Timeout with a readable message, as in swift."""

    def __init__(self, seconds=None, msg=None):
        Timeout.__init__(self, seconds=seconds)
        self.msg = msg

    def __str__(self):
        return '%s: %s' % (Timeout.__str__(self), self.msg)


def backend(delay):
    try:
        eventlet.sleep(delay)
    except Exception as e:          # does not see a plain Timeout
        print('  backend saw %s' % type(e).__name__)
        raise
    return 200


def call_class(delay):
    with Timeout(0.05, GatewayTimeout):
        return backend(delay)


def call_instance(delay):
    with Timeout(seconds=0.05, exception=GatewayTimeout('slow backend')):
        return backend(delay)


def call_builtin(delay):
    with Timeout(0.05, ValueError('too late')):
        return backend(delay)


def call_message(delay):
    with MessageTimeout(0.05, 'backend %s' % delay):
        return backend(delay)


def call_plain(delay):
    with Timeout(0.05):
        return backend(delay)


for call in (call_class, call_instance, call_builtin, call_message, call_plain):
    for delay in (0.01, 0.2):
        try:
            status = call(delay)
        except GatewayTimeout as e:
            print('%s %s -> gateway timeout %r %d' % (call.__name__, delay, str(e), e.status))
        except MessageTimeout as e:
            print('%s %s -> message timeout %s' % (call.__name__, delay, e))
        except Exception as e:
            print('%s %s -> %s %s' % (call.__name__, delay, type(e).__name__, e))
        except Timeout as e:
            print('%s %s -> plain timeout %s' % (call.__name__, delay, e))
        else:
            print('%s %s -> %d' % (call.__name__, delay, status))
