import eventlet


def make_filter(conf):
    eventlet.sleep(0)

    def wrap(app):
        def handle(n):
            eventlet.sleep(0)
            return "%s %s %d" % (conf["name"], app, n)
        return handle
    return wrap
