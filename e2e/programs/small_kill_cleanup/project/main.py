# Temporary-workspace cleaner: kill() must have finished the victim's cleanup
# by the time it returns, because the next line reuses the workspace slot.
import eventlet
from eventlet import greenthread
from greenlet import GreenletExit

slots = {}


def build(slot, steps, pace=0.05):
    slots[slot] = "busy"
    print("build", slot, "start")
    try:
        for i in range(steps):
            eventlet.sleep(pace)
            print("build", slot, "step", i)
        return "built " + slot
    except GreenletExit:
        print("build", slot, "killed")
        raise
    finally:
        slots[slot] = "free"
        print("build", slot, "released")


def outcome(gt):
    try:
        return gt.wait()
    except GreenletExit as exc:
        return "GreenletExit(%s)" % exc


def main():
    a = eventlet.spawn(build, "a", 10)
    b = eventlet.spawn(build, "b", 2, pace=0.12)
    eventlet.sleep(0.08)
    a.kill()
    print("slot a is", slots["a"], "right after kill")
    a.kill()  # killing a dead one is harmless
    print("a:", outcome(a))
    print("b:", outcome(b))

    # never started: the function must not run at all
    c = eventlet.spawn(build, "c", 1)
    greenthread.kill(c)
    eventlet.sleep(0.02)
    print("c:", outcome(c), "slot c:", slots.get("c"))

    def suicidal():
        try:
            print("about to go")
            greenthread.kill(greenthread.getcurrent())
            print("not reached")
        finally:
            print("gone")

    d = eventlet.spawn(suicidal)
    print("d:", outcome(d))


main()
