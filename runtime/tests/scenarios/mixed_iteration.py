# SPDX-License-Identifier: Apache-2.0
"""Green code that iterates: over what is async and over what is not, step by step and to the end."""


class Boom(Exception):
    pass


def told(log, what, function, *args):
    """Log what function(*args) gives or raises."""
    try:
        log(what, function(*args))
    except BaseException as e:
        log(what, "raises", type(e).__name__, *e.args, e.__cause__, e.__context__)


def kind_of_error(function, *args):
    """The error's class only: its text names the kind of iterator."""
    try:
        return function(*args)
    except BaseException as e:
        return type(e).__name__


class Words:
    """An iterator that can go on after its end, as one over a queue can."""

    def __init__(self, aio, *words):
        self.aio, self.words = aio, list(words)

    def __aiter__(self):
        return self

    async def __anext__(self):
        await self.aio.sleep(0)
        if not self.words:
            raise StopAsyncIteration
        return self.words.pop(0)


async def next_of_each_kind(ev, aio, bridge, log):
    async def numbers(n):
        for i in range(n):
            await aio.sleep(0)
            yield i

    def green_numbers(n):
        for i in range(n):
            ev.sleep(0)
            yield i

    def green():
        for it in (numbers(2), green_numbers(2), iter([0, 1]), Words(aio, 0, 1)):
            for default in ((), (), (), ("default",), (None,), (StopIteration,)):
                told(log, "next", lambda: bridge.next(it, *default))
            log([x for x in bridge.iterate(it)])

    green()
    ev.spawn(green).wait()


async def next_of_wrong_kinds(ev, aio, bridge, log):
    async def numbers():
        yield 1

    def green():
        for wrong in ([1], 5, None, numbers, range(3), ev.Queue()):
            told(log, "next", lambda: bridge.next(wrong))
            told(log, "next with default", lambda: bridge.next(wrong, 1))
        told(log, "no argument", lambda: kind_of_error(lambda: bridge.next()))
        told(log, "three of a generator", lambda: bridge.next(numbers(), 1, 2))
        told(log, "three of a plain one", lambda: bridge.next(iter([1]), 1, 2))
        told(log, "by name", lambda: kind_of_error(lambda: bridge.next(iter([]), default=1)))

    ev.spawn(green).wait()


async def next_raises_what_the_iterator_raises(ev, aio, bridge, log):
    async def fails(error):
        yield "first"
        await aio.sleep(0)
        raise error

    def green():
        for error in (Boom("boom"), ev.Timeout(None), ValueError("v"), GeneratorExit(), SystemExit(3)):
            it = fails(error)
            told(log, "first", lambda: bridge.next(it))
            try:
                bridge.next(it, "default")
            except BaseException as e:
                log(e is error, type(e).__name__)
            told(log, "after it", lambda: bridge.next(it, "default"))

    ev.spawn(green).wait()


async def next_is_killed_and_timed_out(ev, aio, bridge, log):
    async def slow():
        try:
            yield 1
            await aio.sleep(5)
            yield 2
        except BaseException as e:
            log("in the generator", type(e).__name__)
            raise
        finally:
            log("finally")

    def green(it):
        log(bridge.next(it))
        bridge.next(it)

    def timed():
        it = slow()
        with ev.Timeout(0.01, False):
            green(it)
        log(bridge.next(it, "ended"))

    ev.spawn(timed).wait()
    it = slow()
    g = ev.spawn(green, it)
    ev.sleep(0)
    g.kill(Boom("killed"))
    told(log, "wait", g.wait)
    told(log, "next", lambda: bridge.next(it, "ended"))


async def iterate_over_what_is_plain(ev, aio, bridge, log):
    def green_numbers(n):
        try:
            for i in range(n):
                ev.sleep(0)
                log("sent", (yield i))
        except Boom as e:
            log("thrown", e)
            yield "after throw"
        finally:
            log("closed")

    class OldSequence:
        def __getitem__(self, i):
            if i == 3:
                raise IndexError
            return i * i

    class NoIterator:
        def __iter__(self):
            return 5

    def green():
        for plain in ([1, 2], (), "ab", {"k": 1}, range(2), {5}, map(str, [1]), OldSequence(), green_numbers(2)):
            log(list(bridge.iterate(plain)))
        it = green_numbers(3)
        log(bridge.iterate(it) is it, bridge.iterate(bridge.iterate(it)) is it)
        log(next(bridge.iterate(it)), it.send("value"), it.throw(Boom("in")))
        it.close()
        for wrong in (5, None, object, NoIterator(), green_numbers):
            told(log, "iterate", lambda: bridge.iterate(wrong))

    ev.spawn(green).wait()


async def iterate_again_after_the_end(ev, aio, bridge, log):
    def green():
        words = Words(aio, "a")
        it = bridge.iterate(words)
        log(list(it), list(it))
        words.words.append("b")
        log(list(it), next(it, "none"))

    ev.spawn(green).wait()


async def iterate_ended_generators(ev, aio, bridge, log):
    async def numbers(n):
        try:
            for i in range(n):
                await aio.sleep(0)
                yield i
        finally:
            log("finally")

    async def fails():
        yield 1
        raise Boom("own")

    def unstarted():
        return bridge.iterate(numbers(1))

    def ended():
        it = bridge.iterate(numbers(1))
        list(it)
        return it

    def closed():
        it = bridge.iterate(numbers(2))
        next(it)
        it.close()
        return it

    def closed_unstarted():
        it = bridge.iterate(numbers(2))
        it.close()
        return it

    def failed():
        it = bridge.iterate(fails())
        next(it)
        told(log, "fails", next, it)
        return it

    def thrown():
        it = bridge.iterate(numbers(2))
        next(it)
        told(log, "throw", it.throw, Boom("first"))
        return it

    def green():
        for state in (unstarted, ended, closed, closed_unstarted, failed, thrown):
            log(state.__name__)
            told(log, "throw", lambda: state().throw(Boom("thrown")))
            told(log, "throw a class", lambda: state().throw(Boom))
            told(log, "throw GeneratorExit", lambda: state().throw(GeneratorExit()))
            told(log, "throw nonsense", lambda: kind_of_error(state().throw, 5))
            told(log, "send None", lambda: state().send(None))
            if state is not unstarted:  # there Python's own texts differ, and athrow(StopIteration) on 3.13
                told(log, "send", lambda: state().send("value"))
                told(log, "throw StopIteration", lambda: kind_of_error(state().throw, StopIteration(1)))
            told(log, "close", lambda: state().close())
            told(log, "next", lambda: next(state()))
            it = state()
            it.close()
            told(log, "throw twice", lambda: it.throw(Boom("one")))
            told(log, "throw twice", lambda: it.throw(Boom("two")))

    ev.spawn(green).wait()


async def delegating_to_each_kind(ev, aio, bridge, log):
    async def numbers():
        got = None
        while True:
            try:
                got = yield got
                await aio.sleep(0)
            except Boom as e:
                got = str(e)

    def delegates(iterable):
        try:
            yield from bridge.iterate(iterable)
        except Boom as e:
            log("thrown at yield from", e)
            yield "caught"

    def green():
        g = delegates(numbers())
        log(next(g), g.send(1), g.throw(Boom("x")), g.send(2))
        g.close()
        told(log, "closed", lambda: g.throw(Boom("y")))
        for each in (Words(aio, 1, 2), [1, 2]):
            g = delegates(each)
            log(next(g), next(g), g.throw(Boom("z")), list(g))

    ev.spawn(green).wait()


async def aiter_that_fails(ev, aio, bridge, log):
    class Fails:
        def __aiter__(self):
            raise Boom("no iterator")

    class NoIterator:
        def __aiter__(self):
            return 5

    def green():
        import gc

        told(log, "iterate", lambda: bridge.iterate(Fails()))
        told(log, "no iterator", kind_of_error, lambda: bridge.iterate(NoIterator()))
        gc.collect()

    ev.spawn(green).wait()
