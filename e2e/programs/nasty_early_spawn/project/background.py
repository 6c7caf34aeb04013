import eventlet


def work():
    eventlet.sleep(0)
    return "worked"


thread = eventlet.spawn(work)
