from . import orders
from shop import stock
from . import parts
from .parts import tools as helpers

__all__ = ["orders", "stock", "parts", "helpers"]
