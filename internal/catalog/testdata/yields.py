"""Which calls of the real Eventlet yield?

    yields.py own               Eventlet's own calls
    yields.py patched GROUP...  those of the standard library, patched so

A call yields if the greenlet that makes it is switched away from while it
runs. A scenario makes each call in circumstances in which it waits, and, for
those that yield depending on the state, also where they need not. Each line of
the output is tab-separated: "seen", the name of a record, and a letter for each
call, y or n; or "skip", the name, and why there is no such call here.
"""
import faulthandler
import os
import sys
import warnings

warnings.simplefilter('ignore')
faulthandler.dump_traceback_later(60, exit=True)

import eventlet
import greenlet

SEEN = {}
SWITCHES = {}  # by the id of a greenlet: how often it was left


def trace(event, pair):
    SWITCHES[id(pair[0])] = SWITCHES.get(id(pair[0]), 0) + 1


greenlet.settrace(trace)


class Watch:
    """Makes calls for the records below a prefix, and notes which yielded."""

    def __init__(self, prefix=''):
        self._prefix = prefix + '.' if prefix else ''

    def __call__(self, name, f, *args, **kw):
        me = id(greenlet.getcurrent())
        before = SWITCHES.get(me, 0)
        try:
            return f(*args, **kw)
        finally:
            SEEN.setdefault(self._prefix + name, []).append(SWITCHES.get(me, 0) != before)

    def fails(self, name, f, *args, **kw):
        """A call that raises something."""
        try:
            self(name, f, *args, **kw)
        except BaseException as e:
            return e
        raise AssertionError('%s did not fail' % name)

    def all(self, obj, names, *args):
        for n in names.split():
            self(n, getattr(obj, n), *args)


def later(f, *args):
    """Runs f while the caller waits."""
    return eventlet.spawn_after(0.02, f, *args)


def waiting(f, *args):
    """f in another green thread, which has come to the point where it waits."""
    g = eventlet.spawn(f, *args)
    eventlet.sleep(0)
    return g


def drained(sock):
    while sock.recv(1 << 20):
        pass


OWN, PATCHED = [], []


def own(f):
    OWN.append(f)


def patched(*groups):
    def add(f):
        PATCHED.append((groups, f))
    return add


# ---------------------------------------------------------------- Eventlet

@own
def threadpool():
    from eventlet import tpool
    w = Watch('eventlet.tpool')
    w('set_num_threads', tpool.set_num_threads, 2)
    w('setup', tpool.setup)
    w('execute', tpool.execute, lambda: 1)
    w('proxy_call', tpool.proxy_call, (), lambda: 1)
    p = tpool.Proxy([3])
    w = Watch('eventlet.tpool.Proxy')
    w('*', p.index, 3)
    w('__getitem__', p.__getitem__, 0)
    it = iter(p)
    w('next', it.next)
    it = tpool.Proxy(iter([1, 2]))
    w('__next__', it.__next__)
    w('__enter__', tpool.Proxy(open(os.devnull)).__enter__)
    w('__call__', tpool.Proxy(len), [])
    Watch('eventlet.tpool')('tpool_trampoline', lambda: (waiting(tpool.tpool_trampoline).kill()))
    Watch('eventlet.tpool')('killall', tpool.killall)


@own
def greenthreads():
    w = Watch('eventlet.greenthread')
    nothing = lambda *a: None
    w('sleep', eventlet.sleep, 0)
    w('sleep', eventlet.sleep, 0.001)
    g = w('spawn', eventlet.spawn, nothing)
    w('spawn_n', eventlet.spawn_n, nothing)
    w('spawn_after', eventlet.spawn_after, 0, nothing)
    w('spawn_after_local', eventlet.greenthread.spawn_after_local, 0, nothing)
    w('call_after_global', eventlet.greenthread.call_after_global, 0, nothing)
    w('call_after_local', eventlet.greenthread.call_after_local, 0, nothing)
    w('exc_after', eventlet.greenthread.exc_after, 5, ValueError).cancel()
    w('getcurrent', eventlet.getcurrent)
    w('kill', eventlet.kill, g)
    w('kill', eventlet.kill, waiting(eventlet.sleep, 5))
    w('cancel', eventlet.greenthread.cancel, eventlet.spawn(nothing))
    w('cancel', eventlet.greenthread.cancel, waiting(eventlet.sleep, 5))
    w = Watch('eventlet.greenthread.GreenThread')
    g = eventlet.spawn(nothing)
    w('link', g.link, nothing)
    w('unlink', g.unlink, nothing)
    w('wait', g.wait)
    w('wait', g.wait)
    w('kill', waiting(eventlet.sleep, 5).kill)
    w('cancel', eventlet.spawn(nothing).cancel)
    w('cancel', waiting(eventlet.sleep, 5).cancel)
    w('switch', greenlet.greenlet(nothing).switch)
    w.fails('throw', greenlet.greenlet(nothing).throw, ValueError)


@own
def timeouts():
    from eventlet import timeout
    w = Watch('eventlet.timeout')
    w('with_timeout', timeout.with_timeout, 5, lambda: None)
    w('is_timeout', timeout.is_timeout, 1)
    w('wrap_is_timeout', timeout.wrap_is_timeout, OSError())
    t = w('Timeout', timeout.Timeout, 5)
    w = Watch('eventlet.timeout.Timeout')
    w('cancel', t.cancel)
    w('start', t.start)
    t.cancel()
    w = Watch('builtins.BaseException')
    w('add_note', t.add_note, 'late')
    w('with_traceback', t.with_traceback, None)


@own
def events():
    from eventlet import event
    w = Watch('eventlet.event.Event')
    e = event.Event()
    w.all(e, 'ready has_exception has_result poll poll_exception poll_result')
    later(e.send, 1)
    w('wait', e.wait)
    w('wait', e.wait)
    w('reset', e.reset)
    waiting(e.wait)
    w('send', e.send, 1)
    e = event.Event()
    w('send_exception', e.send_exception, ValueError())


@own
def semaphores():
    from eventlet import semaphore, lock
    for name, make in (('semaphore.Semaphore', semaphore.Semaphore), ('semaphore.BoundedSemaphore', semaphore.BoundedSemaphore),
                       ('lock.Lock', lock.Lock)):
        w = Watch('eventlet.semaphore.Semaphore')
        s = make()
        w('acquire', s.acquire)
        later(s.release)
        w('acquire', s.acquire)
        waiting(s.acquire)
        w('release', s.release)
        w.all(s, 'locked bounded')
    s = semaphore.CappedSemaphore(1, 1)
    w = Watch('eventlet.semaphore.CappedSemaphore')
    w('acquire', s.acquire)
    later(s.release)
    w('acquire', s.acquire)
    w('release', s.release)
    later(s.acquire)
    w('release', s.release)
    w.all(s, 'locked bounded')
    s = semaphore.Semaphore(0)
    later(s.release)
    Watch()('eventlet.semaphore.Semaphore.__enter__', s.__enter__)


@own
def queues():
    from eventlet import queue
    w = Watch('eventlet.queue.LightQueue')
    q = queue.LightQueue(1)
    w('put', q.put, 1)
    later(q.get)
    w('put', q.put, 2)
    w('get', q.get)
    later(q.put, 3)
    w('get', q.get)
    w('put_nowait', q.put_nowait, 4)
    w('get_nowait', q.get_nowait)
    w.all(q, 'qsize empty full putting getting')
    w('resize', q.resize, 5)
    w = Watch('eventlet.queue.Queue')
    q = queue.Queue()
    w('join', q.join)
    q.put(1)
    later(lambda: (q.get(), q.task_done()))
    w('join', q.join)
    q.put(1)
    w('task_done', q.task_done)


@own
def pools():
    w = Watch('eventlet.greenpool.GreenPool')
    p = eventlet.GreenPool(1)
    w('spawn', p.spawn, eventlet.sleep, 0.01)
    w('spawn', p.spawn, eventlet.sleep, 0.01)
    w('spawn_n', p.spawn_n, eventlet.sleep, 0.01)
    w('waitall', p.waitall)
    w('waitall', p.waitall)
    it = w('imap', p.imap, lambda x: x, [1])
    w('starmap', p.starmap, lambda x: x, [(1,)])
    Watch('eventlet.greenpool.GreenMap')('__next__', it.__next__)
    w.all(p, 'running free waiting')
    w('resize', p.resize, 5)
    w = Watch('eventlet.greenpool.GreenPile')
    pile = eventlet.GreenPile(1)
    w('spawn', pile.spawn, lambda: 1)
    w('spawn', pile.spawn, lambda: 1)
    w('next', pile.next)
    w('__next__', pile.__next__)
    pile.spawn(lambda: 1)
    w('next', pile.next)


@own
def resources():
    from eventlet import pools
    w = Watch('eventlet.pools.Pool')
    p = pools.TokenPool(max_size=1)
    Watch('eventlet.pools.TokenPool')('create', p.create)
    x = w('get', p.get)
    later(p.put, x)
    x = w('get', p.get)
    waiting(p.get)
    w('put', p.put, x)
    w.all(p, 'free waiting create item')
    w('resize', p.resize, 3)
    item = p.item()
    Watch('eventlet.pools.Item')('__enter__', item.__enter__)
    item = pools.TokenPool(max_size=1)
    x = item.get()
    later(item.put, x)
    Watch('eventlet.pools.Item')('__enter__', item.item().__enter__)


@own
def databases():
    from eventlet import db_pool
    import sqlite3
    sqlite3.connect(':memory:').close()
    for cls, name in ((db_pool.TpooledConnectionPool, 'TpooledConnectionPool'), (db_pool.RawConnectionPool, 'RawConnectionPool')):
        p = cls(sqlite3, max_size=1, database=':memory:', check_same_thread=False)
        w = Watch('eventlet.db_pool.' + name)
        w('create', p.create)
        w('connect', p.connect, sqlite3, 5, database=':memory:', check_same_thread=False)
        b = Watch('eventlet.db_pool.BaseConnectionPool')
        conn = b('get', p.get)
        if name == 'TpooledConnectionPool':
            Watch('eventlet.db_pool.GenericConnectionWrapper')('*', conn.commit)
            Watch()('eventlet.db_pool.cleanup_rollback', db_pool.cleanup_rollback, conn)
            Watch('eventlet.db_pool.PooledConnectionWrapper')('close', conn.close)
            conn = p.get()
        later(p.put, conn)
        conn = b('get', p.get)
        later(p.put, conn)
        item = p.item()
        conn = Watch('eventlet.db_pool.Item')('__enter__', item.__enter__)
        g = waiting(p.get)
        b('put', p.put, conn)
        p.put(g.wait())
        b('item', p.item)
        b('clear', p.clear)
    w = Watch('eventlet.db_pool.RawConnectionPool')

    class Database:  # one whose connect() waits
        @staticmethod
        def connect():
            eventlet.sleep(0)
    p = db_pool.RawConnectionPool(Database)
    w('create', p.create)
    w('connect', p.connect, Database, 5)
    d = db_pool.DatabaseConnector(sqlite3, {'h': {}})
    w = Watch('eventlet.db_pool.DatabaseConnector')
    w('credentials_for', d.credentials_for, 'h')
    w('get', d.get, 'h', 'x')


@own
def locals_():
    from eventlet import corolocal
    Watch('eventlet.corolocal')('get_ident', corolocal.get_ident)


@own
def dags():
    from eventlet.dagpool import DAGPool
    w = Watch('eventlet.dagpool.DAGPool')
    p = DAGPool({'a': 1})
    take = lambda key, results: dict(results)
    w('spawn', p.spawn, 'b', ['a'], take)
    w('spawn_many', p.spawn_many, {'c': ['b']}, take)
    w('post', p.post, 'd', 4)
    w('get', p.get, 'a')
    w('wait', p.wait, ['c'])
    w('wait', p.wait, ['a'])
    w('waitall', p.waitall)
    w('__getitem__', p.__getitem__, 'a')
    p.spawn('e', ['d'], take)
    w('__getitem__', p.__getitem__, 'e')
    for n in 'wait_each', 'wait_each_success', 'wait_each_exception':
        w(n, getattr(p, n), ['a'])
    p.spawn('f', ['d'], lambda k, r: eventlet.sleep(0.01))
    Watch('eventlet.dagpool.Results')('__next__', lambda: next(p.wait_each(['f'])))
    p.spawn('g', ['zzz'], take)
    w.all(p, 'keys items running running_keys waiting')
    w('waiting_for', p.waiting_for, 'g')
    p.spawn('w', ['zzz'], take)
    later(p.post, 'zzz', 1)
    w('waitall', p.waitall)
    p.spawn('h', ['yyy'], take)
    eventlet.sleep(0)
    w.fails('kill', p.kill, 'h')  # it does, and then raises KeyError


@own
def metaphores():
    from eventlet import coros
    m = coros.metaphore()
    w = Watch('eventlet.coros.metaphore')
    w('wait', m.wait)
    w('inc', m.inc)
    later(m.dec)
    w('wait', m.wait)
    m.inc()
    w('dec', m.dec)


@own
def convenience():
    from eventlet import convenience
    w = Watch('eventlet.convenience')
    s = w('listen', eventlet.listen, ('127.0.0.1', 0))
    g = waiting(s.accept)
    w('connect', eventlet.connect, s.getsockname())
    g.wait()

    def once(conn, addr):
        raise eventlet.StopServe

    def call():
        eventlet.connect(s.getsockname())
    later(call)
    w('serve', eventlet.serve, s, once)
    a, b = __import__('socket').socketpair()
    from eventlet.greenio import GreenSocket
    later(a.close)
    w.fails('wrap_ssl', eventlet.wrap_ssl, GreenSocket(b))


@own
def patcher():
    from eventlet import patcher
    w = Watch('eventlet.patcher')
    w('is_monkey_patched', patcher.is_monkey_patched, 'os')
    w('original', patcher.original, 'time')
    w('import_patched', patcher.import_patched, 'sched')
    w('inject', patcher.inject, 'sched', {})
    w('patch_function', patcher.patch_function, lambda: 1)
    w('slurp_properties', patcher.slurp_properties, os, {})
    s = patcher.SysModulesSaver(['os'])
    w = Watch('eventlet.patcher.SysModulesSaver')
    w('save', s.save, 'sys')
    w('restore', s.restore)


@own
def hubs():
    from eventlet import hubs
    from eventlet.hubs import timer
    w = Watch('eventlet.hubs')
    w('get_default_hub', hubs.get_default_hub)
    hub = w('get_hub', hubs.get_hub)
    r, wr = os.pipe()
    os.write(wr, b'x')
    w('trampoline', hubs.trampoline, r, read=True)
    w('notify_opened', hubs.notify_opened, r)
    w('notify_close', hubs.notify_close, r)
    w = Watch('eventlet.hubs.hub.BaseHub')
    me = greenlet.getcurrent()
    hub.schedule_call_global(0, me.switch)
    w('switch', hub.switch)
    t = w('schedule_call_global', hub.schedule_call_global, 5, lambda: None)
    Watch('eventlet.hubs.timer.Timer')('cancel', t.cancel)
    l = w('schedule_call_local', hub.schedule_call_local, 5, lambda: None)
    l.cancel()
    listener = w('add', hub.add, hub.READ, r, lambda fd: None, lambda *a: None, lambda: None)
    w('remove', hub.remove, listener)
    w('remove_descriptor', hub.remove_descriptor, r)
    w('notify_close', hub.notify_close, r)
    w('mark_as_reopened', hub.mark_as_reopened, r)
    w.all(hub, 'get_readers get_writers get_timers_count prepare_timers default_sleep sleep_until ensure_greenlet '
               'block_detect_pre block_detect_post')
    import signal
    signal.alarm(0)
    w('fire_timers', hub.fire_timers, 0)
    t = timer.Timer(5, lambda: None)
    w('add_timer', hub.add_timer, t)
    t.called = True
    w('timer_canceled', hub.timer_canceled, t)
    w('set_debug_listeners', hub.set_debug_listeners, False)
    w('set_timer_exceptions', hub.set_timer_exceptions, True)
    w('wait', hub.wait, 0)
    quiet = open(os.devnull, 'w')
    err, sys.stderr = sys.stderr, quiet
    info = (ValueError, ValueError(), None)
    w('squelch_exception', hub.squelch_exception, r, info)
    w('squelch_timer_exception', hub.squelch_timer_exception, t, info)
    w('squelch_generic_exception', hub.squelch_generic_exception, info)
    sys.stderr = err
    w = Watch('eventlet.hubs.timer.Timer')
    t = timer.Timer(5, lambda: None)
    w('schedule', t.schedule)
    w('copy', t.copy)
    t.cancel()
    Watch('eventlet.hubs.hub.FdListener')('defang', hubs.hub.FdListener('read', 1, None, None, None).defang)


@own
def debugging():
    from eventlet import debug
    w = Watch('eventlet.debug')
    w.all(debug, 'format_hub_listeners format_hub_timers format_threads_info')
    for n in 'hub_listener_stacks hub_timer_stacks hub_prevent_multiple_readers tpool_exceptions hub_blocking_detection'.split():
        w(n, getattr(debug, n), n == 'hub_prevent_multiple_readers')
    w('hub_exceptions', debug.hub_exceptions, True)
    out, sys.stdout = sys.stdout, open(os.devnull, 'w')
    try:
        w('spew', debug.spew, ['no such module'])
        w('unspew', debug.unspew)
    finally:
        sys.stdout = out


@own
def webserver():
    from eventlet import wsgi
    from eventlet.green import socket as green
    import io
    w = Watch('eventlet.wsgi')
    w('format_date_time', wsgi.format_date_time, 0)
    w('get_logger', wsgi.get_logger, None, False)
    w('socket_repr', wsgi.socket_repr, eventlet.listen(('127.0.0.1', 0)))
    w('addr_to_host_port', wsgi.addr_to_host_port, ('a', 1))
    log = wsgi.LoggerNull()
    for n in 'write info debug error'.split():
        Watch('eventlet.wsgi.LoggerNull')(n, getattr(log, n), 'x')
    read = Watch('eventlet.wsgi.Input')
    handled = Watch('eventlet.wsgi.HttpProtocol')

    class Protocol(wsgi.HttpProtocol):
        def __init__(self, *args):
            handled('__init__', super().__init__, *args)

        def _read_request_line(self):
            return handled('_read_request_line', super()._read_request_line)

        def get_environ(self):
            return handled('get_environ', super().get_environ)

        def get_client_address(self):
            return handled('get_client_address', super().get_client_address)

        def handle_one_response(self):
            return handled('handle_one_response', super().handle_one_response)

        def handle_one_request(self):
            return handled('handle_one_request', super().handle_one_request)

        def handle(self):
            return handled('handle', super().handle)

        def setup(self):
            return handled('setup', super().setup)

    def app(env, start):
        i = env['wsgi.input']
        path = env['PATH_INFO']
        if path == '/read':
            read('get_socket', i.get_socket)
            read('set_hundred_continue_response_headers', i.set_hundred_continue_response_headers, [('a', 'b')])
            read('read', i.read, 4)
            read('readline', i.readline)
            read('discard', i.discard)
        else:
            read('readlines', i.readlines)
        start('200 OK', [])
        return [b'x']
    s = eventlet.listen(('127.0.0.1', 0))
    server = waiting(lambda: w('server', wsgi.server, s, app, log=log, protocol=Protocol))
    for path in 'read', 'lines':
        c = eventlet.connect(s.getsockname())
        eventlet.sleep(0.02)
        c.sendall(b'POST /%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n'
                  % path.encode())
        for part in (b'abcd', b'efg\n', b'hij\n', b'klm\n'):
            eventlet.sleep(0.03)
            c.sendall(part)
        c.shutdown(green.SHUT_WR)
        answered = b''
        while b'200 OK' not in answered:
            answered += c.recv(1000)
    server.kill()
    s = eventlet.listen(('127.0.0.1', 0))
    w = Watch('eventlet.wsgi.Server')
    srv = wsgi.Server(s, s.getsockname(), app, log=log)
    w('get_environ', srv.get_environ)
    w.fails('log_message', srv.log_message, 'x')  # it says what to use instead
    a, b = green.socketpair()
    later(b.close)
    w('process_request', srv.process_request, ['x', a, wsgi.STATE_IDLE])
    f = wsgi.FileObjectForHeaders(io.BytesIO(b'a\n'))
    Watch('eventlet.wsgi.FileObjectForHeaders')('readline', f.readline)
    a, b = green.socketpair()
    later(b.send, b'x\n')
    Watch('eventlet.wsgi.FileObjectForHeaders')('readline', wsgi.FileObjectForHeaders(a.makefile('rb')).readline)


@own
def websockets():
    from eventlet import websocket
    from eventlet.green import socket
    for cls, name, extra in ((websocket.WebSocket, 'WebSocket', {}), (websocket.RFC6455WebSocket, 'RFC6455WebSocket', {'client': True})):
        a, b = socket.socketpair()
        env = {'PATH_INFO': '/', 'HTTP_ORIGIN': 'x', 'SERVER_NAME': 'x', 'SERVER_PORT': '1'}
        ws = cls(a, env, **extra)
        other = websocket.RFC6455WebSocket(b, env)
        w = Watch('eventlet.websocket.' + name)
        w('send', ws.send, 'x')
        if name == 'WebSocket':
            later(b.sendall, b'\x00hi\xff')
        else:
            later(other.send, 'hi')
        w('wait', ws.wait)
        a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        g = later(drained, b)
        w('send', ws.send, 'x' * (1 << 22))
        g.kill()
        b.close()
    handler = websocket.WebSocketWSGI(lambda ws: ws.wait())
    Watch('eventlet.websocket.WebSocketWSGI')('configured', websocket.WebSocketWSGI.configured)
    from eventlet import wsgi
    s = eventlet.listen(('127.0.0.1', 0))
    w = Watch('eventlet.websocket.WebSocketWSGI')
    g = waiting(lambda: wsgi.server(s, lambda env, start: w('__call__', handler, env, start), log=wsgi.LoggerNull()))
    c = eventlet.connect(s.getsockname())
    c.sendall(b'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
              b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n')
    c.recv(1000)
    websocket.RFC6455WebSocket(c, {'PATH_INFO': '/'}, client=True).send('x')
    eventlet.sleep(0.05)
    g.kill()


@own
def backdoors():
    from eventlet import backdoor
    err, sys.stderr = sys.stderr, open(os.devnull, 'w')
    out = sys.stdout
    try:
        s = eventlet.listen(('127.0.0.1', 0))
        w = Watch('eventlet.backdoor')
        g = waiting(lambda: w('backdoor_server', backdoor.backdoor_server, s))
        from eventlet.green import socket
        a, b = socket.socketpair()
        w('backdoor', backdoor.backdoor, (a, ('x', 1)), {})
        a, b = socket.socketpair()
        later(b.sendall, b'1\n')
        f = backdoor.FileProxy(a.makefile('rw'))
        fw = Watch('eventlet.backdoor.FileProxy')
        fw('flush', f.flush)
        fw('isatty', f.isatty)
        fw('readline', f.readline)
        later(drained, b)
        fw('write', f.write, 'x' * (1 << 22))
        g.kill()
    finally:
        sys.stderr, sys.stdout = err, out


@own
def files():
    from eventlet import greenio
    from eventlet.greenio import base, py3
    from eventlet.green import socket
    w = Watch('eventlet.greenio.base')
    a, b = socket.socketpair()
    w('set_nonblocking', greenio.set_nonblocking, a)
    w('socket_checkerr', base.socket_checkerr, a)
    srv = eventlet.listen(('127.0.0.1', 0))
    w('socket_accept', base.socket_accept, srv.fd)
    raw = __import__('socket').socket()
    raw.setblocking(False)
    w('socket_connect', base.socket_connect, raw, srv.getsockname())
    w('shutdown_safe', greenio.shutdown_safe, a)
    r, wr = os.pipe()
    f = Watch('eventlet.greenio.py3')('GreenPipe', greenio.GreenPipe, r, 'rb', 0)
    out = py3.GreenFileIO(wr, 'wb')
    w = Watch('eventlet.greenio.py3.GreenFileIO')
    w('write', out.write, b'x')
    w.all(out, 'fileno isatty readable writable seekable')
    inp = py3.GreenFileIO(r, 'rb', closefd=False)
    w('read', inp.read, 1)
    later(os.write, wr, b'y')
    w('read', inp.read, 1)
    later(os.write, wr, b'y')
    w('readinto', inp.readinto, bytearray(1))
    later(lambda: w('close', out.close))
    w('readall', inp.readall)
    r, wr = os.pipe()
    import fcntl
    fcntl.fcntl(wr, 1031, 4096)
    out = py3.GreenFileIO(wr, 'wb')
    later(os.read, r, 4096)
    out.write(b'x' * 4096)
    w('write', out.write, b'x')
    import tempfile
    with tempfile.TemporaryFile() as t:
        g = py3.GreenFileIO(os.dup(t.fileno()), 'r+b')
        w('seek', g.seek, 0)
        w('truncate', g.truncate, 0)
    text(Watch('eventlet.greenio.py3.Pipe'), pipe)


def pipe(mode):
    """A file object to read from or write to, and what makes it wait no more."""
    from eventlet import greenio
    r, wr = os.pipe()
    if mode == 'r':
        return greenio.GreenPipe(r, 'rb'), lambda data: os.write(wr, data), lambda: os.close(wr)
    import fcntl
    fcntl.fcntl(wr, 1031, 4096)

    def drain():
        while os.read(r, 1 << 16):
            eventlet.sleep(0)
    return greenio.GreenPipe(wr, 'wb', 2 << 20), drain, lambda: os.close(r)


def sockfile(mode):
    from eventlet.green import socket
    a, b = socket.socketpair()
    if mode == 'r':
        return a.makefile('rb'), b.sendall, b.close
    a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)

    def drain():
        while b.recv(1 << 16):
            pass
    return a.makefile('wb', 2 << 20), drain, b.close


def text(w, make):
    """The methods of a file object."""
    f, feed, end = make('r')
    later(feed, b'x')
    w('read', f.read, 1)
    later(feed, b'x\n')
    w('readline', f.readline)
    later(feed, b'x')
    w('readinto', f.readinto, bytearray(1))
    if hasattr(f, 'read1'):
        later(feed, b'x')
        w('read1', f.read1, 1)
    later(feed, b'x\n')
    w('__next__', lambda: next(f))
    w('fileno', f.fileno)
    for n in 'readable writable seekable'.split():
        w(n, getattr(f, n))
    later(end)
    w('readlines', f.readlines)
    big = b'x' * (4 << 20)
    for n, args in (('write', (big,)), ('writelines', ([big],)), ('flush', ()), ('close', ())):
        f, drain, end = make('w')
        if not args:
            f.write(b'x' * (1 << 20))  # into its buffer
        g = later(drain)
        w(n, getattr(f, n), *args)
        f.close()  # while there is somebody who reads
        g.kill()


# ------------------------------------------------- the standard library

@patched('time')
def times():
    import time
    w = Watch('time')
    w('sleep', time.sleep, 0)
    w('sleep', time.sleep, 0.001)
    import sched
    x = sched.scheduler(delayfunc=time.sleep)
    w = Watch('sched.scheduler')
    w('enter', x.enter, 0.01, 1, lambda: None)
    event = w('enterabs', x.enterabs, 0, 1, lambda: None)
    w('cancel', x.cancel, event)
    w('empty', x.empty)
    w('run', x.run)


@patched('socket')
def sockets():
    import socket
    w = Watch('socket')
    srv = socket.socket()
    s = Watch('socket.socket')
    s('bind', srv.bind, ('127.0.0.1', 0))
    s('listen', srv.listen)
    addr = srv.getsockname()

    def client():
        return socket.create_connection(addr)
    g = waiting(lambda: w('create_connection', client))
    conn, _ = s('accept', srv.accept)
    c = g.wait()
    later(client)
    s('accept', srv.accept)
    c2 = socket.socket()
    s('connect', c2.connect, addr)
    c3 = socket.socket()
    s('connect_ex', c3.connect_ex, addr)
    for n in 'fileno getsockname gettimeout'.split():
        s(n, getattr(c, n))
    s('getpeername', c.getpeername)
    s('settimeout', c.settimeout, None)
    s('setblocking', c.setblocking, True)
    s('setsockopt', c.setsockopt, socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    s('getsockopt', c.getsockopt, socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    d = s('dup', c.dup)
    d.close()
    s('makefile', c.makefile)
    for n, args in (('recv', (1,)), ('recv_into', (bytearray(1),)), ('recvfrom', (1,)), ('recvfrom_into', (bytearray(1),))):
        later(conn.sendall, b'x')
        s(n, getattr(c, n), *args)
        conn.sendall(b'x')
        s(n, getattr(c, n), *args)

    def drain():
        while conn.recv(1 << 20):
            pass
    for n in 'sendall', 'send':
        c.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        if n == 'send':
            c.fd.setblocking(False)
            try:
                while True:
                    c.fd.send(b'x' * 65536)
            except BlockingIOError:
                pass
        g = later(drain)
        s(n, getattr(c, n), b'x' * (1 << (23 if n == 'sendall' else 16)))
        g.kill()
    w('socketpair', socket.socketpair)
    import tempfile
    with tempfile.TemporaryDirectory() as tmp:
        a, b = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in 'ab']
        b.bind(tmp + '/s')
        g = later(drained, b)
        for _ in range(500):  # more than its queue takes
            s('sendto', a.sendto, b'x' * 100, tmp + '/s')
        g.kill()
    # these are those of the socket inside, which does not block
    s.fails('recvmsg', c.recvmsg, 1)
    s.fails('sendfile', c.sendfile, open(__file__, 'rb'))
    a, b = socket.socketpair()
    s('sendmsg', a.sendmsg, [b'x'])
    s('getblocking', c.getblocking)
    w('fromfd', socket.fromfd, c.fileno(), socket.AF_INET, socket.SOCK_STREAM)
    w('create_server', socket.create_server, ('127.0.0.1', 0))
    w('getfqdn', socket.getfqdn, '127.0.0.1')
    w('gethostbyaddr', socket.gethostbyaddr, '127.0.0.1')
    lookups(w, socket, ('getaddrinfo', '', 80), ('gethostbyname', ''), ('gethostbyname_ex', ''), ('getnameinfo', ('', 80), 0))
    s('shutdown', c.shutdown, socket.SHUT_RDWR)
    s('close', c.close)
    s('detach', socket.socket().detach)
    text(Watch('socket.File'), sockfile)


def lookups(w, module, *calls):
    """Looks up an address, and a name that only a name server could know."""
    import dns.resolver
    from eventlet.green import socket
    from eventlet.support import greendns
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(('127.0.0.1', 0))
    r = dns.resolver.Resolver(configure=False)
    r.nameservers = ['127.0.0.1']
    r.port = silent.getsockname()[1]
    greendns.resolver._resolver = r

    def host(x, name):
        return (name,) + x[1:] if isinstance(x, tuple) else name if x == '' else x
    for n, *args in calls:
        f = getattr(module, n)
        for name in '127.0.0.1', 'nobody.example':
            try:
                with eventlet.Timeout(0.05):
                    w(n, f, *[host(x, name) for x in args])
            except (Exception, eventlet.Timeout):
                pass  # nobody answers


@own
def support():
    from eventlet import support
    from eventlet.support import greendns
    w = Watch('eventlet.support')
    w('get_errno', support.get_errno, OSError(1, 'x'))
    w('bytes_to_str', support.bytes_to_str, b'x')
    w('wrap_deprecated', support.wrap_deprecated, 'a', 'b')
    w = Watch('eventlet.support.greendns')
    for n in 'is_ipv4_addr is_ipv6_addr is_ip_addr'.split():
        w(n, getattr(greendns, n), 'x')
    w('reset', greendns.reset)
    lookups(w, greendns, ('resolve', ''), ('resolve_cname', ''), ('getaddrinfo', '', 80), ('gethostbyname', ''),
            ('gethostbyname_ex', ''), ('getnameinfo', ('', 80), 0))
    r = Watch('eventlet.support.greendns.ResolverProxy')
    lookups(r, greendns.resolver, ('query', ''))
    lookups(r, greendns.resolver, ('getaliases', ''))
    lookups(w, greendns, ('getaliases', ''))
    r('clear', greendns.ResolverProxy().clear)
    r = Watch('eventlet.support.greendns.HostsResolver')
    h = greendns.HostsResolver()
    r('getaliases', h.getaliases, 'localhost')
    r('query', h.query, 'localhost')
    import dns.message
    from eventlet.green import socket
    q = dns.message.make_query('nobody.example', 'A')
    for n, kind in (('udp', socket.SOCK_DGRAM), ('tcp', socket.SOCK_STREAM)):
        silent = socket.socket(socket.AF_INET, kind)
        silent.bind(('127.0.0.1', 0))
        if n == 'tcp':
            silent.listen(1)
        w.fails(n, getattr(greendns, n), q, '127.0.0.1', timeout=0.05, port=silent.getsockname()[1])


@patched('socket')
def tls():
    import socket
    import ssl
    from eventlet.green import ssl as green
    w = Watch('ssl')
    context = w('create_default_context', ssl.create_default_context)
    w('_create_unverified_context', ssl._create_unverified_context)
    s = Watch('ssl.SSLContext')
    s('wrap_bio', context.wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname='x')
    s('set_ecdh_curve', context.set_ecdh_curve, 'prime256v1')
    for n in 'get_ciphers get_ca_certs cert_store_stats session_stats load_default_certs set_default_verify_paths'.split():
        s(n, getattr(context, n))
    here = os.path.dirname(os.path.abspath(__file__))
    pem = os.path.join(here, 'tls.pem')
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    s('load_cert_chain', server.load_cert_chain, pem)
    s('load_verify_locations', context.load_verify_locations, pem)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    s('set_ciphers', client.set_ciphers, 'DEFAULT')
    s('set_alpn_protocols', client.set_alpn_protocols, ['x'])

    def pair():
        a, b = socket.socketpair()
        g = eventlet.spawn(server.wrap_socket, b, server_side=True)
        c = s('wrap_socket', client.wrap_socket, a)
        return c, g.wait()
    c, d = pair()
    t = Watch('ssl.SSLSocket')
    for n in 'fileno getpeername getsockname gettimeout cipher version pending getpeercert selected_alpn_protocol shared_ciphers compression'.split():
        t(n, getattr(c, n))
    t('get_channel_binding', c.get_channel_binding)
    t('settimeout', c.settimeout, None)
    t('setblocking', c.setblocking, True)
    t('setsockopt', c.setsockopt, socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    t('getsockopt', c.getsockopt, socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    t('makefile', c.makefile).close()
    for n, args in (('recv', (1,)), ('read', (1,)), ('recv_into', (bytearray(1),))):
        later(d.sendall, b'x')
        t(n, getattr(c, n), *args)

    def drain():
        while d.recv(1 << 16):
            pass
    big = b'x' * (1 << 22)
    for n in 'sendall', 'send', 'write':
        c.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        g = later(drain)
        if n == 'sendall':
            t(n, c.sendall, big)
        else:
            t(n, getattr(c, n), b'x' * (1 << 15))
        g.kill()
    g = later(drain)
    with open(sys.executable, 'rb') as f:
        t('sendfile', c.sendfile, f, 0, 1 << 20)
    g.kill()
    c, d = pair()
    later(d.unwrap)
    t('unwrap', c.unwrap)
    c, d = pair()
    t('shutdown', c.shutdown, socket.SHUT_RDWR)
    t('close', c.close)
    t('detach', d.detach)
    srv = eventlet.listen(('127.0.0.1', 0))
    tls_srv = server.wrap_socket(srv, server_side=True)
    x = client.wrap_socket(socket.socket())
    t('bind', x.bind, ('127.0.0.1', 0))
    t('listen', x.listen)
    t('connect_ex', client.wrap_socket(socket.socket()).connect_ex, ('127.0.0.1', 1))

    def connect():
        x = client.wrap_socket(socket.socket(), do_handshake_on_connect=False)
        t('connect', x.connect, tls_srv.getsockname())
    later(connect)
    t('accept', tls_srv.accept)
    a, b = socket.socketpair()
    g = eventlet.spawn(server.wrap_socket, b, server_side=True)
    x = client.wrap_socket(a, do_handshake_on_connect=False)
    t('do_handshake', x.do_handshake)
    a, b = socket.socketpair()
    later(b.close)
    w.fails('wrap_socket', green.wrap_socket, a)


def answering(body=b'hello\nworld\n'):
    """The address of an HTTP server that takes its time."""
    srv = eventlet.listen(('127.0.0.1', 0))

    def one(conn, addr):
        try:
            conn.recv(10000)
            eventlet.sleep(0.01)
            conn.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n' % len(body))
            eventlet.sleep(0.03)
            for at in range(0, len(body), 3):
                conn.sendall(body[at:at + 3])
                eventlet.sleep(0.01)
            conn.close()
        except OSError:
            pass  # the client has seen enough
    eventlet.spawn(eventlet.serve, srv, one)
    return srv.getsockname()


@patched('socket')
def web():
    import http.client
    import urllib.error
    import urllib.request
    addr = answering()
    url = 'http://127.0.0.1:%d/' % addr[1]
    w = Watch('urllib.request')
    w('urlopen', urllib.request.urlopen, url)
    w('urlretrieve', urllib.request.urlretrieve, url)
    opener = w('build_opener', urllib.request.build_opener)
    o = Watch('urllib.request.OpenerDirector')
    o('open', opener.open, url)
    o('add_handler', opener.add_handler, urllib.request.BaseHandler())
    w('install_opener', urllib.request.install_opener, opener)
    w('Request', urllib.request.Request, url)
    for n in ('ProxyHandler HTTPHandler HTTPBasicAuthHandler HTTPCookieProcessor HTTPPasswordMgrWithDefaultRealm '
              'HTTPErrorProcessor HTTPRedirectHandler BaseHandler getproxies').split():
        w(n, getattr(urllib.request, n))
    for n in 'quote unquote pathname2url url2pathname'.split():
        w(n, getattr(urllib.request, n), 'x')
    r = Watch('http.client.HTTPResponse')
    for n, args in (('read', ()), ('read1', (5,)), ('readline', ()), ('readlines', ()), ('readinto', (bytearray(20),)), ('peek', (5,))):
        resp = urllib.request.urlopen(url)
        r(n, getattr(resp, n), *args)
    resp = urllib.request.urlopen(url)
    r('__next__', lambda: next(iter(resp)))
    resp = urllib.request.urlopen(url)
    r('getheader', resp.getheader, 'x')
    for n in 'getheaders info geturl getcode isclosed fileno close'.split():
        r(n, getattr(resp, n))
    c = http.client.HTTPConnection(*addr)
    h = Watch('http.client.HTTPConnection')
    h('set_debuglevel', c.set_debuglevel, 0)
    h('connect', c.connect)
    h('putrequest', c.putrequest, 'GET', '/')
    h('putheader', c.putheader, 'a', 'b')
    c.endheaders()
    h('getresponse', c.getresponse).read()
    h('request', c.request, 'GET', '/')
    c.getresponse().read()
    c = http.client.HTTPConnection(*addr)
    h('send', c.send, b'GET / HTTP/1.0\r\n\r\n')
    h('close', c.close)
    h('set_tunnel', c.set_tunnel, 'x')

    def slowly(conn, a):
        for part in b'HTTP/1.1 200 OK\r\n', b'Content-Length: 0\r\n\r\n':
            eventlet.sleep(0.02)
            conn.sendall(part)
        conn.close()
    slow = eventlet.listen(('127.0.0.1', 0))
    eventlet.spawn(eventlet.serve, slow, slowly)

    def awaited():
        return http.client.HTTPResponse(eventlet.connect(slow.getsockname()))
    r('_read_status', awaited()._read_status)
    r('begin', awaited().begin)
    resp = awaited()
    resp._read_status()
    Watch('http.client')('parse_headers', http.client.parse_headers, resp.fp)

    def fail(conn, a):
        conn.recv(1000)
        conn.sendall(b'HTTP/1.1 500 no\r\nConnection: close\r\nContent-Length: 4\r\n\r\n')
        eventlet.sleep(0.02)
        conn.sendall(b'ab\nc')
        conn.close()
    srv = eventlet.listen(('127.0.0.1', 0))
    eventlet.spawn(eventlet.serve, srv, fail)
    e = Watch('urllib.error.HTTPError')
    for n in 'read readline'.split():
        try:
            urllib.request.urlopen('http://127.0.0.1:%d/' % srv.getsockname()[1])
        except urllib.error.HTTPError as err:
            e(n, getattr(err, n))
            for m in 'getcode geturl info close'.split():
                e(m, getattr(err, m))


@patched('select')
def selecting():
    import select
    from eventlet.green import select as green
    w = Watch('select')
    r, wr = os.pipe()
    w('select', select.select, [r], [], [], 0)
    w('select', select.select, [r], [], [], 0.01)
    w('get_fileno', green.get_fileno, r)
    import selectors
    s = selectors.DefaultSelector()
    w = Watch('selectors.DefaultSelector')
    w('register', s.register, r, selectors.EVENT_READ)
    w('modify', s.modify, r, selectors.EVENT_READ)
    w('get_key', s.get_key, r)
    w('get_map', s.get_map)
    w('select', s.select, 0.01)
    w('unregister', s.unregister, r)
    w('close', s.close)


@patched('os')
def descriptors():
    w = Watch('os')
    r, wr = os.pipe()
    w('write', os.write, wr, b'x')
    w('read', os.read, r, 1)
    later(os.write, wr, b'x')
    w('read', os.read, r, 1)
    f = w('fdopen', os.fdopen, r, 'rb')
    w('open', os.open, os.devnull, os.O_RDONLY)
    for n, args in (('waitpid', (0,)), ('wait', ())):
        pid = os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '0.05')
        w(n, getattr(os, n), *((pid,) + args if args else ()))
    pid = os.spawnlp(os.P_NOWAIT, 'true', 'true')
    eventlet.sleep(0.2)
    w('waitpid', os.waitpid, pid, os.WNOHANG)
    text(Watch('os.Pipe'), pipe)
    w('system', os.system, 'sleep 0.01')


@patched('subprocess')
def processes():
    import subprocess
    w = Watch('subprocess')
    w('run', subprocess.run, ['sleep', '0.05'])
    w('call', subprocess.call, ['sleep', '0.05'])
    w('check_call', subprocess.check_call, ['sleep', '0.05'])
    w('check_output', subprocess.check_output, ['sleep', '0.05'])
    w('getoutput', subprocess.getoutput, 'sleep 0.05')
    w('getstatusoutput', subprocess.getstatusoutput, 'sleep 0.05')
    w('list2cmdline', subprocess.list2cmdline, ['x'])
    p = Watch('subprocess.Popen')
    c = p('__init__', subprocess.Popen, ['sleep', '0.05'])
    p('poll', c.poll)
    p('wait', c.wait)
    p('wait', c.wait)
    c = subprocess.Popen(['sh', '-c', 'sleep 0.05; echo x'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p('communicate', c.communicate)
    c = subprocess.Popen(['sleep', '5'])
    p('send_signal', c.send_signal, 0)
    p('terminate', c.terminate)
    p('kill', c.kill)
    c = subprocess.Popen(['sleep', '0.3'])
    p('__enter__', c.__exit__, None, None, None)  # what `with` waits for
    out = Watch('os')('popen', os.popen, 'sleep 0.05; echo x')
    out.read()


@patched('thread')
def threads():
    import _thread
    import threading
    w = Watch('threading')
    for n in 'current_thread currentThread get_ident enumerate active_count main_thread stack_size'.split():
        w(n, getattr(threading, n))
    t = Watch('threading.Thread')
    x = threading.Thread(target=eventlet.sleep, args=(0.02,))
    t('start', x.start)
    t('is_alive', x.is_alive)
    t('join', x.join)
    t('join', x.join)
    t('run', threading.Thread(target=lambda: None).run)
    x = threading.Timer(5, lambda: None)
    x.start()
    Watch('threading.Timer')('cancel', x.cancel)
    for name in 'Lock RLock'.split():
        make = getattr(threading, name)
        l = make()
        s = Watch('threading.' + name)
        s('acquire', l.acquire)
        if name == 'Lock':
            later(l.release)
            s('acquire', l.acquire)
            s('locked', l.locked)
            s('release', l.release)
        else:
            s('release', l.release)
            g = waiting(lambda: (l.acquire(), eventlet.sleep(0.02), l.release()))
            s('acquire', l.acquire)
    c = threading.Condition()
    s = Watch('threading.Condition')

    def notify():
        with c:
            c.notify_all()
    s('acquire', c.acquire)
    later(notify)
    s('wait', c.wait)
    later(notify)
    s('wait_for', c.wait_for, iter([0, 1]).__next__)
    s('notify', c.notify)
    s('notify_all', c.notify_all)
    s('release', c.release)
    g = waiting(lambda: (c.acquire(), eventlet.sleep(0.02), c.release()))
    s('acquire', c.acquire)
    e = threading.Event()
    s = Watch('threading.Event')
    s('is_set', e.is_set)
    later(e.set)
    s('wait', e.wait)
    s('wait', e.wait)
    s('set', e.set)
    s('clear', e.clear)
    m = threading.Semaphore(1)
    s = Watch('threading.Semaphore')
    s('acquire', m.acquire)
    later(m.release)
    s('acquire', m.acquire)
    s('release', m.release)
    b = threading.Barrier(2)
    later(b.wait)
    Watch('threading.Barrier')('wait', b.wait)
    w = Watch('_thread')
    for n in 'start_new_thread start_new'.split():
        from eventlet.green import thread as green
        w(n, getattr(green, n), lambda: None, ())
    for n in 'allocate allocate_lock get_ident stack_size _count'.split():
        w(n, getattr(green, n))
    w.fails('exit', _thread.exit)
    w.fails('exit_thread', green.exit_thread)
    w.fails('interrupt_main', lambda: eventlet.spawn(lambda: w('interrupt_main', _thread.interrupt_main)).wait())
    SEEN['_thread.interrupt_main'] = SEEN['_thread.interrupt_main'][-1:]


@patched('thread')
def threadqueues():
    import queue
    q = queue.Queue(1)
    w = Watch('queue.Queue')
    w('put', q.put, 1)
    later(q.get)
    w('put', q.put, 1)
    w('get', q.get)
    later(q.put, 1)
    w('get', q.get)
    w('put_nowait', q.put_nowait, 1)
    w('get_nowait', q.get_nowait)
    w.all(q, 'qsize empty full')
    for _ in range(4):
        w('task_done', q.task_done)
    w('join', q.join)
    q.put(1)
    later(q.task_done)
    w('join', q.join)
    q = queue.SimpleQueue()
    w = Watch('queue.SimpleQueue')
    w('put', q.put, 1)
    w('get', q.get)
    later(q.put, 1)
    w('get', q.get)
    w('put_nowait', q.put_nowait, 1)
    w('get_nowait', q.get_nowait)
    w.all(q, 'qsize empty')


GIVEN = 'does nothing but call methods of what it is given'
NOT_PROBED = {
    'csv.reader': GIVEN,
    'json.dump': GIVEN,
    'profile.run': 'runs a text as code',
    'profile.runctx': 'runs a text as code',
    'profile.Profile.run': 'runs a text as code',
    'profile.Profile.runctx': 'runs a text as code',
    'profile.Profile.runcall': GIVEN,
    'json.load': GIVEN,
    'pickle.dump': GIVEN,
    'pickle.load': GIVEN,
    'shutil.copyfileobj': GIVEN,
    'ssl.SSLContext.load_dh_params': 'needs a file of parameters, which takes minutes to make',
    'eventlet.asyncio.spawn_for_awaitable': 'only on the asyncio hub; the programs in e2e/programs use it',
    'eventlet.patcher.monkey_patch': 'the patched scenarios call it',
    'eventlet.hubs.use_hub': 'changes the hub under the other scenarios',
    'eventlet.debug.format_asyncio_info': 'only inside of a running asyncio loop',
    'eventlet.support.psycopg2_patcher.make_psycopg_green': 'needs psycopg2',
    'eventlet.support.psycopg2_patcher.eventlet_wait_callback': 'needs psycopg2 and a server',
    'eventlet.zipkin.patcher.enable_trace_patch': 'needs the package thrift',
    'eventlet.zipkin.patcher.disable_trace_patch': 'needs the package thrift',
    'eventlet.tpool.tworker': 'the body of a native thread',
    'eventlet.queue.Waiter.switch': 'only the hub may call it',
    'eventlet.queue.Waiter.throw': 'only the hub may call it',
    'eventlet.queue.Waiter.wait': 'the queues call it',
    'eventlet.wsgi.HttpProtocol.finish': 'waits only where the last lines do not fit into the socket',
    'eventlet.wsgi.Input.send_hundred_continue_response': 'waits only where the line does not fit into the socket',
    'eventlet.hubs.hub.BaseHub.close_one': 'the hub itself calls it',
    'eventlet.hubs.hub.BaseHub.run': 'the hub itself runs it',
    'eventlet.hubs.hub.BaseHub.abort': 'ends the hub',
    'eventlet.backdoor.SocketConsole.run': 'the console runs it',
    'eventlet.backdoor.SocketConsole.switch': 'the console runs it',
    'eventlet.backdoor.SocketConsole.switch_out': 'the console runs it',
    'eventlet.websocket.WebSocket.close': 'waits only where the closing frame does not fit into the socket',
    'eventlet.websocket.RFC6455WebSocket.close': 'waits only where the closing frame does not fit into the socket',
    'eventlet.backdoor.SocketConsole.finalize': 'the console runs it',
    'eventlet.wsgi.HttpProtocol.handle_expect_100': 'only for requests that are answered by hand',
    'eventlet.wsgi.HttpProtocol.send_error': 'waits only where the answer does not fit into the socket',
    'eventlet.wsgi.HttpProtocol.formalize_key_naming': 'a pure function of text',
    'http.client.HTTPConnection.endheaders': 'waits only where the headers do not fit into the socket',
    'select.poll': 'monkey_patch() deletes it',
    'select.epoll': 'monkey_patch() deletes it',
    'select.kqueue': 'BSD and macOS only',
}


def main():
    what, groups = sys.argv[1], sys.argv[2:]
    if what == 'patched':
        eventlet.monkey_patch(**({g: True for g in groups} if groups != ['all'] else {}))
        scenarios = [f for need, f in PATCHED if groups == ['all'] or set(need) <= set(groups)]
    else:
        scenarios = OWN
    for f in scenarios:
        try:
            with eventlet.Timeout(20):
                f()
        except BaseException as e:
            import traceback
            print('failed', f.__name__, ''.join(traceback.format_exception(e))[-1500:].replace('\n', ' | '), sep='\t')
    for name, seen in sorted(SEEN.items()):
        print('seen', name, ''.join('y' if s else 'n' for s in seen), sep='\t')
    if what == 'own':
        for name, why in sorted(NOT_PROBED.items()):
            print('skip', name, why, sep='\t')
    sys.stdout.flush()
    os._exit(0)


main()
