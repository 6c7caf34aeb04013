"""Local data of a thread, whose __init__ waits."""
import eventlet

eventlet.monkey_patch()

import threading
import time


def connect(name):
    time.sleep(0.001)
    return ["connected", name]


class Session(threading.local):
    def __init__(self, name):
        self.conn = connect(name)


def work(session, n):
    session.conn.append(n)
    print(session.conn)


def main():
    session = Session("db")
    session.conn.append("main")
    print(session.conn)
    for n in range(2):
        eventlet.spawn(work, session, n).wait()
    print(session.conn)


main()
