from .engine import Engine, TaskError, mapper, reducer
from .progress import make_progress
