"""Report mailer.  Calls its slow helpers from inside callbacks of the standard library."""
import atexit
import collections
import contextlib
import functools
import itertools
import json
import logging
import re
import sys

import eventlet
from eventlet import queue

PRICES = {'tea': 4, 'milk': 2, 'bread': 3}
shipped = queue.LightQueue()


def price(item):
    eventlet.sleep(0.004)
    return PRICES[item]


def exists(item):
    eventlet.sleep(0.002)
    return item in PRICES


def flush(reason):
    eventlet.sleep(0.01)
    lines = []
    while not shipped.empty():
        lines.append(shipped.get())
    print('flush at %s: %d lines' % (reason, len(lines)))


class QueueHandler(logging.Handler):
    def emit(self, record):
        eventlet.sleep(0)
        shipped.put(self.format(record))


class Prices(dict):
    def __missing__(self, key):
        self[key] = price(key)
        return self[key]


class Encoder(json.JSONEncoder):
    def default(self, o):
        return {'item': o.name, 'price': price(o.name)}


class Item:
    def __init__(self, name):
        self.name = name


def substitute(text):
    return re.sub(r'\{(\w+)\}', lambda m: str(price(m.group(1))), text)


def compare(a, b):
    return price(a) - price(b)


def main():
    log = logging.getLogger('report')
    log.propagate = False
    log.setLevel(logging.INFO)
    log.addHandler(QueueHandler())
    atexit.register(flush, 'exit')

    print(substitute('tea {tea}, bread {bread}'))
    print(sorted(PRICES, key=price), sorted(PRICES, key=functools.cmp_to_key(compare), reverse=True))
    print(max(PRICES, key=price), min(PRICES, key=lambda i: -price(i)))
    print(list(map(price, PRICES)), list(filter(exists, ['tea', 'tin'])), functools.reduce(lambda t, i: t + price(i), PRICES, 0))
    print([k for k, g in itertools.groupby(sorted(PRICES), key=lambda i: price(i) > 2)])
    print(list(itertools.takewhile(exists, ['tea', 'milk', 'tin', 'bread'])))
    p = Prices()
    print(p['tea'] + p['tea'], p)
    d = collections.defaultdict(lambda: price('milk'))
    d['x'] += 1
    print(dict(d), {}.setdefault('k', price('bread')), d.get('y', price('tea')))
    print(json.dumps([Item('tea')], cls=Encoder), json.dumps({'a': Item('milk')}, default=lambda o: price(o.name)))
    names = ['bread', 'tea']
    names.sort(key=price)
    print(names, dict(zip(names, map(price, names))), sum(map(price, names)))
    with contextlib.ExitStack() as stack:
        stack.callback(flush, 'stack')
        log.info('%d items', len(names))
        log.warning('price of tea is %d', price('tea'))
        print('logged', shipped.qsize())
    print(next(iter(lambda: price('milk') and 'stop', 'stop'), 'iter ended'))
    on_error = {KeyError: lambda e: price('tea'), ValueError: lambda e: 0}
    try:
        price('tin')
    except Exception as e:
        print('handler says', on_error[type(e)](e))
    log.info('last words')
    timer = eventlet.spawn_after(0.02, print, 'timer', price.__name__)
    timer.wait()
    return len(names)


if __name__ == '__main__':
    status = main()
    sys.exit(status - 2)
