import sys

import eventlet

from jobsched import Job, Scheduler, logged, timed
from jobsched.decorators import calls

errors = []
sched = Scheduler(workers=2, on_error=errors.append)


@sched.every(0.1, 3)
@logged
@timed()
def rotate_logs():
    return "rotated"


@timed("backup")
@logged
def backup(volume, *, full=False):
    eventlet.sleep(0.1)
    return f"{volume}:{'full' if full else 'incremental'}"


@logged
def flaky():
    eventlet.sleep(0.01)
    raise ConnectionError("mirror unreachable")


def main() -> int:
    print("jobs planned")
    sched.add(Job("flaky", flaky), delay=0.15)
    nightly = sched.add(Job("backup", backup, args=("home",), kwargs={"full": True}), delay=0.25)
    eventlet.sleep(0.05)
    sched.add(Job("adhoc", lambda n: n * 2, args=(21,)), delay=0.38)
    sched.add(Job("never", backup, args=("attic",)), delay=30)
    eventlet.sleep(0.45)
    print("left over", sched.stop())
    print("backup result", nightly.result, nightly.finished)
    for err in errors:
        print("error", err, "cause", type(err.__cause__).__name__, "runs", err.job.runs)
    for name, status in sched.history:
        print("history", name, status)
    print("calls", sorted(calls.items()))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
