# SPDX-License-Identifier: Apache-2.0
"""DAGPool."""

import pickle

OPTIONS = {
    "dependencies": {"threads": True},
    "many_levels": {"sort": True},
    "wait_each_forms": {"sort": True},
}


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def dependencies(aio, log):
    p = aio.DAGPool({"preloaded": 1})

    async def work(key, results, extra=0):
        log(key, "begins")
        total = extra
        async for k, v in results:
            log(key, "got", k, v)
            total += v
        return total + 1

    p.spawn("c", ("a", "b"), work)
    p.spawn("a", ("preloaded",), work, 10)
    p.spawn("b", ("a",), work, extra=100)
    log("main", sorted(p.running_keys()), p.running())
    await aio.sleep(0)
    log("main", sorted((await p.wait()).items()))
    log("main", p.running(), sorted(p.keys()), sorted(p.items()))


async def waiting_and_looking(aio, log):
    p = aio.DAGPool()

    async def work(key, results):
        return [k async for k, v in results]

    p.spawn("x", ("y", "z"), work)
    await aio.sleep(0)
    log(p.waiting(), p.waiting_for("x") == {"y", "z"}, p.waiting_for() == {"x": {"y", "z"}})
    p.post("y", 1)
    await aio.sleep(0)
    log(p.waiting_for("x"), p.get("y"), p.get("z"), p.get("z", "default"))
    p.post("z", 2)
    log(sorted(await p["x"]), p.waiting(), p.waiting_for("x"), await p["y"])
    try:
        p.waiting_for("unknown")
    except KeyError as e:
        log(name(e))


async def collisions(aio, log):
    p = aio.DAGPool({"k": 1})
    for f in (lambda: p.post("k", 2), lambda: p.spawn("k", (), None)):
        try:
            f()
        except aio.Collision as e:
            log(name(e))
    p.post("k", 3, replace=True)
    log(p.get("k"))

    async def work(key, results):
        await aio.sleep(0.01)

    p.spawn("w", (), work)
    try:
        p.post("w", 1)
    except aio.Collision as e:
        log(name(e))
    try:
        p.spawn_many({"w": ()}, work)
    except aio.Collision as e:
        log(name(e))


async def own_post(aio, log):
    p = aio.DAGPool()

    async def work(key, results):
        p.post(key, "posted")
        return "returned"

    p.spawn("k", (), work)
    await aio.sleep(0)
    log(await p["k"], p.running())


async def errors_propagate(aio, log):
    p = aio.DAGPool()

    async def bad(key, results):
        raise ValueError("bad")

    async def depends(key, results):
        return [v async for k, v in results]

    p.spawn("a", (), bad)
    p.spawn("b", ("a",), depends)
    p.spawn("c", (), lambda key, results: "fine")
    try:
        await p["b"]
    except aio.PropagateError as e:
        log(name(e), e.key, type(e.exc).__name__, e.exc.key, type(e.exc.exc).__name__)
    for f in (lambda: p.get("a"), lambda: p.items()):
        try:
            f()
        except aio.PropagateError as e:
            log(e.key)
    try:
        await p.waitall()
    except aio.PropagateError as e:
        log("waitall", type(e).__name__)
    log([item async for item in p.wait_each_success()])
    log(sorted([k async for k, v in p.wait_each_exception()]))
    log(sorted(p.keys()), await p.wait(("c",)))


async def wait_each_forms(aio, log):
    p = aio.DAGPool((("a", 1), ("b", 2)))
    log([item async for item in p.wait_each(())])
    for item in sorted([item async for item in p.wait_each()]):
        log(item)
    async for key, value in p.wait_each(("a",)):
        log(key, value)


async def killed(aio, log):
    p = aio.DAGPool()

    async def work(key, results):
        try:
            await aio.sleep(1)
        finally:
            log("killed")

    p.spawn("k", (), work)
    await aio.sleep(0)
    try:
        await p.kill("k")
    except KeyError as e:
        log(name(e))
    log(p.running())
    try:
        await p.kill("no")
    except KeyError as e:
        log(name(e))


async def many_levels(aio, log):
    p = aio.DAGPool()

    async def work(key, results):
        total = key
        async for _, v in results:
            total += v
        return total

    p.spawn_many({n: [m for m in range(n)] for n in range(8)}, work)
    for item in (await p.waitall()).items():
        log(*item)


async def pickled_error(aio, log):
    e = pickle.loads(pickle.dumps(aio.PropagateError("k", ValueError("v"))))
    log(name(e), e.key, repr(e.exc))
