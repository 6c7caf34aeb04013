"""Seats are booked without locks: between two points where we give way nothing can change."""
import eventlet
from eventlet import queue, semaphore


class SoldOut(Exception):
    pass


class Log:
    """Keeps lines in memory; a greenthread writes them out later."""

    def __init__(self):
        self.pending = queue.Queue()
        self.lines = []
        eventlet.spawn_n(self.writer)

    def info(self, msg, *args):
        # never blocks: the queue is unbounded
        self.pending.put(msg % args)

    def writer(self):
        while True:
            line = self.pending.get()
            eventlet.sleep(0.001)
            self.lines.append(line)
            self.pending.task_done()


class Hall:
    def __init__(self, seats, log):
        self.free = list(range(1, seats + 1))
        self.booked = {}
        self.log = log
        self.revision = 0
        self.guard = semaphore.Semaphore(100)     # never contended
        self.changed = eventlet.Event()

    def check_invariant(self, total):
        assert len(self.free) + len(self.booked) == total, 'seats lost'

    def book(self, who):
        """Check, then act; safe because nothing in between gives way."""
        if not self.free:
            self.log.info('%s finds nothing', who)
            raise SoldOut(who)
        revision = self.revision
        with self.guard:                          # free: does not switch
            self.log.info('%s looks at %d', who, self.free[0])
            seat = self.pick(who)
            if not self.changed.ready():
                self.changed.send(seat)           # does not switch either
        assert self.revision == revision, 'somebody came in between'
        self.revision += 1
        self.free.remove(seat)
        self.booked[seat] = who
        return seat

    def pick(self, who):
        return self.free[0]

    def cancel(self, seat):
        who = self.booked.pop(seat)
        eventlet.spawn_n(self.log.info, '%s gave back %d', who, seat)   # starts later
        self.free.insert(0, seat)
        return who


class BadHall(Hall):
    """Gives way in the middle, and repairs what may come of it."""

    def pick(self, who):
        seat = super().pick(who)
        eventlet.sleep(0.01)
        self.collisions = getattr(self, 'collisions', 0) + (seat in self.booked)
        return seat
