import hub
from hub import Event, Timeout, sleep


def work(n):
    with Timeout(5):
        sleep(0.01)
        hub.sleep(0.01)
        return n * 2


def limited(n):
    with hub.Timeout(n) as t:
        sleep(0)
        return t.seconds


def tell(event):
    sleep(0.01)
    event.send("told")


def main():
    print(hub.spawn(work, 3).wait(), limited(4))
    event = Event()
    t = hub.spawn(tell, event)
    print(event.wait())
    t.wait()


main()
