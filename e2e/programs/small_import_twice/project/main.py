"""Imports a name twice in a row: the second one is what the program uses."""
from eventlet import sleep
from time import sleep
from queue import Queue as Box
from eventlet.queue import Queue as Box
import eventlet


def blocking(name):
    # plain time.sleep: nobody else gets a turn
    print(name, "in")
    sleep(0.01)
    print(name, "out")


def asking(box):
    print("got", box.get())


box = Box()
pool = eventlet.GreenPool()
pool.spawn(asking, box)
for name in "abc":
    pool.spawn(blocking, name)
box.put("something")
eventlet.sleep(0)
pool.waitall()
