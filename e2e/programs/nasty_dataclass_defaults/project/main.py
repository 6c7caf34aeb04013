import dataclasses
from dataclasses import dataclass, field
from functools import partial

import eventlet


class Backend:
    def __init__(self, n=1):
        self.n = n

    def fetch(self):
        eventlet.sleep(0)
        return self.n


class Slow:
    def __init__(self):
        eventlet.sleep(0)
        self.n = 2

    def fetch(self):
        eventlet.sleep(0)
        return self.n


def connect():
    eventlet.sleep(0)
    return Backend(7)


@dataclass
class Client:
    kind: type = Backend
    wrapped: object = field(default=Backend)
    made: Backend = field(default_factory=Backend)
    part: Backend = field(default_factory=partial(Backend, 5))
    lam: object = field(default_factory=lambda: Backend)
    connect: object = connect
    hook: object = field(default=connect)

    def run(self):
        return (self.kind().fetch(), self.wrapped().fetch(), self.made.fetch(), self.part.fetch(), self.lam().fetch(),
                self.hook().fetch())


@dataclass
class Lazy:
    slow: Slow = field(default_factory=Slow)
    cls: object = field(default=Slow)

    def run(self):
        return self.slow.fetch(), self.cls().fetch()


@dataclass
class Job:
    fetch: object = field(default_factory=lambda: connect)
    conn: object = field(default_factory=connect)


def main():
    print(Client().run())
    print(Client(kind=Slow).run())
    print(Lazy().run())
    j = Job()
    print(j.fetch().fetch(), j.conn.fetch())
    print(dataclasses.replace(Client(), kind=Slow).run())


if __name__ == "__main__":
    main()
