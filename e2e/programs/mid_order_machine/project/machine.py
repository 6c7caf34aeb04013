"""Order state machine with a dispatch table of bound methods."""
from enum import Enum, auto

import eventlet


class State(Enum):
    NEW = auto()
    RESERVED = auto()
    PAID = auto()
    SHIPPED = auto()
    CANCELLED = auto()


class IllegalMove(Exception):
    pass


class Machine:
    START = State.NEW
    FINAL = frozenset([State.SHIPPED, State.CANCELLED])

    def __init__(self, name):
        self.name = name
        self.state = self.START
        self.trace = []
        self.table = {
            (State.NEW, 'reserve'): self.on_reserve,
            (State.RESERVED, 'pay'): self.on_pay,
            (State.PAID, 'ship'): self.on_ship,
            (State.NEW, 'cancel'): self.on_cancel,
            (State.RESERVED, 'cancel'): self.on_cancel,
        }
        self.hooks = {State.SHIPPED: [], State.CANCELLED: []}

    def fire(self, action, **data):
        handler = self.table.get((self.state, action))
        if handler is None:
            raise IllegalMove('%s: cannot %s when %s' % (self.name, action, self.state.name))
        before, self.state = self.state, handler(**data)
        self.trace.append('%s>%s' % (before.name, self.state.name))
        for hook in self.hooks.get(self.state, ()):
            hook(self)
        return self.state

    def on_reserve(self, **data):
        return State.RESERVED

    def on_pay(self, **data):
        return State.PAID

    def on_ship(self, **data):
        return State.SHIPPED

    def on_cancel(self, reason='customer', **data):
        print('%s cancelled by %s' % (self.name, reason))
        return State.CANCELLED

    def run(self, actions):
        for action, data in actions:
            try:
                state = self.fire(action, **data)
            except IllegalMove as e:
                print('illegal:', e)
                break
            if state in self.FINAL:
                print('%s is final in %s' % (self.name, state.name))
                break
        else:
            print('%s left open in %s' % (self.name, self.state.name))
        return self


class Stock:
    def __init__(self, **items):
        self.items = items
        self.lock = eventlet.semaphore.Semaphore()

    def take(self, item, n=1):
        with self.lock:
            left = self.items.get(item, 0)
            eventlet.sleep(0.05)                 # slow warehouse
            if left < n:
                return False
            self.items[item] = left - n
            return True


class ShopOrder(Machine):
    """Overrides two steps with slow ones; the rest stays as it was."""

    def __init__(self, name, stock, bank):
        super().__init__(name)
        self.stock = stock
        self.bank = bank

    def on_reserve(self, item, n=1, **data):
        if not self.stock.take(item, n):
            return self.on_cancel(reason='out of %s' % item)
        return super().on_reserve(**data)

    def on_pay(self, amount, **data):
        return super().on_pay(**data) if self.bank(self.name, amount) else self.on_cancel('bank')


class GiftOrder(ShopOrder):
    def on_pay(self, **data):
        return State.PAID                        # never asks the bank
