import eventlet


def run(n):
    eventlet.sleep(0)
    return "slow %d" % n
