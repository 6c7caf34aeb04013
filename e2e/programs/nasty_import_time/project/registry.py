try:
    import eventlet
    from eventlet.event import Event
    HAVE_GREEN = True
except ImportError:
    eventlet = None
    HAVE_GREEN = False

table = {'names': set(), 'started': False}
beats = 0


def _discover():
    if HAVE_GREEN:
        eventlet.sleep(0.02)                     # asks the network
    return ['SETTING', 'LAZY']


def _beat():
    global beats
    while True:
        beats += 1
        eventlet.sleep(0.02)


def register(name, wait=True):
    if wait:
        eventlet.sleep(0.01)
    table['names'].add(name)
    return lambda func: func


ready = Event()
_known = _discover()                             # runs while importing
SETTING = _known[0].lower()
if HAVE_GREEN:
    eventlet.spawn_n(_beat)
    eventlet.spawn_after(0.03, ready.send, 'registry is up')
table['started'] = beats == 0


def __getattr__(name):
    if name in _known:
        eventlet.sleep(0.01)
        return 'lazy ' + name
    raise AttributeError('registry has no %s' % name)


print('registry imported', _known)
