import collections
import socket
import time
import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from eventlet import Timeout

Page = collections.namedtuple('Page', 'url status title links')


class _Links(HTMLParser):
    def __init__(self):
        HTMLParser.__init__(self)
        self.links, self.title, self._in_title = [], '', False

    def handle_starttag(self, tag, attrs):
        if tag == 'a':
            self.links.extend(v for k, v in attrs if k == 'href' and v)
        self._in_title = tag == 'title'

    def handle_data(self, data):
        if self._in_title:
            self.title += data.strip()


class Fetcher:
    def __init__(self, timeout, robots=None):
        self.timeout = timeout
        self._robots = robots
        self.fetched = 0

    @property
    def agent(self):
        return 'tinycrawler/0.1'

    def open(self, url):
        req = urllib.request.Request(url, headers={'User-Agent': self.agent})
        self.fetched += 1
        return urllib.request.urlopen(req, timeout=4)

    def robots(self, base):
        if self._robots is None:
            try:
                with self.open(urljoin(base, '/robots.txt')) as r:
                    text = r.read().decode()
            except urllib.error.URLError:
                text = ''
            self._robots = tuple(line.split(':', 1)[1].strip() for line in text.splitlines() if line.lower().startswith('disallow:'))
        return self._robots

    def fetch(self, url):
        try:
            with Timeout(self.timeout):
                with self.open(url) as r:
                    body = r.read().decode('utf-8', 'replace')
                    final = r.geturl()
        except Timeout:
            return Page(url, 'timeout', '', ())
        except urllib.error.HTTPError as e:
            return Page(url, e.code, e.reason, ())
        except (urllib.error.URLError, socket.error) as e:
            return Page(url, type(getattr(e, 'reason', e)).__name__, '', ())
        parser = _Links()
        parser.feed(body)
        links = []
        for href in parser.links:
            absolute = urldefrag(urljoin(final, href))[0]
            if absolute not in links:
                links.append(absolute)
        return Page(final, 200, parser.title, tuple(links))


class PoliteFetcher(Fetcher):
    """Waits between requests that start at the same time."""

    def __init__(self, *args, pause=0.01, **kwargs):
        super().__init__(*args, **kwargs)
        self.pause = pause
        self._next = 0.0

    def open(self, url):
        now = time.time()
        wait, self._next = max(0.0, self._next - now), max(now, self._next) + self.pause
        if wait:
            time.sleep(wait)
        return super().open(url)
