import eventlet

eventlet.monkey_patch()

from manager import Manager


class Compute(Manager):
    """Manager's metaclass reads the body of this class, too."""

    def __init__(self):
        self.ticks = 0

    @Manager.task
    def tick(self):
        eventlet.sleep(0)
        self.ticks += 1

    @Manager.task
    def report(self):
        print("ticks", self.ticks)


if __name__ == "__main__":
    compute = Compute()
    for _ in range(2):
        compute.run_tasks()
    print([name for name, _ in Compute.tasks])
