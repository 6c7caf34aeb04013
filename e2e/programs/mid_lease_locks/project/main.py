import eventlet
from locks import AuditedLocks, LockError, LockManager, work


def scenario(manager):
    print('==', type(manager).__name__)
    pile = eventlet.GreenPile()
    pile.spawn(work, manager, 'ann', ['db'], 0.5, seconds=4)
    pile.spawn(work, manager, 'bob', ['db', 'disk'], 0.5, wait=4, seconds=4)
    eventlet.sleep(0.15)
    pile.spawn(work, manager, 'cat', ['net'], 2.5, seconds=1.1)
    pile.spawn(work, manager, 'dan', ['net'], 0.25, wait=0.3)
    for answer in pile:
        print('=>', answer)
    print(manager.try_lock('db'), manager.try_lock('db'), manager.owners)
    manager.unlock('db')
    if manager.try_lock('db') and not manager.try_lock('db'):
        print('free once')
    with manager.lease('tape', 'eve'):
        try:
            manager.unlock('tape')
        except LockError as e:
            print('LockError', e)
        else:
            print('unlocked a foreign tape')
    print(len(manager.events), 'events')


for cls in (LockManager, AuditedLocks):
    scenario(cls())
