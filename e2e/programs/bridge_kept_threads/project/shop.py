"""A small shop: every order is worked on by a green thread of its own."""
import eventlet
from eventlet import greenthread, queue


class Stock:
    def __init__(self, items):
        self.items = dict(items)
        self.lock = eventlet.semaphore.Semaphore(1)

    def take(self, name, count):
        with self.lock:
            left = self.items.get(name, 0)
            eventlet.sleep(0.01)
            if left < count:
                raise LookupError("not enough %s" % name)
            self.items[name] = left - count
            return left - count


class Order(greenthread.GreenThread):
    """A green thread that knows what it works for."""

    def __init__(self, stock, name, count):
        super().__init__(eventlet.getcurrent().parent or eventlet.getcurrent())
        self.stock, self.name, self.count = stock, name, count

    @classmethod
    def start(cls, stock, name, count):
        order = cls(stock, name, count)
        hub = eventlet.hubs.get_hub()
        hub.schedule_call_global(0, order.switch, order.work, (), {})
        order.parent = hub.greenlet
        return order

    def work(self):
        return self.name, self.stock.take(self.name, self.count)


def finished(gt, log, label):
    try:
        log.append((label, gt.wait()))
    except Exception as e:
        log.append((label, repr(e)))


def pump(source, sink, count):
    for _ in range(count):
        sink.put(source.get() * 2)
    return "pumped %d" % count
