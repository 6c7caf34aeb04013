"""Convert a stream of measurements; bad ones are reported in their place."""
import eventlet

pulled = []


def readings():
    for n, raw in enumerate(["21.5", "22.0", "oops", "19.5", "-", "20.0", "18.0", "17.5"]):
        pulled.append(n)
        yield raw


def convert(raw):
    eventlet.sleep(0.06 if raw == "21.5" else 0.02)   # the first one is the slowest
    return float(raw) * 9 / 5 + 32


def main():
    pool = eventlet.GreenPool(size=2)
    results = pool.imap(convert, readings())
    print("pulled before iterating:", len(pulled))
    good = bad = 0
    ahead = 0
    n = 0
    while True:
        try:
            value = next(results)
        except StopIteration:
            break
        except ValueError as e:
            bad += 1
            print(n, "ValueError", e)
        else:
            good += 1
            print(n, round(value, 1))
        n += 1
        ahead = max(ahead, len(pulled) - n)
        if n == 1:
            eventlet.sleep(0.2)     # a slow reader: the pool must not run through the whole source
    print("good", good, "bad", bad, "read ahead at most", ahead)

    pairs = [("north", 0.06), ("south", 0.02), ("east", 0.04)]
    for name, size in pool.starmap(lambda n, s: (eventlet.sleep(s), (n, len(n)))[1], pairs):
        print(name, size)
    print(list(pool.imap(lambda a, b: a * b, [1, 2, 3], [4, 5, 6])))


main()
