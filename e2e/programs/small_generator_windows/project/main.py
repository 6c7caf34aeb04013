from typing import Iterator, List, Tuple

import eventlet


def samples(count: int) -> Iterator[int]:
    """Sensor samples as they come in."""
    print("sensor on")
    try:
        for i in range(count):
            eventlet.sleep(0.02)
            yield i * i
    finally:
        print("sensor off")


def windows(source: Iterator[int], size: int) -> Iterator[List[int]]:
    window: List[int] = []
    for s in source:
        window.append(s)
        if len(window) == size:
            yield window
            window = []
    if window:
        yield window


def two_sensors(n: int) -> Iterator[Tuple[str, int]]:
    yield from (("a", s) for s in samples(n))
    eventlet.sleep(0.01)
    yield from (("b", s) for s in samples(n))


def running_mean():
    total = count = 0
    mean = None
    while True:
        value = yield mean
        eventlet.sleep(0.01)
        total += value
        count += 1
        mean = total / count


def main() -> None:
    for w in windows(samples(5), 2):
        print("window", w, "sum", sum(w))
    print("max", max(samples(3)))
    print(dict(enumerate(samples(3))))
    for name, value in two_sensors(2):
        print(name, value)

    gen = samples(10)
    print("first", next(gen), "second", next(gen))
    gen.close()
    print("third", next(gen, "nothing"))

    gen = samples(3)
    first_big = next((s for s in gen if s > 3), None)
    print("first big", first_big, "rest", list(gen))

    mean = running_mean()
    next(mean)
    print([mean.send(v) for v in (4, 8, 3)])
    squares = list(map(lambda s: s + 1, samples(3)))
    print(squares, 7 in samples(4), [*samples(2)])
    a, b, c = samples(3)
    print(a, b, c)


main()
