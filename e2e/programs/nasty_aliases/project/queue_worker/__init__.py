from .eventlet_helpers import go, nap, pool_of, run_all
from . import eventlet_helpers as helpers
from .worker import Worker
