"""Key-value store over TCP.  One text line per request, one per answer."""
import eventlet
eventlet.monkey_patch()

import socket
import sys
import time

from store import Store, WrongType
from journal import Journal


class Handler:
    """One per connection."""

    def __init__(self, conn, store, stop):
        self.conn = conn
        self.store = store
        self.stop = stop
        self.verbs = {"GET": self.get, "SET": self.set, "DEL": self.delete, "INCR": self.incr,
                      "BGET": self.bget, "EXPIRE": self.expire, "PERSIST": self.persist,
                      "KEYS": lambda: " ".join(sorted(self.store.keys())) or "(none)",
                      "COUNT": lambda *a: len(self.store), "SHUTDOWN": self.shutdown}

    def get(self, key):
        return self.store.get(key, "(nil)")

    def set(self, key, *value):
        self.store.set(key, " ".join(value))
        return "OK"

    def delete(self, *keys):
        return sum(self.store.delete(k) for k in keys)

    def incr(self, key, by="1"):
        return self.store.incr(key, int(by))

    def bget(self, key, seconds):
        """Blocking get: waits for the key to be set."""
        value = self.store.wait_for(key, float(seconds))
        return "(timeout)" if value is None else value

    def expire(self, key, seconds):
        return "OK" if self.store.expire(key, float(seconds)) else "no such key"

    def persist(self, key):
        return "OK" if self.store.persist(key) else "no timer"

    def shutdown(self):
        self.stop()
        return "bye"

    def dispatch(self, line):
        verb, *args = line.split()
        func = self.verbs.get(verb.upper())
        if func is None:
            return "ERR unknown verb %s" % verb
        try:
            return func(*args)
        except WrongType as e:
            return "ERR %s" % e
        except (TypeError, ValueError):
            return "ERR usage"

    def __call__(self):
        with self.conn:
            reader = self.conn.makefile("r", encoding="utf-8")
            while line := reader.readline():
                if line.strip():
                    self.conn.sendall(f"{self.dispatch(line)}\n".encode("utf-8"))


def main():
    journal = Journal()
    store = Store(journal)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(sys.argv[1])))
    listener.listen(16)
    done = eventlet.Event()

    def accept():
        while True:
            conn, _ = listener.accept()
            eventlet.spawn(Handler(conn, store, lambda: done.send(True)))

    acceptor = eventlet.spawn(accept)
    done.wait()
    acceptor.kill()
    time.sleep(0.05)            # let the last answer out
    journal.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
