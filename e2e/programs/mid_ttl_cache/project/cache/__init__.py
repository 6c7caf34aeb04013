from .store import TTLCache
from .backends import Backend, DictBackend, RemoteBackend, BackendError

DEFAULT_TTL = 0.2
