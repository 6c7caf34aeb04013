import eventlet
from locks import AuditedLocks, LockError, LockManager, work


def scenario(manager):
    print('==', type(manager).__name__)
    pile = eventlet.GreenPile()
    pile.spawn(work, manager, 'ann', ['db'], 0.1)
    pile.spawn(work, manager, 'bob', ['db', 'disk'], 0.1, wait=0.5)
    eventlet.sleep(0.03)
    pile.spawn(work, manager, 'cat', ['net'], 0.5, seconds=0.25)
    pile.spawn(work, manager, 'dan', ['net'], 0.05, wait=0.06)
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
