import collections

import eventlet


class Registry(dict):
    def __setitem__(self, gt, v):
        super().__setitem__(gt, v)


class Plain(dict):
    pass


class Jobs(collections.OrderedDict):
    def __init__(self, *args, **kw):
        super().__init__(*args, **kw)


class Ready(collections.defaultdict):
    pass


def body(n):
    eventlet.sleep(0)
    print("body", n)
    return n


def start(n):
    return eventlet.spawn(body, n)


def main():
    for reg in (Registry(), Plain()):
        for i in range(3):
            reg[start(i)] = i
        for gt in list(reg):
            if reg.get(gt) == 1:
                gt.kill()
            else:
                print(gt.wait())
        for gt, n in reg.items():
            print(n, gt.wait() if n != 1 else None)
    jobs = Jobs([("a", start(4)), ("b", start(5))], c=start(6))
    for name in jobs:
        print(name, jobs[name].wait())
    for name, gt in jobs.items():
        print(name, gt.wait())
    more = Plain(jobs)
    more.update({"d": start(7)}, e=start(8))
    print([more[k].wait() for k in sorted(more)])
    ready = Ready(list, {1: [start(9)]})
    ready[2].append(start(10))
    ready.setdefault(start(11), [])
    for k, gts in ready.items():
        for gt in gts:
            print(gt.wait())
        if not isinstance(k, int):
            print(k.wait())
    plain = {}
    plain.setdefault(start(12), []).append(start(13))
    for gt in plain:
        print(gt.wait(), [g.wait() for g in plain[gt]])
    copied = dict(Registry({start(14): start(15)}))
    for a, b in copied.items():
        print(a.wait() + b.wait())
    k, v = Plain({start(16): start(17)}).popitem()
    print(k.wait(), v.wait())


main()
