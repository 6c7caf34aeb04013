import eventlet
from eventlet.queue import Queue, LightQueue, Full, Empty

"""Relay race: the baton is handed over in person, never put down."""


def runner(inbox, outbox, name, pace):
    for _ in range(2):
        baton = inbox.get()
        print(name, "has", baton)
        eventlet.sleep(pace)
        outbox.put(baton + name)
        print(name, "handed over")


def main():
    start, middle, finish = Queue(0), LightQueue(0), Queue(maxsize=0)
    print("empty", start.empty(), "full", start.full(), "size", start.qsize())
    try:
        start.put("x", block=False)
    except Full:
        print("nobody there to take it")
    try:
        finish.get_nowait()
    except Empty:
        print("nobody there to give one")
    try:
        start.put("x", timeout=0.03)
    except Full:
        print("nobody came")

    eventlet.spawn_n(runner, start, middle, "A", 0.05)
    eventlet.spawn_n(runner, middle, finish, "B", 0.1)
    start.put("1")                    # returns only when A took it
    print("official: first baton away")
    start.put("2")                    # A is busy until B has taken the first
    print("official: second baton away")
    eventlet.sleep(0.4)
    print("official: looks up")
    print("result", finish.get())
    print("result", finish.get())


main()
