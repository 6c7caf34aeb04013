"""A small in-process job scheduler."""
from .job import Job, JobError, Status
from .core import Scheduler
from .decorators import timed, logged

__all__ = ["Job", "JobError", "Status", "Scheduler", "timed", "logged"]
