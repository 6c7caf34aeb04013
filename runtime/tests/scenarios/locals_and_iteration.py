# SPDX-License-Identifier: Apache-2.0
"""Local; zip, map, filter, enumerate, any, all, next, list over async iterables; asynchronous __init__."""

import gc
import weakref

OPTIONS = {}


async def per_task(aio, log):
    x = aio.Local()
    x.v = "main"

    async def f(n):
        log(n, hasattr(x, "v"))
        x.v = n
        await aio.sleep(0)
        log(n, x.v, sorted(vars(x)))

    gs = [aio.spawn(f, n) for n in range(3)]
    for g in gs:
        await g.wait()
    log(x.v)
    del x.v
    try:
        x.v
    except AttributeError:
        log("gone")
    try:
        del x.v
    except AttributeError:
        log("AttributeError")


async def subclass_with_init(aio, log):
    class Mine(aio.Local):
        kind = "class"

        def __init__(self, a, b=2):
            log("init", a, b)
            self.a = a
            self.items = []

        def add(self, i):
            self.items.append(i)
            return len(self.items)

    x = Mine(1, b=3)
    log(x.a, x.kind, x.add(1))

    async def f():
        log(x.a, x.items, x.add(5), x.add(6))

    await aio.spawn(f).wait()
    log(x.items)
    try:
        aio.Local(1)
    except TypeError as e:
        log(e)


async def freed_with_the_task(aio, log):
    class Thing:
        pass

    x = aio.Local()

    async def f():
        x.thing = Thing()
        return weakref.ref(x.thing)

    g = aio.spawn(f)
    r = await g.wait()
    del g
    await aio.sleep(0)
    gc.collect()
    log(r() is None)


async def helpers(aio, log):
    async def agen(n):
        for i in range(n):
            await aio.sleep(0)
            log("gives", i)
            yield i

    async def even(x):
        await aio.sleep(0)
        return x % 2 == 0

    log([p async for p in aio.zip(agen(3), "abcd")])
    log([p async for p in aio.zip("abcd", agen(3))])
    log([p async for p in aio.enumerate(agen(2), 5)])
    log([p async for p in aio.map(even, agen(3))])
    log([p async for p in aio.filter(even, agen(5))])
    log([p async for p in aio.filter(None, agen(3))])
    log([p async for p in aio.map(lambda a, b: a + b, agen(2), [10, 20, 30])])
    log(await aio.any(aio.map(even, agen(5))))
    log(await aio.all(aio.map(even, agen(5))))
    log(await aio.any(x > 5 async for x in agen(2)), await aio.all(x < 5 async for x in agen(2)))
    log(await aio.collect(agen(2)), await aio.collect([1]), await aio.any([]), await aio.all([]))


async def laziness(aio, log):
    async def agen():
        for i in range(100):
            log("gives", i)
            yield i

    it = aio.map(lambda x: x * 2, agen())
    log("made")
    log(await anext(it))
    a = agen()
    async for x, y in aio.zip([1, 2], a):
        log(x, y)
    log(await aio.anext_(a), await aio.anext_(iter([]), "default"), await aio.anext_(iter([4])))


async def throwing(aio, log):
    async def agen():
        try:
            yield 1
        except KeyError as e:
            await aio.sleep(0)
            yield str(e)

    def gen():
        yield 2

    for make in agen, gen:
        for begin, end in (False, False), (True, False), (True, True), (False, True):
            g = make()
            try:
                if begin:
                    log(await aio.anext_(g))
                if end:
                    while await aio.anext_(g, None):
                        pass
                log(await aio.throw(g, KeyError(begin)))
                log(await aio.throw(g, ValueError))
            except (KeyError, ValueError) as e:
                log(repr(e), begin, end)


async def zip_strict(aio, log):
    for args in (("ab", "abc"), ("abc", "ab"), ("ab", "ab", "abc"), ("ab", "ab", "a"), ("ab", "cd")):
        try:
            log([p async for p in aio.zip(*args, strict=True)])
        except ValueError as e:
            log(e)
    log([p async for p in aio.zip()])


async def iterator_errors(aio, log):
    for make in (lambda: aio.zip(1), lambda: aio.enumerate(1), lambda: aio.map(str), lambda: aio.filter(None, 1)):
        try:
            make()
        except TypeError:
            log("TypeError")


async def error_in_the_middle(aio, log):
    async def f(x):
        await aio.sleep(0)
        return 10 // x

    it = aio.map(f, [2, 0, 5])
    log(await anext(it))
    try:
        await anext(it)
    except ZeroDivisionError:
        log("ZeroDivisionError")
    log(await anext(it))


async def async_init(aio, log):
    class Base:
        async def __init__(self, x, *, y=1):
            await aio.sleep(0)
            self.x, self.y = x, y

    class Child(Base):
        async def __init__(self):
            await super().__init__(5, y=6)
            self.z = 7

    class Plain:
        def __init__(self, x):
            self.x = x

    class Odd:
        def __new__(cls, x):
            return x

        async def __init__(self, x):
            log("no")

    class Empty:
        pass

    b = await aio.new(Base, 1, y=2)
    c = await aio.new(Child)
    log(b.x, b.y, c.x, c.y, c.z, (await aio.new(Plain, 3)).x, await aio.new(Odd, 4))
    log(type(await aio.new(Empty)).__name__)
    for bad in (lambda: aio.new(Empty, 1), lambda: aio.new(Base)):
        try:
            await bad()
        except TypeError as e:
            log("TypeError")


async def maybe_awaits(aio, log):
    async def f():
        await aio.sleep(0)
        return 5

    def g():
        return 6

    log(await aio.maybe(f()), await aio.maybe(g()), await aio.maybe(None))
