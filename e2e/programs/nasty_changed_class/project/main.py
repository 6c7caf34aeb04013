"""Objects that change their class, and objects that are made past __init__."""
import eventlet

eventlet.monkey_patch()
import time


def slow(x):
    time.sleep(0.001)
    return "slow " + x


class Idle:
    def show(self):
        return "idle"

    def wake(self):
        self.__class__ = Busy


class Busy:
    def show(self):
        return slow("busy")


class Other(Idle):
    def show(self):
        return "other"


class Made:
    def __init__(self):
        self.kind = "made"

    def show(self):
        return slow("bare")


job = Idle()
print(job.show())
job.wake()
print(job.show())
other = Other()
setattr(other, "__class__", Busy)
print(other.show())
bare = object.__new__(Made)
print(bare.show(), hasattr(bare, "kind"))
