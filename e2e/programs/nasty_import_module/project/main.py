import eventlet

eventlet.monkey_patch()

import importlib

import kinds

print(kinds.load("slow").run(1), kinds.load("quick").run(2))
print(kinds.first().run(3))
print(importlib.import_module(".slow", "kinds").run(4), importlib.import_module(f".{'quick'}", package="kinds").run(5))
