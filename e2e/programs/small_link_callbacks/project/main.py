import eventlet
from greenlet import GreenletExit


class Ledger:
    def __init__(self):
        self.rows = []

    def record(self, gt, name, note=''):
        try:
            result = gt.wait()
        except GreenletExit:
            result = 'killed'
        except Exception as e:
            result = '%s: %s' % (type(e).__name__, e)
        self.rows.append((name, result, note))
        print('ledger', name, result, note)


def task(name, cost, fail=False):
    print('task', name, 'begins')
    eventlet.sleep(cost)
    if fail:
        raise RuntimeError(name + ' broke')
    print('task', name, 'ends')
    return name * 2


ledger = Ledger()

ok = eventlet.spawn(task, 'ok', 0.05)
ok.link(ledger.record, 'ok', note='first')
ok.link(ledger.record, 'ok', note='second')
print('ok returned', ok.wait())             # both links have run before this line

bad = eventlet.spawn(task, 'bad', 0.05, fail=True)
bad.link(ledger.record, 'bad')
eventlet.sleep(0.1)

late = eventlet.spawn(task, 'late', 0.02)
late.wait()
print('linking late')
late.link(ledger.record, 'late', note='at once')
print('after late link')

victim = eventlet.spawn(task, 'victim', 5)
victim.link(ledger.record, 'victim')
eventlet.sleep(0.02)
victim.kill()
print('rows', len(ledger.rows))
for row in ledger.rows:
    print(row)
