import eventlet


def fetch(x):
    eventlet.sleep(0)
    return x


def store(x):
    eventlet.sleep(0)
    return "stored", x
