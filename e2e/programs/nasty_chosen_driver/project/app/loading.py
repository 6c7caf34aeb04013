"""Finds a class by its dotted name."""
import sys


def import_class(name):
    module, _, cls = name.rpartition(".")
    __import__(module)
    return getattr(sys.modules[module], cls)
