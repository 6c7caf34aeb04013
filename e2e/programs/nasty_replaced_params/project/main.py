"""Functions that return a parameter to which they may have assigned something else."""
import eventlet

eventlet.monkey_patch()


def slow():
    eventlet.sleep(0)
    return "slow"


def quick():
    return "quick"


def conditional(f):
    """An inner function uses f, and f is not always what was given."""
    call = lambda: f()
    if f.__name__ == "quick":
        f = slow
    return f


def from_inside(f):
    def replace():
        nonlocal f
        f = slow

    replace()
    g = f
    return g


def by_default(f=None):
    def later():
        return f()

    if f is None:
        f = slow
    if f is None:
        return later
    return f


def either(f=None):
    call = lambda: f()
    f = f or slow
    return f


def listed(f=None):
    def replace():
        nonlocal f
        f = slow

    replace()
    return [f]


def kept(f):
    """Here nothing is replaced."""
    call = lambda: f()
    g = h = f
    del h
    return g


@conditional
def decorated():
    return "decorated"


print(conditional(quick)(), conditional(slow)(), decorated())
print(from_inside(quick)(), from_inside(slow)())
print(by_default()(), by_default(quick)())
print(either()(), either(quick)())
print(listed()[0](), listed(quick)[0]())
print(kept(quick)(), kept(slow)())
