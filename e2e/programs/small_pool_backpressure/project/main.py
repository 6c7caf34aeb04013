import eventlet
from eventlet import GreenPool

peak = 0
active = 0


def resize_image(name, cost):
    global peak, active
    active += 1
    peak = max(peak, active)
    print("begin %s (active %d)" % (name, active))
    try:
        eventlet.sleep(cost)
        if name.endswith('.txt'):
            raise ValueError("not an image: %s" % name)
        return name.replace('.png', '@2x.png')
    finally:
        active -= 1
        print("end %s" % name)


def thumbnails(pool, name):
    # spawning from a worker of a full pool runs the function in place
    print("thumbs %s" % name)
    gt = pool.spawn(resize_image, "thumb-" + name, 0.02)
    print("thumb result %s" % gt.wait())


def main():
    pool = GreenPool(2)
    gts = []
    for name, cost in [("a.png", 0.1), ("b.png", 0.2), ("c.txt", 0.05), ("d.png", 0.1)]:
        print("submit %s free=%d running=%d" % (name, pool.free(), pool.running()))
        gts.append((name, pool.spawn(resize_image, name, cost)))
    print("all submitted")
    pool.waitall()
    for name, gt in gts:
        try:
            print("%s -> %s" % (name, gt.wait()))
        except ValueError as e:
            print("%s failed: %s" % (name, e))
    print("peak %d running %d free %d" % (peak, pool.running(), pool.free()))

    pool.resize(4)
    for i in range(4):
        pool.spawn_n(resize_image, "%d.png" % i, 0.05 + 0.05 * i)
    print("free after four: %d" % pool.free())
    pool.resize(1)
    print("free after shrink: %d" % pool.free())
    pool.waitall()
    print("peak %d" % peak)

    pool.spawn_n(thumbnails, pool, "e.png")
    pool.waitall()
    print("waitall on an idle pool returns: %s" % pool.waitall())


if __name__ == "__main__":
    main()
