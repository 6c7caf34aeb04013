"""Status beacon: two periodic reporters beside a foreground job.

The reporters are never stopped: the process simply ends when the job is done.
"""
import eventlet


def beacon(name, every):
    n = 0
    try:
        while True:
            n += 1
            print("%s beat %d" % (name, n))
            eventlet.sleep(every)
    finally:
        print("%s stopped" % name)


def job(steps):
    total = 0
    for step in range(steps):
        eventlet.sleep(0.75 if step == 0 else 1)
        total += step * 10
        print("job step %d total %d" % (step, total))
    return total


def main():
    eventlet.spawn(beacon, "fast", 0.5)
    eventlet.spawn_n(beacon, "slow", 1.25)
    print("starting job")          # neither beacon has printed yet
    result = job(2)
    eventlet.sleep(0.5)
    print("job result %d" % result)


if __name__ == "__main__":
    main()
    print("bye")
