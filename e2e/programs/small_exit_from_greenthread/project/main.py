import sys
import eventlet


def watchdog(limit):
    eventlet.sleep(limit)
    print("watchdog: giving up")
    sys.exit(3)


def worker():
    try:
        n = 0
        while True:
            n += 1
            print("worker tick %d" % n)
            eventlet.sleep(0.1)
    except Exception as e:
        print("worker error %s" % e)


def main():
    eventlet.spawn(watchdog, 0.25)
    w = eventlet.spawn(worker)
    try:
        w.wait()
        print("not reached")
    except Exception as e:
        print("main caught %s" % type(e).__name__)
    except SystemExit as e:
        print("main sees SystemExit %s" % e.code)
        raise
    finally:
        print("main cleanup")


if __name__ == "__main__":
    main()
