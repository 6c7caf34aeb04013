"""Objects with methods that wait, which a library had and hands out again; statements of a module."""

import eventlet

eventlet.monkey_patch()

import concurrent.futures
import contextvars
import dataclasses
import json
import pickle
import sqlite3
import statistics
import sys
import time
from unittest import mock


class Point:
    def __init__(self, x):
        self.x = x

    def slow(self):
        time.sleep(0)
        return self.x


time.sleep(0)


@dataclasses.dataclass
class Job:
    name: str

    def run(self):
        time.sleep(0)
        return self.name


class Late(Point):
    pass


print(Job("a"), Job("b").run(), Late.__qualname__, pickle.loads(pickle.dumps(Late(4))).slow())
print(pickle.loads(pickle.dumps(Point(3))).slow(), json.loads('{"x": 5}', object_hook=lambda d: Point(**d)).slow())

db = sqlite3.connect(":memory:")
db.row_factory = lambda cursor, row: Point(row[0])
print(db.execute("select 7").fetchone().slow())

var = contextvars.ContextVar("var", default=Point(6))
print(var.get().slow())
var.set(Point(8))
print(var.get().slow())

future = concurrent.futures.Future()
future.set_result(Point(9))
print(future.result().slow(), statistics.mode([Point(1)]).slow())

double = mock.MagicMock()
double.get.return_value = Point(2)
print(double.get(1).slow(), mock.Mock(return_value=Point(4))().slow())

here = sys.modules[__name__]
here.point = Point(10)
print(getattr(here, "point").slow())
