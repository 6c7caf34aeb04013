import heapq
import itertools
import time

import eventlet
from eventlet import event

from .job import Job, JobError, Status


class Scheduler:
    """Runs jobs at their due times; the loop starts with the object."""

    def __init__(self, workers=4, on_error=None):
        self._heap = []
        self._seq = itertools.count()
        self._wake = event.Event()
        self._pool = eventlet.GreenPool(workers)
        self._on_error = on_error or (lambda err: print("unhandled", err))
        self._loop_gt = eventlet.spawn(self._loop)
        self.history = []

    def every(self, interval, limit, *args, **kwargs):
        def register(func):
            self.add(Job(func.__name__, func, interval, limit, args, kwargs))
            return func
        return register

    def add(self, job, delay=None):
        due = time.monotonic() + (delay if delay is not None else job.interval)
        heapq.heappush(self._heap, (due, next(self._seq), job))
        if not self._wake.ready():
            self._wake.send("added")
        return job

    def _loop(self):
        while True:
            timeout = max(0, self._heap[0][0] - time.monotonic()) if self._heap else None
            if (why := self._wake.wait(timeout=timeout)) is not None:
                self._wake.reset()
                continue
            while self._heap and self._heap[0][0] <= time.monotonic():
                due, _, job = heapq.heappop(self._heap)
                self._pool.spawn_n(self._execute, job)

    def _execute(self, job):
        try:
            job.run()
        except JobError as err:
            self._on_error(err)
        finally:
            self.history.append((job.name, job.status.value))
        if job.interval is not None and not job.finished and job.status is not Status.FAILED:
            self.add(job)

    def stop(self):
        self._loop_gt.kill()
        self._pool.waitall()
        return len(self._heap)
