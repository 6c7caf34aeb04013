import eventlet

from crawler.fetch import Page, PoliteFetcher


class Crawler:
    def __init__(self, start, depth=3, workers=5, fetcher=None):
        self.start = start
        self.depth = depth
        self.pool = eventlet.GreenPool(workers)
        self.fetcher = fetcher or PoliteFetcher(timeout=1.5)
        self.pages = {}
        self.seen = set()

    def allowed(self, url):
        return url.startswith(self.start) and not any(
            url[len(self.start) - 1:].startswith(bad) for bad in self.fetcher.robots(self.start))

    def visit(self, url, depth):
        page = self.fetcher.fetch(url)
        self.pages[url] = page
        if depth >= self.depth:
            return
        for link in page.links:
            if link not in self.seen and self.allowed(link):
                self.seen.add(link)
                self.pool.spawn_n(self.visit, link, depth + 1)

    def run(self):
        self.seen.add(self.start)
        self.pool.spawn_n(self.visit, self.start, 0)
        self.pool.waitall()
        return self.pages

    def broken(self):
        return sorted(url for url, page in self.pages.items() if page.status != 200)
