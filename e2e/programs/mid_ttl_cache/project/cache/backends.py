import eventlet


class BackendError(LookupError):
    pass


class Backend:
    name = "none"

    def __init__(self):
        self.hits = 0

    def get(self, key, default=None):
        raise NotImplementedError

    def describe(self):
        return "%s backend, %d hits" % (self.name, self.hits)


class DictBackend(Backend):
    """Answers at once."""
    name = "dict"

    def __init__(self, data):
        super().__init__()
        self.data = dict(data)

    def get(self, key, default=None):
        self.hits += 1
        return self.data.get(key, default)      # a dict's get


class RemoteBackend(DictBackend):
    """The same data, but far away."""
    name = "remote"

    def __init__(self, data, latency=0.05):
        super().__init__(data)
        self.latency = latency

    def get(self, key, default=None):
        eventlet.sleep(self.latency)
        value = super().get(key, default)
        if isinstance(value, Exception):
            raise BackendError(str(value)) from value
        return value

    def describe(self):
        return super().describe() + ", %d ms" % (self.latency * 1000)
