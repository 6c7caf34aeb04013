import eventlet


class First:
    def __init__(self, following):
        self.following = following

    def process(self, x):
        eventlet.sleep(0)
        return "first(" + self.following(x) + ")"


class Second(First):
    def process(self, x):
        return "second(" + self.following(x) + ")"


def tick():
    eventlet.sleep(0)
    return "tick"


def tock():
    eventlet.sleep(0)
    return "tock"


def beat():
    eventlet.sleep(0)
    return "beat"
