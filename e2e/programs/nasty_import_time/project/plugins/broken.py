import eventlet
import registry

registry.register('broken')
with eventlet.Timeout(0.02, ImportError('licence server does not answer')):
    eventlet.sleep(1)
