"""Docstring."""
from __future__ import annotations

import os.path as p, sys
from . import (a, b as c)


@decorator(1, *args, k=v, **kw)
async def f(x, /, y: int = 1, *z, w=None, **u) -> str:
    async with a as b, c:
        await x.y[1:2, ::3]
    async for i, *j in k:
        yield i
    else:
        return [n async for n in m if n if not o]
    lambda q=1, *r: (yield)


class C(B, metaclass=M):
    x: int = 0x1F
    (y): float = -1.5e3j
    z = {"a": 1, **d} | {2, *e} or b"\x00" if 0 else ...


if (n := 10) > 5 >= 3 is not None:
    del n, (o, [q])
elif x not in y:
    global g
else:
    raise E from None

match command.split():
    case ["go", ("north" | "south") as direction, *_]:
        pass
    case {"x": 1 + 2j, **rest} if rest:
        pass
    case Point(x=0, y=-1) | None:
        pass
    case a.b:
        pass
    case _:
        pass

try:
    assert x, f"{x!r:>{width}} {y=} {{}}" "tail"
except (A, B) as e:
    x @= y // z ** -w
finally:
    while True:
        break
𝐱 = "a" u"b" 'c'
