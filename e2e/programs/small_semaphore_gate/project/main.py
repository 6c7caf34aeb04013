import eventlet
from eventlet.semaphore import Semaphore

order = []


def visitor(gate, counter, n):
    gate.acquire()
    order.append('in%d' % n)
    with counter:
        print('visitor', n, 'at the counter')
        eventlet.sleep(0.04)
    print('visitor', n, 'leaves')
    order.append('out%d' % n)


gate = Semaphore(0)                # closed until somebody releases it
counter = Semaphore()
guests = [eventlet.spawn(visitor, gate, counter, n) for n in range(3)]
eventlet.sleep(0.05)
print('closed', gate.locked())
if not gate.acquire(False):
    print('guard cannot get in either')
if not gate.acquire(timeout=0.03):
    print('guard gave up waiting')
gate.release(); gate.release()
eventlet.sleep(0.06)
print('counter locked', counter.locked())
gate.release()
for g in guests: g.wait()
print(' '.join(order))

# who holds it twice?
pair = Semaphore(2)
print(pair.acquire(), pair.acquire(blocking=False), pair.acquire(blocking=False))
pair.release()
print('locked', pair.locked())
try:
    with pair:
        print('inside', pair.locked())
        raise KeyError('lost ticket')
except KeyError as e:
    print('KeyError', e, 'locked', pair.locked())
