"""A print shop.  Half of the method names in here also exist in Eventlet."""
import os.path
import time

import eventlet
from eventlet import event, queue

from shop import Counter, Courier, Spool, Timeout, sleep


def cook(eventlet, sleep=None):
    # `eventlet` is a plain list here and `sleep` a number
    eventlet.append(sleep or 0)
    return len(eventlet)


def averages():
    total = n = 0
    while True:
        value = yield (total / n if n else None)
        total += value
        n += 1


def main():
    spool = Spool()
    jobs = queue.Queue()
    settings = {'paper': 'A4', 'wait': 0.02}
    done = event.Event()
    courier = Courier('bike')
    counter = Counter()

    def printer():
        while True:
            job = jobs.get()
            if job is None:
                break
            eventlet.sleep(settings.get('wait', 1))
            spool.put(job)
            jobs.task_done()
        done.send(spool.get(0))

    gt = eventlet.spawn(printer)
    for name in ('poster', 'flyer'):
        jobs.put(name)
    jobs.put(None)
    print('paper', settings.get('paper'), settings.get('colour', 'grey'))
    print('waiting for', courier.wait(), 'then', done.wait())
    print('sent', courier.send('poster'), courier.send('flyer'), 'by', courier.name)
    gt.wait()
    mean = averages()
    mean.send(None)
    print([mean.send(v) for v in (2, 4)])
    print(os.path.join('out', 'a.pdf'), ','.join(['x', 'y']), spool.join('-'))
    print(counter.acquire(), counter.acquire(False), counter.release(), counter.sleep, counter.spawn('z'))
    print(sleep(3), sleep(4))
    try:
        with Timeout(0.01):
            eventlet.sleep(0.05)
        print('our Timeout does not interrupt')
        raise Timeout('own')
    except Timeout as e:
        print('own Timeout', e.args)
    try:
        with eventlet.Timeout(0.03):
            eventlet.sleep(0.3)
    except eventlet.Timeout:
        print('real Timeout')
    kitchen = []
    print(cook(kitchen), cook(kitchen, 5), kitchen)
    print([sleep for sleep in (1, 2)], {eventlet: 1 for eventlet in 'ab'}, sleep(1))

    # time.sleep is the ordinary one here: it holds everybody up
    trace = []

    def ticker():
        for n in range(3):
            trace.append('tick%d' % n)
            eventlet.sleep(0.02)

    ticking = eventlet.spawn(ticker)
    eventlet.sleep(0)
    trace.append('before')
    time.sleep(0.1)
    trace.append('after')
    ticking.wait()
    print(trace)

    def local_names():
        sleep = eventlet.sleep
        spawn = [].append
        spawn(1)
        sleep(0.01)
        return 'slept'

    print(local_names(), courier.kill('joke'), spool.get(1), spool.get(7, 'none'))
    print(spool.link('a').link('b').links)


if __name__ == '__main__':
    main()
