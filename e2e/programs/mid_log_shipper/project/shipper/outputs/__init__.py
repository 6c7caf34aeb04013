from .memory import MemoryOutput
from .flaky import FlakyOutput
