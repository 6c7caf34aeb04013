import eventlet

eventlet.monkey_patch()

from eventlet import pools


class ContextPool(eventlet.GreenPool):
    """Kills what still runs where it is left (as Swift has it)."""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for thread in list(self.coroutines_running):
            thread.kill()


class Job:
    def __init__(self, name, log):
        self.name, self.log = name, log

    def run(self, seconds):
        try:
            eventlet.sleep(seconds)
            self.log.append(self.name + " ended")
        finally:
            self.log.append(self.name + " left")

    def cancel(self):
        eventlet.sleep(0)
        self.log.append(self.name + " cancelled")


class Connections(pools.Pool):
    def create(self):
        return Job("connection", [])


def kill_all(pool):
    for thread in list(pool.coroutines_running):
        try:
            thread.kill(eventlet.Timeout)
        except Exception:
            pass


def main():
    log = []
    with ContextPool(2) as pool:
        pool.spawn_n(Job("quick", log).run, 0)
        pool.spawn(Job("slow", log).run, 5)
        eventlet.sleep(0.05)
    print(log, pool.running())

    pool = eventlet.GreenPool()
    pool.spawn(Job("timed", log).run, 5)
    eventlet.sleep(0)
    kill_all(pool)
    pool.waitall()
    print(log[-1], len(pool.coroutines_running))

    pile = eventlet.GreenPile(2)
    pile.spawn(lambda: "piled")
    pile.pool.waitall()
    print(next(pile), pile.pool.running())

    queue = eventlet.Queue()
    for name in "ab":
        queue.put(Job(name, log))
    for job in queue.queue:
        job.cancel()
    print(log[-2:])

    connections = Connections(max_size=1)
    with connections.item():
        pass
    for connection in connections.free_items:
        connection.cancel()
        print(connection.log)


main()
