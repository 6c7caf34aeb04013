"""A subscription of a DAGPool waits for what the green thread of that key gives."""
import eventlet
from eventlet.dagpool import DAGPool


def work(key, results):
    eventlet.sleep(0.01)
    return key * 2


def total(key, results):
    return sum(len(v) for _, v in results)


def wait_for(pool, key):
    return pool[key]


def main():
    pool = DAGPool()
    ticks = []
    ticker = eventlet.spawn(lambda: [ticks.append(eventlet.sleep(0.002)) for _ in range(3)])
    pool.spawn("a", (), work)
    pool.spawn("b", (), work)
    print(wait_for(pool, "a"), len(ticks) > 0)
    pool.spawn("sum", ("a", "b"), total)
    print(wait_for(pool, "sum"), pool["b"])
    ticker.wait()


if __name__ == "__main__":
    main()
