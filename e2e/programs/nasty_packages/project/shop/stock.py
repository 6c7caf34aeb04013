import time

shelf = {"tea": 10, "milk": 4}


def take(name, count):
    time.sleep(0.01)
    shelf[name] -= count
    return shelf[name]
