"""Packages that import their own parts."""

import eventlet

eventlet.monkey_patch()

import shop
import shop.stock
from shop import orders
from shop.parts import tools as kit

print(orders.place("tea", 2))
print(shop.orders.place("milk", 1))
print(shop.stock.take("tea", 3))
print(kit.wrap("tea"), shop.parts.tools.wrap("milk"), shop.helpers.label("x"))
