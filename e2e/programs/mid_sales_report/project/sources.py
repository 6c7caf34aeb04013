"""Where the numbers come from."""
import eventlet

SALES = {
    'north': [12, 7, 0, 31],
    'south': [5, 5, 5, 5],
    'east': [],
    'west': [40, 2],
}


def regions():
    eventlet.sleep(0.01)
    return list(SALES)


def sales(region, *, scale=1):
    eventlet.sleep(0.01)
    return [n * scale for n in SALES.get(region, ())]


def total(region):
    return sum(sales(region))


def is_active(region, least=1):
    return total(region) >= least


def manager(region):
    eventlet.sleep(0.01)
    return {'north': 'Nora', 'south': 'Sal', 'west': None}.get(region)


def best_of(*names, **options):
    key = options.pop('key', total)
    scored = [(key(n), n) for n in names]
    return max(scored)[1]
