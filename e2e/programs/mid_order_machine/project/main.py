import eventlet
from machine import GiftOrder, Machine, ShopOrder, State, Stock

accounts = {'anna': 50, 'bert': 5}
ledger = []


def bank(name, amount):
    eventlet.sleep(0.06 if name == 'anna' else 0.15)
    if (balance := accounts.get(name, 0)) < amount:
        return False
    accounts[name] = balance - amount
    return True


def orders(stock):
    yield ShopOrder('anna', stock, bank), [('reserve', {'item': 'lamp'}), ('pay', {'amount': 20}), ('ship', {})]
    yield ShopOrder('bert', stock, bank), [('reserve', {'item': 'lamp'}), ('pay', {'amount': 20}), ('ship', {})]
    yield GiftOrder('cleo', stock, bank), [('reserve', {'item': 'lamp'}), ('ship', {})]
    yield GiftOrder('dora', stock, bank), [('reserve', {'item': 'sofa', 'n': 2}), ('pay', {}), ('ship', {})]
    yield Machine('edna'), [('reserve', {}), ('pay', {})]


def main():
    stock = Stock(lamp=2, sofa=2)
    pool = eventlet.GreenPool()
    machines = []
    for machine, actions in orders(stock):
        machine.hooks[State.SHIPPED].append(lambda m: ledger.append(m.name))
        machine.hooks[State.CANCELLED].append(lambda m: eventlet.sleep(0.01))
        machines.append(pool.spawn(machine.run, actions))
    done = [gt.wait() for gt in machines]
    for m in done:
        print('%-5s %-9s %s' % (m.name, m.state.name, ' '.join(m.trace)))
    print('shipped', sorted(ledger), 'stock', stock.items, 'accounts', accounts)
    print(all(m.state in m.FINAL for m in done), sorted({m.name[0] for m in done if m.state is State.SHIPPED}))


if __name__ == '__main__':
    main()
