import eventlet
from greenlet import GreenletExit


class Worker(object):
    name = 'worker'

    def __init__(self):
        self.starts = 0
        self.log = []

    def say(self, what):
        self.log.append(what)
        print('%s: %s' % (self.name, what))

    def start(self):
        self.starts += 1
        self.say('start %d' % self.starts)
        try:
            return self.work()
        except GreenletExit:
            self.say('told to stop')
            raise
        finally:
            self.cleanup()

    def work(self):
        return None

    def cleanup(self):
        self.say('cleanup')


class Counter(Worker):
    name = 'counter'

    def work(self):
        n = 0
        while True:
            eventlet.sleep(0.5)
            n += 1
            self.say('count %d' % n)


class Crasher(Worker):
    name = 'crasher'
    lifetime = 0.12

    def work(self):
        eventlet.sleep(self.lifetime)
        raise RuntimeError('crash %d' % self.starts)


class Stubborn(Worker):
    """Needs a moment before it lets go."""
    name = 'stubborn'

    def work(self):
        try:
            eventlet.sleep(10)
        except GreenletExit:
            self.say('just a moment')
            eventlet.sleep(0.1)
            self.say('fine')
        return 'stopped politely'
