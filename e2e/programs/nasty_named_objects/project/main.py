"""Functions and classes that are found by their dotted names."""
import pkgutil

import eventlet

eventlet.monkey_patch()

from app import drivers

DEFAULT = "app.drivers:Slow"
TABLE = {"quick": "app.drivers.quick", "slow": "app.drivers:slow", "other": "app.drivers.Other", "method": "app.drivers:Kept.make"}


def by_name(name):
    return pkgutil.resolve_name(TABLE[name])


def main():
    print(pkgutil.resolve_name("app.drivers:slow")(1), pkgutil.resolve_name("app.drivers.quick")(2))
    print(pkgutil.resolve_name(DEFAULT)().run(3))
    print(by_name("quick")(4), by_name("slow")(5))
    print(by_name("other")().run(6), by_name("other")().name())
    print(by_name("method")(10))
    print(drivers.slow(7), drivers.Slow().run(8))
    print(pkgutil.resolve_name("app.drivers:Slow.run")(drivers.Slow(), 9))


main()
