"""Fetching one page."""
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

from eventlet import Timeout


class Page:
    """What came of one address."""

    def __init__(self, url, status, text=""):
        self.url = url
        self.status = status
        self.links = list(find_links(url, text))
        self.size = len(text)

    @property
    def ok(self):
        return self.status == 200


def fetch(url, patience):
    """Get a page, or give up after *patience* seconds."""
    try:
        with Timeout(patience, False):
            with urlopen(url) as response:
                return Page(url, response.status, response.read().decode())
    except HTTPError as error:
        return Page(url, error.code)
    return Page(url, "timeout")


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.extend(value for name, value in attrs if name == "href")


def find_links(url, text):
    parser = _Links()
    parser.feed(text)
    for href in parser.found:
        yield urljoin(url, href)
