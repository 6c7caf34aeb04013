import eventlet
from eventlet.queue import Queue


class Journal:
    """Writes entries in the background, in order."""

    def __init__(self):
        self.queue = Queue()
        self.written = 0
        self._writer = eventlet.spawn(self._write)

    def add(self, kind, key):
        self.queue.put((kind, key))

    def _write(self):
        while True:
            kind, key = self.queue.get()
            eventlet.sleep(0.002)
            self.written += 1
            print("journal %d %s %s" % (self.written, kind, key))
            self.queue.task_done()

    def close(self):
        self.queue.join()
        self._writer.kill()
        print("journal closed with %d entries" % self.written)
