"""A command that imports another one while it runs."""
import eventlet

eventlet.monkey_patch()

import time


def background(log):
    time.sleep(0.02)
    log.append("background")


def repair():
    import repair

    return repair.work()


def main():
    log = []
    eventlet.spawn(background, log)
    time.sleep(0)
    print(repair())
    time.sleep(0.05)
    print(log)


if __name__ == "__main__":
    main()
