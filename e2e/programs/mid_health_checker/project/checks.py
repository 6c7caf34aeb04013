from __future__ import annotations

import abc
import errno
from typing import Iterable, Optional

import eventlet
from eventlet import Timeout
from eventlet.green import socket

from models import Level, Report


class Check(abc.ABC):
    limit: float = 0.1

    def __init__(self, target: str) -> None:
        self.target = target
        self.last: Optional[Report] = None

    @abc.abstractmethod
    def probe(self) -> str:
        """Return a detail text or raise."""

    def run(self) -> Report:
        try:
            with Timeout(self.limit):
                detail = self.probe()
        except Timeout as t:
            self.last = Report(Level.FAIL, self.target, f"no answer within {t.seconds}s")
        except OSError as e:
            self.last = Report(Level.FAIL, self.target, errno.errorcode.get(e.errno, "?"))
        except Warning as w:
            self.last = Report(Level.WARN, self.target, str(w))
        else:
            self.last = Report(Level.OK, self.target, detail)
        return self.last

    @property
    def healthy(self) -> bool:
        return self.last is not None and self.last.level < Level.FAIL


class StaticCheck(Check):
    """Nothing to wait for."""

    def __init__(self, target: str, value: int, warn_above: int) -> None:
        super().__init__(target)
        self.value, self.warn_above = value, warn_above

    def probe(self) -> str:
        if self.value > self.warn_above:
            raise Warning(f"{self.value} above {self.warn_above}")
        return str(self.value)


class PortCheck(Check):
    def __init__(self, target: str, port: int, ask: bytes = b"ping") -> None:
        super().__init__(target)
        self.port = port
        self.ask = ask

    def probe(self) -> str:
        sock = socket.create_connection(("127.0.0.1", self.port))
        try:
            sock.sendall(self.ask + b"\n")
            answer = sock.recv(64).decode().strip()
        finally:
            sock.close()
        return self.judge(answer)

    def judge(self, answer: str) -> str:
        return answer


class StrictPortCheck(PortCheck):
    limit = 0.4

    def judge(self, answer: str) -> str:
        if answer != "pong":
            raise Warning(f"odd answer {answer!r}")
        return super().judge(answer)

    def run(self) -> Report:
        first = super().run()
        if first.level is Level.FAIL:
            eventlet.sleep(0.02)
            second = super().run()
            second.detail += " (twice)"
            return second
        return first


class Composite(Check):
    limit = 1.0

    def __init__(self, target: str, parts: Iterable[Check]) -> None:
        super().__init__(target)
        self.parts = list(parts)

    def probe(self) -> str:
        worst = max(p.run() for p in self.parts)
        if worst.level is not Level.OK:
            raise Warning(f"worst is {worst.target}")
        return f"{len(self.parts)} parts"
