"""Methods of context managers that are called by name."""
import eventlet

eventlet.monkey_patch()


class Base:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


class Outer(Base):
    def __enter__(self):
        return super().__enter__()

    def __exit__(self, *exc):
        return super().__exit__(*exc)


class Waits(Base):
    def __enter__(self):
        eventlet.sleep(0)
        return super().__enter__()

    def __exit__(self, *exc):
        eventlet.sleep(0)
        return super().__exit__(*exc)


class Both(Outer, Waits):
    pass


class Door:
    def __enter__(self):
        eventlet.sleep(0)
        return "door"

    def __exit__(self, *exc):
        eventlet.sleep(0)


class Holds:
    def __init__(self, held):
        self.held = held

    def __enter__(self):
        return self.held.__enter__()

    def __exit__(self, *exc):
        return self.held.__exit__(*exc)


def use(o):
    with o as entered:
        print(type(entered).__name__)


def main():
    for o in (Base(), Outer(), Waits(), Both(), Holds(Base()), Holds(Door())):
        use(o)


eventlet.spawn(main).wait()
