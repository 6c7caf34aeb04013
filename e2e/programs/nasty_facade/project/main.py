from common import concurrency as conc

PATCHED = conc.patch()

import bank
from common.concurrency import Empty, Pool, Queue, TaskExit, Timeout, spawn, wait

mailbox = Queue()


def clerk(name, seconds):
    try:
        while True:
            conc.sleep(seconds)
            mailbox.put(name)
    except TaskExit:
        mailbox.put(name + ' quits')
        raise


def main():
    print('patched', PATCHED)
    a, b = bank.Account('ann', 10), bank.Account('bob')
    with Pool(10) as pool:
        for n in range(5):
            pool.spawn_n(b.deposit, n)
    print(b.report(), sorted(b.history))
    print(wait([spawn(bank.transfer, a, b, n) for n in (1, 2, 3)]))
    print(a.report(), '-', b.report())
    try:
        bank.transfer(a, b, 100)
    except Timeout as t:
        print('Timeout:', t, '/', t.what)
    print(Pool().map(lambda acc: acc.report(), [a, b]))
    c = spawn(clerk, 'cleo', 0.1)
    conc.sleep(0.25)
    conc.kill(c._gt)
    print(c.name, c.result(default='no result'))
    got = []
    try:
        while True:
            got.append(mailbox.get(block=False))
    except Empty:
        print(got)
    d = spawn(clerk, 'dave', 0.5)
    conc.sleep(0.01)
    d.kill()
    print(mailbox.get(timeout=0.1), d.result())


if __name__ == '__main__':
    main()
