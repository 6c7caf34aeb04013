"""Less common corners of the API, as found in long-lived code bases."""
import eventlet
from eventlet import event, greenpool, greenthread, queue, semaphore, timeout
from eventlet.green import threading

local = threading.local()
where = {}


def rearmed():
    t = timeout.Timeout(0.08)
    try:
        for n in range(3):
            t.cancel()
            t.start()
            eventlet.sleep(0.04)
        print('rearmed', n, t.pending)
    finally:
        t.cancel()
    print('pending', t.pending)


def queues():
    stack = queue.LifoQueue()
    for c in 'abc':
        stack.put(c)
    print(stack.get(), stack.get(), stack.qsize())
    q = queue.Queue(1)
    q.put(1)
    blocked = eventlet.spawn(q.put, 2)
    eventlet.sleep(0.02)
    print('putting', q.putting(), 'getting', q.getting())
    q.resize(2)
    blocked.wait()
    print('after resize', q.qsize(), q.unfinished_tasks)


def semaphores():
    s = semaphore.Semaphore(2)
    s.acquire()
    print(s.counter, s.balance, s.locked())
    waiting = [eventlet.spawn(s.acquire) for _ in range(2)]
    eventlet.sleep(0.01)
    print(s.counter, s.balance, s.locked())
    s.release()
    eventlet.sleep(0.01)
    print([w.wait() for w in waiting])
    b = semaphore.BoundedSemaphore(1)
    try:
        b.release()
    except ValueError:
        print('released too often')


def events():
    e = event.Event()
    print(e.poll('not yet'), e.has_result(), e.has_exception())
    e.send_exception(KeyError, 'k')
    try:
        e.poll()
    except KeyError as x:
        print('KeyError', x, e.has_result(), e.has_exception())
    f = event.Event()
    f.send('v', exc=None)
    print(f.poll(), f.has_result())


def worker(name):
    local.name = name
    where[greenthread.getcurrent()] = name
    eventlet.sleep(0.02)
    return local.name, where[greenthread.getcurrent()]


def threads():
    local.name = 'main'
    gts = [eventlet.spawn(worker, n) for n in 'xyz']
    print([g.wait() for g in gts], local.name, len(where))
    g = eventlet.spawn(worker, 'w')
    dropped = lambda gt: print('never')
    g.link(dropped)
    print(g.unlink(dropped), g.unlink(dropped), bool(g), g.dead)
    eventlet.sleep(0)
    print(bool(g), g.dead)
    print(g.wait(), bool(g), g.dead)
    orphan = greenthread.spawn_after_local(0.02, print, 'local timer')
    orphan.wait()


def pools():
    p = greenpool.GreenPool(1)
    p.spawn_n(eventlet.sleep, 0.03)
    blocked = eventlet.spawn(p.spawn, str, 5)
    eventlet.sleep(0.01)
    print('waiting', p.waiting(), p.running(), p.free())
    print(blocked.wait().wait(), p.waiting())
    pile = greenpool.GreenPile(p)
    pile.spawn(str, 6)
    print(pile.next())


for part in (rearmed, queues, semaphores, events, threads, pools):
    print('--', part.__name__)
    part()
