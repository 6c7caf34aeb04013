"""A print shop: urgent jobs first, one operator."""
import eventlet
from eventlet import queue
from eventlet.queue import Empty, Full, LightQueue, PriorityQueue, Queue


def clerk(jobs, orders):
    for rank, name in orders:
        jobs.put((rank, name))
        eventlet.sleep(0)


def printer(jobs, sheets):
    while True:
        rank, name = jobs.get()
        if name is None:
            sheets.put(None)
            jobs.task_done()
            return
        for page in range(rank):
            sheets.put('%s/%d' % (name, page))
        jobs.task_done()


def operator(sheets, hand):
    while True:
        sheet = sheets.get()
        hand.put(sheet)
        if sheet is None:
            return


def main():
    jobs = PriorityQueue()
    clerk(jobs, [(3, 'poster'), (1, 'letter'), (2, 'leaflet'), (9, None)])
    sheets = LightQueue(2)
    hand = Queue(0)
    print('hand', hand.empty(), hand.full(), hand.maxsize)
    eventlet.spawn(printer, jobs, sheets)
    eventlet.spawn(operator, sheets, hand)
    eventlet.sleep(0)
    print('blocked on the tray:', sheets.full(), sheets.qsize(), sheets.putting())
    while True:
        sheet = hand.get()
        if sheet is None:
            break
        print('printed', sheet)
    jobs.join()
    try:
        sheets.get_nowait()
    except Empty:
        print('no sheets')
    sheets.put('x')
    sheets.put('y')
    try:
        sheets.put('z', timeout=0.01)
    except Full:
        print('the tray is full')
    try:
        queue.LifoQueue().get(timeout=0.01)
    except queue.Empty:
        print('nothing on the stack')


if __name__ == '__main__':
    main()
