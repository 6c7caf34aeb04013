import eventlet


def double(n):
    eventlet.sleep(0)
    return n * 2


def triple(n):
    eventlet.sleep(0)
    return n * 3


def unnamed(n):
    eventlet.sleep(0)
    return n * 4


class Store:
    def __init__(self):
        self.saved = []

    def save(self, n):
        eventlet.sleep(0)
        self.saved.append(n)
