from contextlib import contextmanager

from eventlet import Timeout
from eventlet.queue import Empty, LightQueue

from .connection import Connection, ServerGone, Transaction


class PoolTimeout(Exception):
    pass


class ConnectionPool:
    def __init__(self, size, factory, wait=0.2):
        self.size = size
        self.factory = factory
        self.wait = wait
        self.created = 0
        self._free = LightQueue()

    def get(self):
        if self._free.empty() and self.created < self.size:
            self.created += 1
            try:
                return self.factory()
            except Exception:
                self.created -= 1
                raise
        try:
            return self._free.get(timeout=self.wait)
        except Empty:
            raise PoolTimeout("no connection within %s s" % self.wait) from None

    def put(self, conn):
        if conn.alive:
            self._free.put(conn)
        else:
            self.created -= 1

    @contextmanager
    def connection(self):
        conn = self.get()
        try:
            yield conn
        except ServerGone:
            conn.close()
            raise
        finally:
            self.put(conn)

    @contextmanager
    def transaction(self):
        with self.connection() as conn, Transaction(conn) as c:
            yield c

    def run(self, *command, limit=None):
        with Timeout(limit):
            with self.connection() as conn:
                return conn.execute(*command)

    def close(self):
        n = 0
        while not self._free.empty():
            self._free.get().close()
            n += 1
        return n
