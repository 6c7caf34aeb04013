import functools
import time
import urllib.error
import urllib.request
import zlib

import eventlet
from eventlet import GreenPool, Timeout


class DownloadError(Exception):
    pass


class GaveUp(DownloadError):
    def __init__(self, name, tries):
        super().__init__("%s after %d tries" % (name, tries))


def retrying(method):
    """Retry a Downloader method on server errors, with a growing pause."""
    @functools.wraps(method)
    def wrapper(self, name, *args, **kw):
        pause = 0.01
        for n in range(1, self.retries + 1):
            try:
                return method(self, name, *args, **kw)
            except urllib.error.HTTPError as e:
                if e.code < 500:
                    raise DownloadError("HTTP %d" % e.code) from None
                if n < self.retries:
                    self.pauses += 1
                    time.sleep(pause)
                    pause *= 2
        raise GaveUp(name, self.retries)
    return wrapper


class Downloader:
    def __init__(self, base, concurrency, retries, deadline):
        self.base = base
        self.retries = retries
        self.deadline = deadline
        self.pauses = 0
        self.pool = GreenPool(size=concurrency)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    @retrying
    def read(self, name, chunk=4096):
        with self._opener.open(self.base + name) as resp:
            crc = size = 0
            while data := resp.read(chunk):
                crc = zlib.crc32(data, crc)
                size += len(data)
        return size, crc

    def fetch(self, name):
        try:
            with Timeout(self.deadline):
                size, crc = self.read(name)
        except Timeout:
            return name, "timeout"
        except GaveUp as e:
            return name, "gave up: %s" % e
        except DownloadError as e:
            return name, "failed: %s" % e
        except Exception as e:           # must not see the Timeout
            return name, "unexpected %s" % type(e).__name__
        else:
            return name, "ok %d bytes crc %08x" % (size, crc)

    def fetch_all(self, names):
        return dict(self.pool.imap(self.fetch, names))
