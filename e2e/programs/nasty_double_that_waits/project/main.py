"""A container whose threads are replaced by doubles that wait as they do."""

import atexit
from unittest import mock

import eventlet
from eventlet import event


class Container:
    def __init__(self):
        self.log = []

    def stop_threads(self):
        self.log.append("threads")

    def stop_workers(self):
        self.log.append("workers")

    def stop(self):
        self.log.append("stop")
        self.stop_threads()
        self.stop_workers()
        self.log.append("stopped")


def poll(log):
    for n in range(2):
        log.append(n)
        eventlet.sleep(0)


def race():
    container = Container()
    gate = event.Event()
    with mock.patch.object(container, "stop_threads", autospec=True) as threads:
        threads.side_effect = eventlet.sleep
        with mock.patch.object(container, "stop_workers") as workers:
            workers.side_effect = gate.wait
            other = eventlet.spawn(poll, container.log)
            eventlet.spawn_after(0.01, gate.send, None)
            container.stop()
            other.wait()
    print(container.log)


atexit.register(race)
print("ready")
