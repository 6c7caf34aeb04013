"""Has the real Eventlet the names, members and parameters of the catalogue?

The records come as JSON on the standard input. Each line of the output is
tab-separated: a status (ok, bad, absent), the name of a record, details.
"""
import importlib
import importlib.util
import inspect
import json
import os
import sys
import warnings

warnings.simplefilter('ignore')


def answer(status, name, detail=''):
    sys.stdout.write('%s\t%s\t%s\n' % (status, name, str(detail).replace('\n', ' ')))


# Classes that have no name of their own in Eventlet or Python: how to get one.
OURS = {
    'socket.File': lambda: type(socketpair()[0].makefile('rwb')),
    'eventlet.dagpool.Results': lambda: type(importlib.import_module('eventlet.dagpool').DAGPool().wait_each([])),
    'eventlet.greenio.py3.Pipe': lambda: type(importlib.import_module('eventlet.greenio').GreenPipe(os.pipe()[0], 'rb')),
    'oslo_concurrency.lockutils.Held': lambda: type(importlib.import_module('oslo_concurrency.lockutils').lock('a')),
    'os.Pipe': lambda: type(importlib.import_module('eventlet.greenio').GreenPipe(os.pipe()[0], 'rb')),
    'eventlet.db_pool.Item': lambda: type(importlib.import_module('contextlib').nullcontext()),
    'eventlet.pools.Item': lambda: type(importlib.import_module('eventlet.pools').TokenPool().item()),
}

# What stands for a name of the standard library that only Eventlet's version of
# the module has, or that other platforms or versions of Python have.
GREEN_ONLY = {'ssl.wrap_socket', 'ssl.sslwrap_simple', 'select.get_fileno', '_thread.start_new', '_thread.allocate',
              'profile.ContextWrap'}
ABSENT = {
    'select.kqueue': 'BSD and macOS only',
    'eventlet.hubs.kqueue.Hub': 'BSD and macOS only',
    'eventlet.hubs.pyevent.Hub': 'needs the package event, which Python 3 has not',
    'eventlet.hubs.pyevent': 'needs the package event, which Python 3 has not',
    'eventlet.support.psycopg2_patcher': 'needs psycopg2',
    'eventlet.support.psycopg2_patcher.make_psycopg_green': 'needs psycopg2',
    'eventlet.support.psycopg2_patcher.eventlet_wait_callback': 'needs psycopg2',
    'eventlet.zipkin.patcher': 'needs the package thrift',
    'eventlet.zipkin.patcher.enable_trace_patch': 'needs the package thrift',
    'eventlet.zipkin.patcher.disable_trace_patch': 'needs the package thrift',
}
# Attributes that another module sets.
SET_ELSEWHERE = {
    'http.client.HTTPResponse.url': 'urllib.request',
    'socket.File.mode': 'socket.makefile, of files of text',
    'offlet.aio.File.encoding': 'its subclass for text',
}
# Classes that are made by a function.
MADE = {'threading.Lock', 'threading.RLock'}
# Names whose home is another module than __module__ says, or that are bound
# methods and values.
HOMES = {
    'eventlet.greenthread.getcurrent': 'greenlet._greenlet.getcurrent',
    'eventlet.queue.Empty': '_queue.Empty',
    'eventlet.queue.Full': 'queue.Full',
    'eventlet.hubs.IOClosed': 'eventlet.hubs.IOClosed',
}


def socketpair():
    return importlib.import_module('eventlet.green.socket').socketpair()


def installed(dotted):
    top = dotted.partition('.')[0]
    return dotted in GREEN_ONLY or top in sys.modules or importlib.util.find_spec(top) is not None


def resolve(dotted):
    """The object of a dotted name, importing as much of it as are modules."""
    if dotted in GREEN_ONLY:
        mod, _, name = dotted.rpartition('.')
        return getattr(importlib.import_module('eventlet.green.' + mod.lstrip('_')), name)
    parts = dotted.split('.')
    for cut in range(len(parts), 0, -1):
        try:
            obj = importlib.import_module('.'.join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for p in parts[cut:]:
            obj = getattr(obj, p)
        return obj
    raise AttributeError(dotted)


def parameters(f):
    try:
        sig = inspect.signature(f)
    except (ValueError, TypeError):
        return None
    return [p.name for p in sig.parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)], \
           any(p.kind == p.VAR_POSITIONAL for p in sig.parameters.values())


def check_parameters(rec, f, skip_self):
    wanted = rec.get('params') or []
    if not wanted:
        return ''
    got = parameters(f)
    if got is None:
        return ''
    names, rest = got
    if skip_self and names:
        names = names[1:]
    if rest and len(names) < len(wanted):
        return ''
    if names[:len(wanted)] != wanted:
        return 'parameters are %s, the record says %s' % (names, wanted)
    return ''


def check_name(rec):
    name, kind = rec['name'], rec['kind']
    if name in ABSENT:
        return 'absent', ABSENT[name]
    if name in OURS:
        return 'ok', 'a name of ours'
    if not installed(name):
        return 'absent', 'is not installed'
    try:
        obj = resolve(name)
    except Exception as e:
        return 'bad', 'does not exist: %r' % e
    for alias in rec.get('aliases') or []:
        try:
            other = resolve(alias)
        except Exception as e:
            return 'bad', 'alias %s does not exist: %r' % (alias, e)
        if other is not obj and not (inspect.isclass(other) and inspect.isclass(obj) and
                                     (issubclass(other, obj) or issubclass(obj, other))) \
                and getattr(other, '__wrapped__', None) is not obj and getattr(other, '__name__', 1) != getattr(obj, '__name__', 2):
            return 'bad', 'alias %s is another object: %r' % (alias, other)
    if name in MADE:
        return ('ok', '') if callable(obj) else ('bad', 'cannot be called')
    real = {'module': inspect.ismodule, 'class': inspect.isclass, 'function': callable,
            'attribute': lambda o: True, 'name': lambda o: True}[kind]
    if not real(obj):
        return 'bad', 'is no %s but %r' % (kind, type(obj))
    if kind == 'name':
        return 'ok', ''
    if kind == 'function' and inspect.isclass(obj) and name.startswith('eventlet.'):
        return 'bad', 'is a class'
    if kind in ('function', 'class') and name.startswith('eventlet.'):
        home = HOMES.get(name) or name
        said = '%s.%s' % (getattr(obj, '__module__', ''), getattr(obj, '__qualname__', ''))
        if said != home and not said.endswith('.wrapper'):
            return 'bad', 'its home is %s' % said
    if kind == 'function':
        why = check_parameters(rec, obj, False)
        if why:
            return 'bad', why
    if kind == 'class':
        for b in rec.get('bases') or []:
            try:
                base = resolve(b)
            except AttributeError:
                continue
            if inspect.isclass(base) and not issubclass(obj, base):
                return 'bad', 'does not derive from %s' % b
    return 'ok', ''


def member_of(cls, name):
    for c in cls.__mro__:
        if name in vars(c):
            return vars(c)[name]
    raise AttributeError(name)


def check_member(rec):
    owner, _, name = rec['name'].rpartition('.')
    if owner in ABSENT:
        return 'absent', ABSENT[owner]
    if not installed(owner):
        return 'absent', 'is not installed'
    if name == '*' or rec['name'] in SET_ELSEWHERE:
        return 'ok', ''
    if owner == 'eventlet.greenio.py3.Pipe' or owner == 'os.Pipe' or owner == 'socket.File':
        kinds = [OURS[owner](), io_text()]
        if any(hasattr(k, name) for k in kinds):
            return 'ok', ''
        return 'bad', 'does not exist'
    if owner in MADE or owner == 'threading.Condition' and not rec.get('attribute'):
        return ('ok', '') if hasattr(resolve(owner)(), name) else ('bad', 'does not exist')
    cls = OURS[owner]() if owner in OURS else resolve(owner)
    try:
        m = member_of(cls, name)
    except AttributeError:
        m = None
        if not rec.get('attribute') or not set_by_init(cls, name):
            if hasattr(cls, '__getattr__') and not rec.get('attribute'):
                return 'ok', 'by __getattr__'
            return 'bad', 'does not exist'
    if rec.get('attribute'):
        if callable(m) and not isinstance(m, property) and not inspect.isclass(m):
            return 'bad', 'is a method, not an attribute'
        return 'ok', ''
    if isinstance(m, (classmethod, staticmethod)):
        why = check_parameters(rec, getattr(cls, name), False)
    else:
        if not callable(m):
            return 'bad', 'is no method but %r' % type(m)
        why = check_parameters(rec, m, True)
    return ('bad', why) if why else ('ok', '')


def io_text():
    import io
    return io.TextIOWrapper


def set_by_init(cls, name):
    """Whether a class sets an attribute on its instances (self.name = …)."""
    for c in cls.__mro__:
        try:
            src = inspect.getsource(c)
        except (OSError, TypeError):
            continue
        if any(form % name in src for form in ('self.%s ', 'self.%s: ', 'self.%s,', '.%s = ')):
            return True
    return False


def main():
    if sys.argv[1:] == ['libraries']:
        for rec in json.load(sys.stdin):
            status, detail = (check_member if rec.get('owner') else check_name)(rec)
            answer(status, rec['name'], detail)
        return
    import eventlet.greenio, eventlet.green.http.client, eventlet.green.urllib.request  # noqa: what submodules need
    for rec in json.load(sys.stdin):
        status, detail = (check_member if rec.get('owner') else check_name)(rec)
        answer(status, rec['name'], detail)


main()
