import contextlib
import itertools

import eventlet
from eventlet import Timeout

open_cursors = []


def cursor(name, rows):
    """A server side cursor: must be closed as soon as nobody reads it any more."""
    open_cursors.append(name)
    print('open', name)
    try:
        for n in range(rows):
            eventlet.sleep(0.01)
            yield '%s%d' % (name, n)
        return rows
    except GeneratorExit:
        print('abandoned', name)
        raise
    except ValueError as e:
        print('thrown into', name, e)
        yield 'recovered'
    finally:
        open_cursors.remove(name)
        print('close', name)


def counted(name, rows):
    got = yield from cursor(name, rows)
    print('counted', got)


def first(name):
    for row in cursor(name, 5):
        return row                              # the generator is dropped here


def search(name, wanted):
    for row in cursor(name, 4):
        if row == wanted:
            print('found', row)
            break
    else:
        print('not found', wanted)
    print('still open', open_cursors)


@contextlib.contextmanager
def session(name):
    eventlet.sleep(0.01)
    print('begin', name)
    try:
        yield name
    except KeyError as e:
        print('rollback', name, e)
    else:
        print('commit', name)
    finally:
        eventlet.sleep(0.01)
        print('end', name)


def main():
    print(first('a'), open_cursors)
    search('b', 'b1')
    search('c', 'c9')
    print(list(counted('d', 2)))
    print(list(itertools.islice(cursor('e', 9), 2)))
    print('after islice', open_cursors)
    g = cursor('f', 3)
    print(next(g), g.throw(ValueError('bad row')), next(g, 'end'))
    with contextlib.closing(cursor('g', 3)) as g:
        print(next(g), open_cursors)
    print('after closing', open_cursors)
    try:
        with Timeout(0.035):
            for row in cursor('h', 10):
                pass
    except Timeout:
        print('timeout', open_cursors)
    print(any(r.endswith('1') for r in cursor('i', 3)), open_cursors)
    x, *_ = cursor('j', 2)
    print(x, _)
    print(dict(zip(cursor('k', 2), 'ab')), open_cursors)
    unstarted = cursor('never', 3)
    unstarted.close()
    with session('s1') as s:
        print('in', s)
    with session('s2') as s:
        raise KeyError('row gone')
    try:
        with session('s3') as s:
            raise ZeroDivisionError(s)
    except ZeroDivisionError as e:
        print('outside', e)

    @session('deco')
    def decorated(n):
        print('decorated', n)
        return n + 1

    print(decorated(1), decorated(2))
    merged = itertools.chain(cursor('l', 1), cursor('m', 1))
    print(next(merged), open_cursors, list(merged))
    gt = eventlet.spawn(lambda: [r for r in cursor('n', 50)])
    eventlet.sleep(0.03)
    gt.kill()
    print('killed', open_cursors)


main()
