"""A pool that only a setting names, with errors that are made late."""
import eventlet


class Pool:
    size = 2

    def take_one(self, n=1):
        eventlet.sleep(0.001)
        if n > self.size:
            raise ValueError("only %d" % self.size)
        return n

    def all_of_them(self):
        eventlet.sleep(0.001)
        return list(range(self.size))

    def give_back(self, n):
        eventlet.sleep(0.001)
        return -n

    def on_start(self):
        eventlet.sleep(0.001)
        return "started"

    def on_end(self):
        eventlet.sleep(0.001)
        return "ended"
