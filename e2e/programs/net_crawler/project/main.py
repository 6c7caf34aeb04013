import sys

import crawler


def short(url, base):
    return '/' + url[len(base):] if url.startswith(base) else url


def main(base):
    c = crawler.Crawler(base)
    pages = c.run()
    for url, page in sorted(pages.items()):
        print('%-16s %-8s %-10s %s' % (short(url, base), page.status, page.title,
                                       ' '.join(short(l, base) for l in page.links if l.startswith(base))))
    print('robots', c.fetcher.robots(base))
    print('fetched', c.fetcher.fetched, 'pages', len(pages), 'broken', [short(u, base) for u in c.broken()])
    return 1 if c.broken() else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
