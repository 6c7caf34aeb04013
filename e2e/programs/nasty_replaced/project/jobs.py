import eventlet


def advance(job):
    eventlet.sleep(0)
    return "advanced " + job


def finish(job):
    eventlet.sleep(0)
    return "finished " + job


class Store:
    def save(self, job):
        eventlet.sleep(0)
        return "saved " + job

    def twice(self, job):
        return [self.save(job), self.save(job)]

    def load(self, job):
        eventlet.sleep(0)
        return "loaded " + job


def process(job):
    store = Store()
    return [store.load(job), advance(job), finish(job), store.save(job)]
