import eventlet
eventlet.monkey_patch()


def work(n):
    eventlet.sleep(0)
    return n


def main():
    pool = eventlet.GreenPool(1)
    with pool.sem:
        print(pool.free())
    gt = pool.spawn(work, 1)
    gt.label = "first"
    print(gt.label, gt.wait(), gt._exit_event.wait())
    pool.no_coros_running.wait()


main()
