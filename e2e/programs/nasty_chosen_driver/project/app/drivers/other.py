"""The same, with a name for each slot."""
from app.drivers import memory


class Driver(memory.Driver):
    def __init__(self, kind):
        super().__init__(kind.upper())
