"""A queue that a library has, workers that are started when the program ends."""

import atexit
import operator

import eventlet
from eventlet import queue

results = queue.Queue()
size = operator.methodcaller("qsize")


def job(n):
    eventlet.sleep(0.01 * n)
    print("job", n)


def collect():
    results.put("sent")
    print(size(results), "there")
    try:
        print(results.get(), results.get(timeout=0.1))
    except queue.Empty:
        print("nothing more")


def finish():
    eventlet.spawn_n(job, 2)
    eventlet.spawn(job, 1)
    eventlet.spawn_after(0.03, job, 3)
    collect()


atexit.register(finish)
print("ready")
