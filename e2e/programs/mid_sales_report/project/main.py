# Quarterly report (written on Windows, hence the line ends)
import eventlet

import sources
from sources import is_active, manager, regions, sales, total


def headline(name, width=20):
    return f"{name:-^{width}}"


def forward(func, *args, **kwargs):
    return func(*args, **kwargs)


def main():
    print(headline('sales'))
    print({r: total(r) for r in regions()})
    print([r for r in regions() if is_active(r)])
    print({total(r) for r in ('north', 'south')} == {50, 20})
    print(any(is_active(r, 45) for r in regions()), all(is_active(r) for r in regions()))
    print(sum(total(r) for r in regions()), max(total(r) for r in regions()))
    print(sorted((total(r), r) for r in regions()))
    print(', '.join(manager(r) or 'vacant' for r in regions()))
    print(f"north sells {total('north')} under {manager('north').upper()!r}")
    print("%s/%s" % (manager('south'), manager('nowhere')))
    best = sources.best_of(*regions(), key=lambda r: len(sales(r)))
    print('most entries:', best)
    print('best:', sources.best_of('south', 'west'), forward(sales, 'west', scale=10))
    status = 'good' if total('south') > 10 else 'bad'
    print('south is', status, '-', 'and more' if not total('east') else 'and east')
    if (n := total('west')) > 40 and n < 100:
        print('west in range', n)
    if total('east') == 0 or boom():
        print('short circuit')
    print(total('north') > total('west') > total('south'), -total('south'), total('south') ** 2 // 3)
    print(sales('north')[-1], sales('north')[1:3], len(sales('south')), 31 in sales('north'), 99 not in sales('north'))
    first, *rest = sales('north')
    print(first, rest)
    matrix = [[v + total('east') for v in sales(r)] for r in regions() if len(sales(r)) > 2]
    print(matrix)
    print([(a, b) for a in sales('west') for b in sales('west') if a > b])
    while (left := len(sales('west'))) > 1:
        print('shrinking west', sources.SALES['west'].pop(), left)
    counts = {}
    for r in regions():
        counts[manager(r)] = counts.get(manager(r), 0) + total(r)
    counts[manager('south')] += 100
    print(counts)
    print(*(sales(r, scale=2) for r in ('south', 'west')), sep=' | ')
    assert total('south') == 20, 'south changed'
    pool = eventlet.GreenPool()
    print(list(pool.imap(total, regions())), dict(zip(regions(), pool.starmap(sales, [(r,) for r in regions()]))))
    return [total(r) for r in regions()][0] and len(regions())


def boom():
    raise RuntimeError('must not be called')


if __name__ == '__main__':
    print('rows', main())
