from .base import Output


class MemoryOutput(Output):
    pass
