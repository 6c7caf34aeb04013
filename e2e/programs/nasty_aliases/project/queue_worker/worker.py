import eventlet.queue as q
import eventlet.event
from . import eventlet_helpers as h
from .eventlet_helpers import Limit, go


class Worker:
    start = staticmethod(go)
    rest = staticmethod(h.short)

    def __init__(self, name, box=None):
        self.name = name
        self.box = box or q.LightQueue()
        self.done = eventlet.event.Event()
        self.pause = h.nap
        self.results = []
        self.thread = self.start(self.loop)

    @h.yielding
    def handle(self, item):
        self.pause(0.02)
        return '%s:%s' % (self.name, item)

    def loop(self):
        get = self.box.get
        add = self.results.append
        while True:
            try:
                with Limit(0.2):
                    item = get()
            except Limit:
                break
            add(self.handle(item))
            self.rest()
        self.done.send(len(self.results))
