import eventlet
from eventlet import queue


def drain(q, label):
    items = []
    while True:
        try:
            items.append(q.get(False))
        except queue.Empty:
            break
    print('%s drained %r' % (label, items))


def clerk(q, done):
    while True:
        prio, what = q.get()
        try:
            if what is None:
                return
            print('clerk takes %s (%d)' % (what, prio))
            eventlet.sleep(0.03)
            done.append(what)
        finally:
            q.task_done()


def main():
    small = eventlet.Queue(2)
    accepted = 0
    for n in range(4):
        try:
            small.put(n, False)
            accepted += 1
        except queue.Full:
            print('full at %d' % n)
    print('accepted %d full %s' % (accepted, small.full()))
    try:
        small.put('late', timeout=0.05)
    except queue.Full as e:
        print('put timed out %r' % str(e))
    eventlet.spawn_after(0.03, small.get)          # makes room
    small.put('just in time', timeout=0.2)
    drain(small, 'small')
    try:
        small.get(timeout=0.03)
    except queue.Empty as e:
        print('get timed out %r' % str(e))
    for block in (False, True):
        try:
            small.get(block, 0.02)
        except queue.Empty:
            print('empty with block=%s' % block)

    desk = eventlet.queue.PriorityQueue()
    for prio, what in ((5, 'letter'), (1, 'fire'), (3, 'call'), (9, None)):
        desk.put((prio, what))
    done = []
    gt = eventlet.spawn(clerk, desk, done)
    desk.put((2, 'visitor'))
    desk.join()
    print('all done: %s, empty %s' % (', '.join(done), desk.empty()))
    print('clerk returned %r' % gt.wait())
    try:
        desk.task_done()
    except ValueError as e:
        print('ValueError %s' % e)
    stock = eventlet.queue.LightQueue()
    for c in 'abc':
        stock.put_nowait(c)
    print('%d in stock, next %s' % (stock.qsize(), stock.get_nowait()))
    drain(stock, 'stock')


if __name__ == '__main__':
    main()
