from common import concurrency
from common.concurrency import Lock, Timeout, synchronized


class Account(object):
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.lock = Lock()
        self.history = []

    @synchronized('lock')
    def deposit(self, amount):
        before = self.balance
        concurrency.sleep(0.01)             # the ledger
        self.balance = before + amount
        self.history.append(amount)
        return self.balance

    @synchronized('lock')
    def report(self):
        return '%s has %d' % (self.owner, self.balance)


def transfer(src, dst, amount, limit=0.2):
    with Timeout(limit, what='transfer of %d' % amount):
        if src.balance < amount:
            concurrency.sleep(1)            # waits for money
        src.deposit(-amount)
        dst.deposit(amount)
    return amount
