import eventlet
from booking import BadHall, Hall, Log, SoldOut

counter = 0
peak = 0


def customer(hall, n, tickets):
    global counter, peak
    got = []
    if n > 2:
        eventlet.sleep(0.04 * n)           # the others come later
    for _ in range(tickets):
        counter += 1                       # shared, no lock
        mine = counter
        try:
            got.append(hall.book('c%d' % n))
        except SoldOut:
            got.append(None)
        assert counter == mine, 'counter moved'
        counter -= 1
        peak = max(peak, mine)
        eventlet.sleep(0)
    return got


def main():
    log = Log()
    hall = Hall(10, log)
    pool = eventlet.GreenPool(20)
    results = [gt.wait() for gt in [pool.spawn(customer, hall, n, 3) for n in range(6)]]
    for n, seats in enumerate(results):
        print('c%d' % n, 'got', sum(s is not None for s in seats), 'of', len(seats))
    seats = sorted(s for r in results for s in r if s)
    print(seats, 'sold out' if not hall.free else hall.free, 'revision', hall.revision)
    hall.check_invariant(10)
    print('peak', peak, 'counter', counter, 'first sold', hall.changed.wait())
    before = len(log.lines) + log.pending.qsize()
    who = hall.cancel(seats[0])
    print(who == results[0][0] or who.startswith('c'), len(log.lines) + log.pending.qsize() - before)
    eventlet.sleep(0.02)
    log.pending.join()
    print(len(log.lines), log.lines[0], '/', log.lines[-1].split(' ', 1)[1])
    print(sum('finds nothing' in line for line in log.lines))

    bad = BadHall(3, log)
    errors = []

    def risky(n):
        try:
            bad.book('b%d' % n)
        except (AssertionError, ValueError) as e:
            errors.append(type(e).__name__)

    for n in range(3):
        pool.spawn_n(risky, n)
    pool.waitall()
    print('bad hall', len(bad.booked), sorted(errors), bad.collisions)


main()
