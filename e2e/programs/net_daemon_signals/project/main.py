"""A little daemon: answers on a port, re-reads its settings on SIGHUP, stops on SIGTERM."""
import eventlet
eventlet.monkey_patch()

import signal
import socket
import sys

from settings import Settings


class Daemon(object):
    POLL = 0.02

    def __init__(self, settings):
        self.settings = settings
        self.stopping = False
        self.reload = False
        self.answered = 0
        self.active = eventlet.GreenPool(10)

    def on_signal(self, signum, frame):
        # only flags here: a handler must not wait for anything
        if signum == signal.SIGHUP:
            self.reload = True
        else:
            self.stopping = True

    def install(self):
        for s in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(s, self.on_signal)

    def answer(self, conn):
        try:
            conn.settimeout(1)
            question = conn.recv(100).decode().strip()
            if question == 'slow':
                eventlet.sleep(0.3)
            self.answered += 1
            conn.sendall(('%s, %s #%d\n' % (self.settings.greeting, question, self.answered)).encode())
        except socket.timeout:
            print('client too slow')
        finally:
            conn.close()

    def listen_loop(self, listener):
        while True:
            conn, _ = listener.accept()
            self.active.spawn_n(self.answer, conn)

    def run(self, port):
        self.install()
        listener = eventlet.listen(('127.0.0.1', port))
        loop = eventlet.spawn(self.listen_loop, listener)
        while not self.stopping:
            if self.reload:
                self.reload = False
                print('reloaded', self.settings.load())
            eventlet.sleep(self.POLL)
        print('stopping with %d active' % self.active.running())
        loop.kill()
        listener.close()
        try:
            with eventlet.Timeout(1):
                self.active.waitall()
        except eventlet.Timeout:
            print('some did not finish')
            return 1
        print('answered', self.answered)
        return 0


if __name__ == '__main__':
    sys.exit(Daemon(Settings(['Hello', 'Hi', 'Hey'])).run(int(sys.argv[1])))
