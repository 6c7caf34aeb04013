import eventlet
from eventlet import Timeout, sleep

class Backend:
    def fetch(self):
        eventlet.sleep(0)
        return 1

def connect():
    eventlet.sleep(0)
    return Backend()

def wait():
    eventlet.sleep(0)
    return 3

class Client:
    connect = staticmethod(connect)
    again = connect
    wait = wait
    Timeout = Timeout
    Backend: type = Backend
    def sleep(self):
        sleep(0)
    nap = sleep

    def run(self):
        try:
            with Timeout(0.01):
                sleep(5)
        except Client.Timeout as t:
            print("timeout", type(t).__name__)
        try:
            with self.Timeout(0.01):
                sleep(5)
        except Timeout as t:
            print("timeout", type(t).__name__)
        self.nap()
        return self.connect().fetch(), Client.wait(), self.Backend().fetch()

def main():
    print(Client().run())
main()
