import eventlet
eventlet.monkey_patch()

import argparse  # noqa: E402
import logging  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from downloader import Downloader  # noqa: E402
from fakesite import FakeSite  # noqa: E402

LOG = logging.getLogger("main")


def parse_args(argv):
    parser = argparse.ArgumentParser(prog="fetchall")
    parser.add_argument("files", nargs="+")
    parser.add_argument("-c", "--concurrency", type=int, default=2)
    parser.add_argument("-r", "--retries", type=int, default=3)
    parser.add_argument("--deadline", type=float, default=0.5)
    return parser.parse_args(argv)


def progress(site, stop):
    while not stop:
        time.sleep(0.03)
    LOG.info("progress stopped")


def main(argv=None):
    args = parse_args(argv)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(name)s %(levelname)s %(message)s")
    site = FakeSite()
    stop = []
    ticker = eventlet.spawn(progress, site, stop)
    d = Downloader(site.base, args.concurrency, args.retries, args.deadline)
    results = d.fetch_all(args.files)
    stop.append(True)
    ticker.wait()
    for name in sorted(results):
        print("%-12s %s" % (name, results[name]))
    print("requests", sorted(site.hits.items()))
    print("slept between tries", d.pauses)
    return sum(1 for r in results.values() if not r.startswith("ok"))


if __name__ == "__main__":
    sys.exit(main())
