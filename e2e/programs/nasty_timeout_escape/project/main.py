import eventlet
from eventlet import Timeout

import gateway


def call(func, delay, error=None, limit=0.1):
    gateway.log[:] = []
    try:
        with Timeout(limit):
            result = func(delay, error)
    except Timeout:
        result = '-> deadline'
    except Exception as e:
        result = '-> %s: %s' % (type(e).__name__, e)
    print('%-18s %-5s %-18s %-24s %s' % (func.__name__, delay, type(error).__name__, result, gateway.log))


def main():
    handlers = [gateway.robust, gateway.ignoring_io, gateway.suppressing, gateway.translating,
                gateway.returning_finally, gateway.tuple_handler, gateway.nested]
    for func in handlers:
        call(func, 0.005)
        call(func, 0.005, ConnectionError('reset'))
        call(func, 0.005, TimeoutError('ETIMEDOUT'))
        call(func, 0.5)

    # the same through a greenthread: the waiter is interrupted, not the worker
    worker = eventlet.spawn(gateway.robust, 0.15)
    try:
        with Timeout(0.05):
            worker.wait()
    except Exception:
        print('wrong handler')
    except Timeout:
        print('waiter gave up')
    print('worker', worker.wait())

    # a Timeout raised by hand and one used as a plain exception
    try:
        raise Timeout(None)
    except Exception:
        print('wrong handler')
    except Timeout as t:
        print('by hand %r' % str(t))
    print(issubclass(Timeout, Exception), issubclass(Timeout, BaseException))


main()
