import os
from pydoc import locate

import eventlet
eventlet.monkey_patch()


def main():
    sink = locate(os.environ["APP_SINK"])()
    eventlet.sleep(0)
    print(sink.take("one"), sink.take("two"), sink.lines)


if __name__ == "__main__":
    main()
