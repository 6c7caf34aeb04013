"""@x.getter makes a property of another; object.__setattr__ sets what nobody follows."""
import eventlet

eventlet.monkey_patch()


class Job:
    @property
    def state(self):
        eventlet.sleep(0)
        return "waits"

    @state.getter
    def quick(self):
        return "quick"

    @property
    def size(self):
        return 3

    @size.getter
    def size(self):
        eventlet.sleep(0)
        return 4

class Derived(Job):
    @Job.state.getter
    def state(self):
        return "derived"

    @Job.size.setter
    def size(self, value):
        eventlet.sleep(0)
        self.given = value


class Hooked:
    def call(self):
        return self.hook()


job, derived = Job(), Derived()
print(job.state, job.quick, job.size, derived.state, derived.quick, derived.size)
derived.size = 1
print(derived.given, derived.size)

made = type("Made", (Hooked,), {"hook": lambda self: "class"})()
print(made.call())
object.__setattr__(made, "hook", lambda: (eventlet.sleep(0), "own"))
print(made.call())
