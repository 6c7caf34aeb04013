import eventlet

# urllib has to be patched before anything here imports it
eventlet.monkey_patch(all=False, socket=True, select=True, time=True)

from crawler.core import Crawler          # noqa: E402
from crawler.fetch import Fetcher, Page   # noqa: E402
