"""Functions that stand in the keywords of class statements."""

import eventlet

log = []


class Plugin:
    plugins = []

    def __init_subclass__(cls, start=None, **more):
        super().__init_subclass__(**more)
        cls.start = staticmethod(start)
        Plugin.plugins.append(cls)


class Slow(Plugin, start=lambda: eventlet.sleep(0.02) or log.append("slow")):
    pass


class Fast(Plugin, start=lambda: eventlet.sleep(0.01) or log.append("fast")):
    pass


def run(plugin):
    plugin.start()


def main():
    pool = eventlet.GreenPool()
    for plugin in Plugin.plugins:
        pool.spawn_n(run, plugin)
    pool.waitall()
    print(log)
    print([c.__qualname__ for c in Plugin.plugins])


if __name__ == "__main__":
    main()
