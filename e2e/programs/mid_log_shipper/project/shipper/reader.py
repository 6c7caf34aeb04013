import eventlet

LINES = '''\
INFO boot complete
WARN disk 91% full
DEBUG cache warm

ERROR cannot open /dev/null0
INFO user=ann login
ERROR poison record
INFO user=bob login
INFO shutdown'''


def follow(text, pause=0.01):
    """Yield lines as a `tail -f` would, with the pauses of a real file."""
    for no, line in enumerate(text.splitlines(), 1):
        eventlet.sleep(pause)
        if not line.strip():
            continue
        yield no, line


def parse(lines):
    for no, line in lines:
        level, _, rest = line.partition(' ')
        yield {'no': no, 'level': level, 'text': rest}


def interesting(records, skip=('DEBUG',)):
    yield from (r for r in records if r['level'] not in skip)
