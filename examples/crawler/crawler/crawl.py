"""The crawl itself: a queue of addresses and a pool that works it off."""
import eventlet
from eventlet.queue import Queue

from crawler.fetch import fetch


class Crawler:
    def __init__(self, base, workers, patience):
        self.base = base
        self.patience = patience
        self.pool = eventlet.GreenPool(workers)
        self.todo = Queue()
        self.pages = {}

    def run(self):
        """Crawl everything below the base address; returns pages by path."""
        self.todo.put(self.base + "/")
        while not self.todo.empty():
            while not self.todo.empty():
                self.start(self.todo.get())
            self.pool.waitall()  # pages bring new addresses
        return self.pages

    def start(self, url):
        path = url[len(self.base):]
        if path not in self.pages:
            self.pages[path] = None
            self.pool.spawn_n(self.visit, url, path)  # waits if all workers are busy

    def visit(self, url, path):
        page = self.pages[path] = fetch(url, self.patience)
        for link in page.links:
            if link.startswith(self.base):
                self.todo.put(link)
