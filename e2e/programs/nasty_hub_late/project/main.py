"""Counts in the background while a tool is loaded that is a program of its own."""
import eventlet


def count(to):
    for n in range(to):
        eventlet.sleep(0.01)
        print("at", n)
    return to


def main():
    background = eventlet.spawn(count, 3)
    eventlet.sleep(0.015)
    import tool
    print(tool.convert([3, 1, 2]))
    print("counted", background.wait())


if __name__ == "__main__":
    main()
