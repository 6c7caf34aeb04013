import enum
from dataclasses import dataclass, field
from typing import Any, Callable, Optional


class Status(enum.Enum):
    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"
    DONE = "done"


class JobError(Exception):
    def __init__(self, job, reason):
        super().__init__(f"{job.name}: {reason}")
        self.job = job


@dataclass
class Job:
    name: str
    func: Callable[..., Any]
    interval: Optional[float] = None
    limit: int = 1
    args: tuple = ()
    kwargs: dict = field(default_factory=dict)
    status: Status = Status.WAITING
    runs: int = 0
    result: Any = None

    @property
    def finished(self) -> bool:
        return self.runs >= self.limit

    def run(self):
        self.status = Status.RUNNING
        self.runs += 1
        try:
            self.result = self.func(*self.args, **self.kwargs)
        except Exception as exc:
            self.status = Status.FAILED
            raise JobError(self, exc) from exc
        else:
            self.status = Status.DONE if self.finished else Status.WAITING
        return self.result
