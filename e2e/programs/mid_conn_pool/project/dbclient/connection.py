import itertools

import eventlet


class ProtocolError(Exception):
    """The server answered with -ERR."""


class ServerGone(IOError):
    pass


class Connection:
    _ids = itertools.count(1)

    def __init__(self, host, port, user="guest"):
        self.id = next(self._ids)
        self._sock = eventlet.connect((host, port))
        self._file = self._sock.makefile("rb")
        self.greeting = self._readline()
        self.user = self.execute("USER", user)

    def _readline(self):
        line = self._file.readline()
        if not line:
            raise ServerGone("connection %d lost" % self.id)
        return line.rstrip(b"\r\n").decode("utf-8")

    def execute(self, command, *params):
        text = " ".join((command,) + params)
        self._sock.sendall(text.encode("utf-8") + b"\r\n")
        reply = self._readline()
        ok, _, rest = reply.partition(" ")
        if ok != "+OK":
            raise ProtocolError(rest)
        return rest

    @property
    def alive(self):
        return self._sock is not None

    def close(self):
        if self._sock is not None:
            self._file.close()
            self._sock.close()
            self._sock = None

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


class Transaction:
    def __init__(self, conn):
        self.conn = conn

    def __enter__(self):
        self.conn.execute("BEGIN")
        return self.conn

    def __exit__(self, exc_type, exc, tb):
        if exc_type is None:
            self.conn.execute("COMMIT")
        else:
            self.conn.execute("ROLLBACK")
        return False
