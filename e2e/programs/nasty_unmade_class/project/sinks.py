"""Sinks, one of which a setting names."""
import eventlet


class Slow:
    def __init__(self):
        eventlet.sleep(0.001)
        self.lines = []

    def take(self, line):
        eventlet.sleep(0.001)
        self.lines.append(line)
        return len(self.lines)
