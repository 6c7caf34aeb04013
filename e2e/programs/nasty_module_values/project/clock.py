from time import sleep


def nap():
    sleep(0)
    return "nap"
