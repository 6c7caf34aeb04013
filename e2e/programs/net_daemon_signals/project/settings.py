import time


class Settings(object):
    def __init__(self, greetings):
        self._greetings = iter(greetings)
        self.generation = 0
        self.load()

    def load(self):
        time.sleep(0.01)                # the real thing reads a network share
        self.greeting = next(self._greetings)
        self.generation += 1
        return self.generation
