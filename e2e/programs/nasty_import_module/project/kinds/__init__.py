import importlib

PACKAGE = "kinds"


def load(kind):
    return importlib.import_module("." + kind, __name__)


def first():
    return importlib.import_module(".slow", PACKAGE)
