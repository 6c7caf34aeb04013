import eventlet

import cache
from cache import BackendError, DictBackend, RemoteBackend, TTLCache

DATA = {"pi": 3, "e": 2, "bad": ValueError("corrupt row")}


def reader(c, key, out):
    try:
        out.append((key, c.get(key)))
    except BackendError as exc:
        out.append((key, "BackendError: %s" % exc))


def exercise(backend):
    c = TTLCache(backend, cache.DEFAULT_TTL, reap_every=0.05)
    print(backend.describe())
    out = []
    for key in ("pi", "pi", "e", "pi", "bad" if backend.name == "remote" else "e"):
        eventlet.spawn_n(reader, c, key, out)
    eventlet.sleep(0.1)
    print(sorted(out))
    print("pi" in c, "tau" in c, len(c), bool(c))
    print(c.get("pi") + c.get("e"), c.get("tau", 6), c.get_many(["e", "pi", "nope"]))
    print({k: c.stats[k] for k in sorted(c.stats)})
    if c.get("pi") == 3 and c.get("e") < 3:
        print("comparison holds")
    eventlet.sleep(0.4)
    print("after ttl", len(c), "expired", sorted(c.gone))
    if not c.get("nothing"):
        print("nothing is nothing")
    c.close()
    print(backend.describe())


def main():
    for make in (lambda: DictBackend({k: v for k, v in DATA.items() if k != "bad"}), lambda: RemoteBackend(DATA, latency=0.04)):
        exercise(make())


main()
