import eventlet
from eventlet import greenpool, semaphore

import limiter
from limiter import Slot, TokenBucket, throttled

bucket = TokenBucket(2, 0.15)
customers = {'ann': 3, 'bob': 5}


@limiter.limited(bucket)
def lookup(name):
    """Look a customer up."""
    eventlet.sleep(0.01)
    return customers[name]


@limiter.limited(bucket, block=False)
def lookup_now(name):
    return customers[name]


def call(name, amount):
    with throttled(bucket, name) as label:
        if amount < 0:
            raise ValueError('negative amount')
        eventlet.sleep(0.01)
        print('%s charged %d' % (label, amount))
        return amount
    return 0


def in_slot(slots, name, cost):
    with Slot(slots, name) as slot:
        eventlet.sleep(cost)
        found = customers[slot.name]
        return found
    return 'nobody'


def main():
    print(lookup.__name__, lookup.__doc__)
    print([lookup(n) for n in ('ann', 'bob')], bucket.available)
    try:
        lookup_now('ann')
    except limiter.RateExceeded as e:
        print('RateExceeded', e)
    eventlet.sleep(0.37)
    print('available', bucket.available)
    total = sum(call(n, a) for n, a in [('ann', 5), ('bob', -1), ('cid', 7)])
    print('total %d' % total)

    slots = semaphore.Semaphore(2)
    pile = greenpool.GreenPile()
    for name, cost in [('ann', 0.02), ('zoe', 0.05), ('bob', 0.07)]:
        pile.spawn(in_slot, slots, name, cost)
    print(list(pile))
    bucket.close()
    left = bucket.available
    eventlet.sleep(0.2)
    print('no refill after close', bucket.available == left, left < 2)


if __name__ == '__main__':
    main()
