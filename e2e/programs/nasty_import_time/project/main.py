import importlib
import sys

print('main begins')
import registry                                  # starts its greenthread while it is imported

ENABLED = ['csvout', 'jsonout', 'broken']


def load(name):
    try:
        module = importlib.import_module('plugins.' + name)
    except ImportError as e:
        print('cannot load %s: %s' % (name, e))
        return None
    return module


def main():
    import eventlet                              # only here, on purpose

    modules = [m for m in map(load, ENABLED) if m]
    print([m.__name__ for m in modules], registry.ready.wait())
    for m in modules:
        print(m.NAME, m.export([1, 2]))
    print(registry.table['started'], sorted(registry.table['names']))
    eventlet.sleep(0.05)
    print(registry.beats > 0, getattr(registry, 'SETTING'), registry.LAZY)
    try:
        registry.NOTHING
    except AttributeError as e:
        print('AttributeError', e)
    from plugins import jsonout
    print(jsonout.export({'a': 1}), jsonout is sys.modules['plugins.jsonout'])
    return 0


if __name__ == '__main__':
    sys.exit(main())
