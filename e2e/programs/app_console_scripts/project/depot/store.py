import eventlet


def weigh(n):
    eventlet.sleep(0.01 * (3 - n))
    return n * 10
