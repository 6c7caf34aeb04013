"""The server: what it uses must be there before it chooses a hub."""
import eventlet
from eventlet import queue

names = queue.Queue()


def choose():
    try:
        eventlet.hubs.use_hub("poll")
    except Exception:
        try:
            eventlet.hubs.use_hub('selects')
        except Exception:
            raise SystemExit("no hub")


def answer():
    while True:
        name = names.get()
        if name is None:
            return "bye"
        eventlet.sleep(0)
        print("hello", name)


def greet(name):
    thread = eventlet.spawn(answer)
    names.put(name)
    names.put(None)
    return thread.wait()
