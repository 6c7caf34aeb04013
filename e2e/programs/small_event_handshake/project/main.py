from __future__ import print_function

import eventlet
from eventlet import event


class ConfigError(Exception):
    pass


def loader(evt, delay, result):
    eventlet.sleep(delay)
    if isinstance(result, Exception):
        evt.send_exception(result)
    else:
        evt.send(result)
    print('loader sent')     # send() does not switch


def wait_for(evt, label):
    try:
        print(label, 'waits, ready:', evt.ready())
        value = evt.wait()
    except ConfigError as e:
        print(label, 'failed:', e)
    else:
        print(label, 'got', value)


def main():
    ready = event.Event()
    eventlet.spawn_n(loader, ready, 0.05, {'port': 80})
    print('early:', ready.wait(0.02))            # None, no exception
    wait_for(ready, 'first')
    wait_for(ready, 'again')
    try:
        ready.send('twice')
    except AssertionError:
        print('already sent')

    broken = event.Event()
    gt = eventlet.spawn(wait_for, broken, 'reader')
    eventlet.sleep(0.02)
    eventlet.spawn_n(loader, broken, 0.02, ConfigError('no such file'))
    gt.wait()
    wait_for(broken, 'late')

    # an event that is used over and over as a doorbell
    bell = event.Event()
    for n in range(3):
        eventlet.spawn_after(0.03, bell.send, n)
        print('ding', bell.wait())
        bell.reset()
    print('ready', bell.ready(), 'bell', bell.wait(timeout=0.02))
    zero = event.Event()
    zero.send(0)
    if not zero.wait():
        print('zero is falsy, ready is', zero.ready())


if __name__ == '__main__':
    main()
