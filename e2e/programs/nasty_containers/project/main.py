"""Functions that wait, kept where only a library hands them out again."""

import eventlet

eventlet.monkey_patch()

import enum
import inspect
import string
import time
from collections import ChainMap, Counter, OrderedDict, deque, namedtuple


def work(n=1):
    time.sleep(0.01)
    return n


class Job(enum.Enum):
    ONE = (work, 1)
    TWO = (work, 2)

    def __init__(self, call, times):
        self.call, self.times = call, times

    def run(self):
        call, times = self.value
        return call(times) + self.call(times)


class Plain(enum.Enum):
    LEFT = 1
    RIGHT = 2

    def go(self):
        time.sleep(0.01)
        return self.value


class Totals(list):
    def total(self):
        return sum(work(x) for x in self)


class Lazy(dict):
    def __missing__(self, key):
        time.sleep(0.01)
        return key


class Record:
    @property
    def name(self):
        time.sleep(0.01)
        return "name"

    def __getitem__(self, key):
        time.sleep(0.01)
        return key * 2

    def __format__(self, spec):
        time.sleep(0.01)
        return "<" + spec + ">"


class Hooked(type):
    def __new__(mcs, name, bases, namespace):
        cls = super().__new__(mcs, name, bases, namespace)
        cls.hooks = [v for k, v in namespace.items() if k.startswith("on_")]
        return cls


class Service(metaclass=Hooked):
    def on_start(self):
        time.sleep(0.01)
        return "started"


def outer(callback=work):
    return callback(7)


counts = Counter()
counts[work] += 2
print([f() for f in counts.elements()], [f(n) for f, n in counts.most_common(1)])
tally = Counter()
tally.update(work(i % 2) for i in range(5))
print(sorted(tally.items()))

chain = ChainMap({"a": work}, {"b": work})
print(chain["a"](), chain.maps[1]["b"](2), chain.new_child()["a"](3))
for layer in chain.maps:
    print([f(4) for f in layer.values()])

ring = deque([work])
ring.rotate(1)
print(ring[0](), ring.copy()[0](5))
ordered = OrderedDict(a=work)
ordered.move_to_end("a")
print(ordered.popitem()[1](6))

Pair = namedtuple("Pair", "first second")
pair = Pair(work, 1)
print(pair._asdict()["first"](), Pair._make([work, 2]).first(8), pair._replace(second=work).second(9))

print([j.run() for j in Job], Job.ONE.call(5))
print([m.go() for m in Plain.__members__.values()], Plain(2).go(), Plain["LEFT"].go())

totals = Totals(work(i) for i in range(3))
print(totals, totals.total(), totals + Totals(work(i) for i in range(2)))
print(Lazy()["q"], Lazy().get("z"))

record = Record()
print("{0.name} {0[ab]} {0:zz} {c.name}".format(record, c=record), "{c.name}".format_map({"c": record}))
print(string.Template("$a $b").substitute(record), "%(a)s" % record)

print([hook(Service()) for hook in Service.hooks])
print(inspect.signature(outer).parameters["callback"].default(), outer.__defaults__[0](), outer())
