"""Starts a small site of its own and crawls it: python main.py [workers]"""
import eventlet

eventlet.monkey_patch()

import sys

from crawler.crawl import Crawler
from crawler.report import print_report
from crawler.site import Site


def main():
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    site = Site(("127.0.0.1", 0))
    site.start()
    try:
        crawler = Crawler(site.base, workers=workers, patience=0.4)
        pages = crawler.run()
    finally:
        site.stop()
    print_report(pages, site)
    return 0 if all(page.ok for page in pages.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
