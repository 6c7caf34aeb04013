import eventlet
import registry

NAME = 'csv'
eventlet.sleep(0.01)
HEADER = ';'.join(k for k in registry._known)
print('csv imported')


@registry.register(NAME)
def export(data):
    eventlet.sleep(0.01)
    return '%s|%s' % (HEADER, ','.join(map(str, data)))
