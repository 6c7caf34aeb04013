import eventlet


class Trust:
    id = 1


def create():
    eventlet.sleep(0)
    return Trust()


def ident():
    return create().id
