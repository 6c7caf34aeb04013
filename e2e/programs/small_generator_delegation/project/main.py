import eventlet


class Skip(Exception):
    pass


def numbers(start, log):
    n = start
    try:
        while True:
            eventlet.sleep(0)
            try:
                step = yield n
            except Skip as e:
                log.append("skipped %s" % e)
                step = 10
            n += step or 1
    finally:
        eventlet.sleep(0)
        log.append("closed at %d" % n)


def twice(log):
    yield "first"
    yield from numbers(1, log)


def main():
    log = []
    g = twice(log)
    print(next(g), next(g), next(g))
    print(g.send(5), g.send(None))
    print(g.throw(Skip("once")), next(g))
    g.close()
    print(log)
    print(list(zip(range(3), twice(log))))


main()
