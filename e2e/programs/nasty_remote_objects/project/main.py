import eventlet
import remote
from remote import Table


def main():
    fruit = Table('fruit')
    print(fruit, len(fruit), fruit.columns, 'apple' in fruit, 'kiwi' in fruit, 'kiwi' not in fruit)
    print([str(r) for r in fruit], ['%s' % r for r in fruit if r])
    apple, pear, plum = fruit
    print(bool(pear), not pear, apple and 'have apples', pear or 'no pears')
    print(apple == 3, apple == plum, apple != plum, apple < plum, max(fruit).key, min(fruit).key)
    print([r.key for r in sorted(fruit, reverse=True)], apple + 1, f'{apple} and {plum}')
    apple += 4
    apple.amount -= 1
    print(apple.amount, apple.is_plenty, pear.is_some, hasattr(apple, 'weight'), getattr(plum, 'is_some'))
    fruit['kiwi'] = 2
    del fruit['pear']
    print(sorted(r.key for r in fruit), fruit(3), list(map(str, fruit)))
    try:
        fruit['pear']
    except KeyError as e:
        print('KeyError', e)
    print(fruit.total, fruit.total, Table.lookup('tools') is Table.lookup('tools'))
    if Table('empty'):
        print('wrong: empty is true')
    else:
        print('empty is false')
    if not Table.lookup('tools'):
        print('wrong: tools is false')
    with Table('tools') as t:
        print(repr(t), t['saw'] == 1, any(t), all(fruit), sum(r.amount for r in t))
    print({r: r.key for r in fruit}[plum], plum in list(fruit), [r.key for r in filter(None, fruit)])
    done = []
    eventlet.spawn_n(lambda: done.append(str(fruit['plum'])))
    print(list(done), fruit['plum'].amount)
    eventlet.sleep(0.03)
    print(done, len(remote.requests))


main()
