"""Threads of the system beside green ones: only sockets are patched, so a threading.Thread is a real one.

Eventlet gives each such thread a hub of its own where it first needs one.
"""
import eventlet

eventlet.monkey_patch(all=False, socket=True)

import threading
import time


def fetch(n):
    eventlet.sleep(0.01)
    return n * 2


class Command:
    """Runs a method in a thread, and keeps what it gave."""

    def __init__(self, method):
        self.method = method
        self.thread = threading.Thread(target=self.run)

    def run(self):
        self.result = self.method(threading.get_ident())

    def join(self):
        self.thread.join()
        return self.result


def prepare(ident):
    assert threading.get_ident() == ident, "the code of the thread runs in the thread"
    return fetch(21)


def in_parts(ident):
    parts = [eventlet.spawn(fetch, n) for n in range(3)]
    assert threading.get_ident() == ident
    return [p.wait() for p in parts] + [prepare(ident)]


class Heart:
    """Beats in a thread while the main one does something else, in its own way."""

    def __init__(self):
        self.beats = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        eventlet.sleep(0)
        while not self.stopped.is_set():
            self.beats.append(fetch(len(self.beats)))

    def stop(self):
        self.stopped.set()
        self.thread.join()
        return self.beats[:3]


def run(method):
    command = Command(method)
    command.thread.start()
    return command.join()


def main():
    print("before the first turn of the hub:", run(prepare), run(in_parts))
    print("in the main thread:", fetch(1))
    print("while the main thread blocks all:", run(prepare), run(in_parts))
    heart = Heart()
    heart.thread.start()
    while len(heart.beats) < 3:
        time.sleep(0.005)
    print("beats:", heart.stop())


if __name__ == "__main__":
    main()
