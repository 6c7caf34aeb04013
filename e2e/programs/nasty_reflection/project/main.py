"""Functions that are found in ways in which their names do not stand."""
import eventlet
eventlet.monkey_patch()

import collections
import contextlib
import dataclasses
import functools
import inspect
import operator
import sys
import time
import types
import typing



def fetch(*args, **kwargs):
    print("  fetch", len(args), sorted(kwargs))
    time.sleep(0)
    return 1


class Robot:
    def go(self, *args):
        return fetch(*args)

    @property
    def charge(self):
        return fetch()

    @charge.deleter
    def charge(self):
        fetch("deleted")

    def __getitem__(self, key):
        return fetch(key)


def case_operator():
    operator.methodcaller("go", 1)(Robot())
    operator.attrgetter("go")(Robot())()
    operator.attrgetter("charge")(Robot())
    operator.itemgetter("a")(Robot())
    print(list(map(operator.methodcaller("go"), [Robot()])))


def case_methods():
    fetch.__call__()
    types.MethodType(fetch, Robot())()
    Robot.go.__get__(Robot())()
    Robot.charge.fget(Robot())
    Robot().go.__func__(Robot())
    print(hasattr(Robot(), "charge"))
    robot = Robot()
    del robot.charge


def traced(f):
    @functools.wraps(f)
    def wrapper(*args):
        return f(*args)
    return wrapper


def traced_too(f):
    def wrapper(*args):
        return f(*args)
    return functools.update_wrapper(wrapper, f)


@traced
def move():
    fetch("move")


@traced_too
def turn():
    fetch("turn")


def case_wrapped():
    move.__wrapped__()
    turn.__wrapped__()
    inspect.unwrap(move)()


class Bag:
    def __init__(self, **items):
        self.__dict__.update(items)

    def all(self):
        for name, value in vars(self).items():
            value(name)


def case_namespaces():
    Robot.__dict__["go"](Robot())
    vars(Robot)["go"](Robot())
    bag = Bag(first=fetch)
    bag.first()
    bag.__dict__["second"] = fetch
    bag.second(2)
    bag.all()
    getattr(sys.modules[__name__], "move")()
    sys.modules["__main__"].__dict__["turn"]()
    f = fetch
    locals()["f"]("local")
    eval("fetch('text')")
    dict(inspect.getmembers(Robot(), inspect.ismethod))["go"]()


@dataclasses.dataclass
class Plan:
    step: object = None


class Pair(typing.NamedTuple):
    step: object
    other: object = None


Point = collections.namedtuple("Point", "step")


@dataclasses.dataclass(frozen=True)
class Fixed:
    step: object = None

    def __post_init__(self):
        object.__setattr__(self, "step", fetch)


def case_records():
    dataclasses.replace(Plan(), step=Robot()).step.go()
    dataclasses.asdict(Plan(fetch))["step"]("asdict")
    Pair(1)._replace(step=fetch).step("replaced")
    Pair(fetch)[0]("first")
    step, other = Pair(fetch)
    step("unpacked")
    Point(1)._replace(step=fetch).step()
    Fixed().step()


def case_exceptions():
    try:
        raise ValueError(fetch)
    except ValueError as e:
        e.args[0]("raised")


def hook(*args):
    fetch(*args)


def case_hooks():
    sys.excepthook, before = hook, sys.excepthook
    sys.excepthook(1, 2, 3)
    sys.excepthook = before


class Screen:
    def __init__(self, under):
        self.under = under

    def write(self, text):
        time.sleep(0)
        self.under.write(text)

    def flush(self):
        self.under.flush()


def case_files():
    print("to a screen", file=Screen(sys.stdout))
    with contextlib.redirect_stdout(Screen(sys.stdout)):
        print("to another")


def ticker():
    for i in range(3):
        time.sleep(0)
    print("ticked")


def main():
    other = eventlet.spawn(ticker)
    for case in [
        case_operator, case_methods, case_wrapped, case_namespaces,
        case_records, case_exceptions, case_hooks, case_files,
    ]:
        print(case.__name__)
        case()
    other.wait()
    print("done")


if __name__ == "__main__":
    main()
