import os
import threading
import time

KIND = os.environ.get("KIND", "native")

if KIND == "eventlet":
    import eventlet

    Timeout = eventlet.timeout.Timeout
    sleep = eventlet.sleep
    Event = eventlet.event.Event

    def spawn(f, *args):
        return eventlet.spawn(f, *args)
else:
    sleep = time.sleep

    class Event:
        def __init__(self):
            self.event = threading.Event()

        def send(self, value=None):
            self.value = value
            self.event.set()

        def wait(self):
            self.event.wait()
            return self.value

    class Timeout(Exception):
        def __init__(self, seconds, exception=None):
            self.seconds = seconds
            print("limit", seconds)

        def __enter__(self):
            return self

        def __exit__(self, *exc):
            print("over")

    class Thread:
        def __init__(self, f, *args):
            self.thread = threading.Thread(target=self.run, args=(f,) + args)
            self.thread.start()

        def run(self, f, *args):
            self.value = f(*args)

        def wait(self):
            self.thread.join()
            return self.value

    def spawn(f, *args):
        return Thread(f, *args)
