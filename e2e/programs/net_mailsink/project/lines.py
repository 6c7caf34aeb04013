import eventlet
from eventlet import Timeout


class LineTooLong(Exception):
    pass


class LineReader(object):
    """Lines out of a socket, without makefile, for protocols with limits."""

    def __init__(self, sock, limit=80):
        self.sock = sock
        self.limit = limit
        self._buf = b''
        self.eof = False

    def readline(self):
        while b'\n' not in self._buf:
            if len(self._buf) > self.limit:
                # throw the rest of the line away
                while b'\n' not in self._buf:
                    self._buf = self.sock.recv(16)
                    if not self._buf:
                        break
                self._buf = self._buf.partition(b'\n')[2]
                raise LineTooLong()
            chunk = self.sock.recv(16)
            if not chunk:
                self.eof = True
                rest, self._buf = self._buf, b''
                return rest or None
            self._buf += chunk
        line, _, self._buf = self._buf.partition(b'\n')
        return line.rstrip(b'\r')

    def __iter__(self):
        while True:
            line = self.readline()
            if line is None:
                return
            yield line

    def readline_within(self, seconds):
        with Timeout(seconds):
            return self.readline()
