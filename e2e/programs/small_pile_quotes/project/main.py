import eventlet
from eventlet.greenpool import GreenPile, GreenPool

BROKERS = {
    'acme': (0.12, 101.5),
    'bolt': (0.03, 99.0),
    'cash': (0.06, None),
    'dune': (0.01, 100.25),
}


class NoQuote(Exception):
    pass


def quote(broker, symbol, qty=1):
    latency, price = BROKERS[broker]
    eventlet.sleep(latency)
    print('%s answered for %s' % (broker, symbol))
    if price is None:
        raise NoQuote(broker)
    return broker, price * qty


def best(symbol, qty):
    pile = GreenPile(GreenPool(10))
    for broker in BROKERS:
        pile.spawn(quote, broker, symbol, qty=qty)
    found = []
    while True:
        try:
            for broker, price in pile:     # in the order of spawn
                print('  %s offers %.2f' % (broker, price))
                found.append((price, broker))
            break
        except NoQuote as e:
            print('  no quote from %s' % e)
    return min(found)


def main():
    print('best: %.2f by %s' % best('XYZ', 2))
    limited = GreenPile(2)
    for broker in ('acme', 'bolt', 'dune'):
        limited.spawn(quote, broker, 'ABC')
    print('spawned three')
    print(sum(price for _, price in limited))
    print(list(limited))            # used up


if __name__ == '__main__':
    main()
