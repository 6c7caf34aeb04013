import eventlet


def rest(n):
    eventlet.sleep(0)
    return "rested %d" % n


class Client:
    def __init__(self, name):
        self.name = name

    def fetch(self, key):
        eventlet.sleep(0)
        return "%s fetched %s" % (self.name, key)

    def send(self, key):
        eventlet.sleep(0)
        return "%s sent %s" % (self.name, key)

    def both(self, key):
        return [self.fetch(key), self.send(key), rest(2)]
