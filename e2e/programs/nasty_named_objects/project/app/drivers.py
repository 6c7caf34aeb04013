import time


def slow(n):
    time.sleep(0.001)
    return ("slow", n)


def quick(n):
    return ("quick", n)


class Slow:
    def run(self, n):
        return slow(n) + ("run",)


class Other:
    def run(self, n):
        time.sleep(0.001)
        return n * 2

    def name(self):
        return type(self).__name__


class Kept:
    @classmethod
    def make(cls, n):
        time.sleep(0.001)
        return "made", n
