import enum

import eventlet
from greenlet import GreenletExit


class Strategy(enum.Enum):
    ONE_FOR_ONE = 1
    IGNORE = 2


class TooManyRestarts(Exception):
    pass


class Supervisor(object):
    def __init__(self, max_restarts=2, backoff=0.16):
        self.max_restarts = max_restarts
        self.backoff = backoff
        self.children = {}
        self.stopping = False
        self.failed = eventlet.Event()

    def supervise(self, worker, strategy=Strategy.ONE_FOR_ONE):
        gt = eventlet.spawn(worker.start)
        self.children[worker.name] = gt
        gt.link(self._exited, worker, strategy)
        return gt

    def _exited(self, gt, worker, strategy):
        self.children.pop(worker.name, None)
        try:
            result = gt.wait()
        except GreenletExit:
            print('[sup] %s stopped' % worker.name)
            return
        except Exception as e:
            print('[sup] %s died: %s' % (worker.name, e))
        else:
            print('[sup] %s finished with %r' % (worker.name, result))
            return
        if self.stopping or strategy is Strategy.IGNORE:
            return
        if worker.starts > self.max_restarts:
            if not self.failed.ready():
                self.failed.send_exception(TooManyRestarts(worker.name))
            return
        eventlet.spawn_after(self.backoff, self.supervise, worker, strategy)

    def watch(self):
        try:
            return self.failed.wait()
        finally:
            self.stop()

    def stop(self):
        self.stopping = True
        for name, gt in sorted(self.children.items()):
            print('[sup] stopping %s' % name)
            gt.kill()
        leftovers = list(self.children.values())
        for gt in leftovers:
            print('[sup] waiting for a slow one')
            print('[sup] it said %r' % gt.wait())
