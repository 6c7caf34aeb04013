import eventlet

log = []


def player(name, cards):
    log.append(name + " sits")
    while cards:
        log.append(name + str(cards.pop()))
        eventlet.sleep()               # next one, please
    log.append(name + " leaves")
    return name


def dealer():
    # both start only when somebody waits
    a = eventlet.spawn(player, "A", [1, 2, 3])
    b = eventlet.spawn(player, "B", [4, 5])
    log.append("dealt")
    eventlet.sleep(0)
    c = eventlet.spawn(player, "C", [6])
    log.append("C invited")
    return [g.wait() for g in (a, b, c)]


def flush():
    print(", ".join(log))
    del log[:]


print(dealer())
flush()

q = eventlet.Queue()
ready = eventlet.Event()
door = eventlet.semaphore.Semaphore(1)
eventlet.spawn_n(log.append, "background")
# nothing in these lines gives way
q.put("x"); log.append("put")
log.append("got " + q.get())
ready.send(1); log.append("sent")
ready.wait(); log.append("seen")
door.acquire(); log.append("in")
door.release(); log.append("out")
with door: log.append("through")
flush()
eventlet.sleep(0)
flush()

hungry = eventlet.spawn(lambda: [log.append("busy%d" % i) for i in range(3)])
eventlet.spawn_n(log.append, "patient")
print(hungry.wait())
flush()
