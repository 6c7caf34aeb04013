import collections
import functools

from eventlet import greenpool


class TaskError(Exception):
    def __init__(self, phase, key, cause):
        self.phase, self.key, self.cause = phase, key, cause
        super().__init__("%s of %r failed: %s" % (phase, key, cause))


REGISTRY = {"map": {}, "reduce": {}}


def _register(phase):
    def named(name):
        def deco(func):
            REGISTRY[phase][name] = func
            return func
        return deco
    return named


mapper = _register("map")
reducer = _register("reduce")


def guard(phase):
    def deco(method):
        @functools.wraps(method)
        def inner(self, key, *args):
            try:
                return method(self, key, *args)
            except (ValueError, KeyError) as exc:
                self.errors.append(TaskError(phase, key, exc))
                return None
        return inner
    return deco


class Engine:
    def __init__(self, job, width=3, on_done=None):
        self.map_func = REGISTRY["map"][job]
        self.reduce_func = REGISTRY["reduce"].get(job, lambda key, values: sum(values))
        self.pool = greenpool.GreenPool(width)
        self.errors = []
        self.on_done = on_done or (lambda key: None)

    @guard("map")
    def _map(self, key, text):
        pairs = list(self.map_func(key, text))
        self.on_done(key)
        return pairs

    @guard("reduce")
    def _reduce(self, key, values):
        return key, self.reduce_func(key, values)

    def shuffle(self, documents):
        groups = collections.defaultdict(list)
        for pairs in self.pool.starmap(self._map, sorted(documents.items())):
            for key, value in pairs or ():
                groups[key].append(value)
        return groups

    def run(self, documents):
        groups = self.shuffle(documents)
        pile = greenpool.GreenPile(self.pool)
        for key in sorted(groups):
            pile.spawn(self._reduce, key, groups[key])
        return dict(item for item in pile if item is not None)
