"""Special methods that are properties: Python calls what the property gives."""
import eventlet

eventlet.monkey_patch()
import time


class Steps:
    @property
    def __iter__(self):
        time.sleep(0)

        def steps():
            yield 1
            time.sleep(0.01)
            yield 2
        return steps

    @property
    def __call__(self):
        def run(n):
            time.sleep(0.01)
            return n * 2
        return run

    @property
    def __enter__(self):
        def enter():
            time.sleep(0.01)
            print("enter")
            return self
        return enter

    @property
    def __exit__(self):
        def leave(*exc):
            time.sleep(0.01)
            print("exit")
        return leave

    @property
    def __len__(self):
        def size():
            time.sleep(0.01)
            return 2
        return size


def work(steps):
    print(list(steps), [n for n in steps], steps(4), len(steps))
    with steps as s:
        for n in s:
            print(n)


def other(name):
    for n in range(3):
        print(name, n)
        time.sleep(0.005)


a = eventlet.spawn(work, Steps())
a.wait()
b = eventlet.spawn(other, "b")
b.wait()
