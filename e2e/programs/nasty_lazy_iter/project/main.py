import eventlet
eventlet.monkey_patch()


class Walk:
    def walk(self):
        for i in range(2):
            eventlet.sleep(0)
            yield i

    def __iter__(self):
        return self.walk()


class Reader:
    def __init__(self, items):
        self.items = list(items)

    def recv(self):
        eventlet.sleep(0)
        return self.items.pop(0)

    def __iter__(self):
        return iter(self.recv, None)


class Mapped(Reader):
    def __iter__(self):
        return map(str, super().__iter__())


class Stages:
    def __init__(self, source, stages):
        self.source, self.stages = source, stages

    def __iter__(self):
        it = self.source
        for stage in self.stages:
            it = stage(it)
        return iter(it)


def main():
    print(list(Stages(Reader(["s", None]), [enumerate, lambda it: map(str, it)])))
    for x in Walk():
        print(x)
    for x in Reader(["a", "b", None]):
        print(x)
    print(list(Reader(["c", None])), [x for x in Mapped([1, None])])
    it = iter(Reader(["d", "e", None]))
    print(next(it), list(it))


main()
