import eventlet


class Service:
    def __init__(self):
        self.jobs = eventlet.Queue()
        self.results = eventlet.Queue()

    def start(self):
        self.worker = eventlet.spawn(self.run)

    def stop(self):
        self.jobs.put(None)
        self.worker.wait()

    def run(self):
        while True:
            job = self.jobs.get()
            if job is None:
                return
            self.results.put(job())
