"""Which calls of installed libraries yield?

    libraries.py own        with nothing patched
    libraries.py patched    after monkey_patch()

As yields.py, for the libraries that are installed here. A call is made where it
has to wait, so "n" means that it waits without the hub, or not at all.
"""
import faulthandler
import os
import sys
import warnings

warnings.simplefilter('ignore')
faulthandler.dump_traceback_later(20, exit=True)

import eventlet
if sys.argv[1] == 'patched':
    eventlet.monkey_patch()

import importlib.util
import logging
import socket
import tempfile
import threading
import time

import greenlet

logging.disable(logging.CRITICAL)
SEEN = {}
SWITCHES = {}  # by the id of a greenlet: how often it was left
greenlet.settrace(lambda event, pair: SWITCHES.__setitem__(id(pair[0]), SWITCHES.get(id(pair[0]), 0) + 1))


def watch(name, f, *args, **kw):
    me = id(greenlet.getcurrent())
    before = SWITCHES.get(me, 0)
    try:
        return f(*args, **kw)
    finally:
        SEEN.setdefault(name, []).append(SWITCHES.get(me, 0) != before)


def fails(name, f, *args, **kw):
    try:
        watch(name, f, *args, **kw)
    except Exception as e:
        return e
    raise AssertionError('%s did not fail' % name)


LIBRARIES = []


def library(*modules):
    def add(f):
        LIBRARIES.append((modules, f))
    return add


def silent():
    """A server that takes connections and never says anything."""
    s = socket.socket()
    s.bind(('127.0.0.1', 0))
    s.listen(5)
    return s


@library('futurist')
def futurist():
    import futurist
    from futurist import periodics, waiters
    name = 'futurist._futures.GreenThreadPoolExecutor'
    ex = watch(name, futurist.GreenThreadPoolExecutor, 2)
    f = watch(name + '.submit', ex.submit, eventlet.sleep, 0.02)
    watch('futurist._futures.GreenFuture.result', f.result)
    watch('futurist._futures.GreenFuture.done', f.done)
    watch('futurist._futures.GreenFuture.add_done_callback', f.add_done_callback, lambda f: None)
    watch('futurist._futures.GreenFuture.exception', ex.submit(eventlet.sleep, 0.02).exception)
    watch('futurist.waiters.wait_for_any', waiters.wait_for_any, [ex.submit(eventlet.sleep, 0.02)])
    watch('futurist.waiters.wait_for_all', waiters.wait_for_all, [ex.submit(eventlet.sleep, 0.02)])
    list(watch(name + '.map', ex.map, eventlet.sleep, [0.02]))
    ex.submit(eventlet.sleep, 0.02)
    watch(name + '.shutdown', ex.shutdown)
    ex = futurist.ThreadPoolExecutor(2)
    f = ex.submit(time.sleep, 0.05)
    watch('futurist._futures.ThreadPoolExecutor().submit().result', f.result)
    ex.submit(time.sleep, 0.05)
    watch('futurist._futures.ThreadPoolExecutor().shutdown', ex.shutdown)
    ex = watch('futurist._futures.SynchronousExecutor', futurist.SynchronousExecutor)
    watch('futurist._futures.SynchronousExecutor.submit', ex.submit, len, [])
    watch('futurist.periodics.periodic', periodics.periodic, 1)


@library('oslo_utils')
def oslo_utils():
    from oslo_utils import eventletutils
    name = 'oslo_utils.eventletutils.'
    e = watch(name + 'EventletEvent', eventletutils.EventletEvent)
    watch(name + 'EventletEvent.wait', e.wait, 0.02)
    watch(name + 'EventletEvent.set', e.set)
    watch(name + 'EventletEvent.is_set', e.is_set)
    watch(name + 'EventletEvent.clear', e.clear)
    e = watch(name + 'Event', eventletutils.Event)
    watch('threading.Event.wait', e.wait, 0.02)
    watch(name + 'is_monkey_patched', eventletutils.is_monkey_patched, 'thread')
    watch(name + 'fetch_current_thread_functor', eventletutils.fetch_current_thread_functor)
    watch(name + 'warn_eventlet_not_patched', eventletutils.warn_eventlet_not_patched)


@library('oslo_concurrency')
def oslo_concurrency():
    from oslo_concurrency import lockutils, processutils
    taken = lockutils.internal_lock('a')
    taken.acquire()
    (eventlet.spawn_after(0.05, taken.release) if sys.argv[1] == 'patched' else threading.Timer(0.05, taken.release).start())
    cm = watch('oslo_concurrency.lockutils.lock', lockutils.lock, 'a')
    watch('oslo_concurrency.lockutils.Held.__enter__', cm.__enter__)
    cm.__exit__(None, None, None)
    watch('oslo_concurrency.lockutils.internal_lock', lockutils.internal_lock, 'b')
    watch('oslo_concurrency.lockutils.set_defaults', lockutils.set_defaults, tempfile.gettempdir())
    watch('oslo_concurrency.processutils.execute', processutils.execute, 'sleep', '0.05')
    watch('oslo_concurrency.processutils.trycmd', processutils.trycmd, 'sleep', '0.05')
    watch('oslo_concurrency.processutils.get_worker_count', processutils.get_worker_count)


@library('oslo_service')
def oslo_service():
    from oslo_service import loopingcall, threadgroup
    def done():
        raise loopingcall.LoopingCallDone(1)
    for cls in 'FixedIntervalLoopingCall', 'DynamicLoopingCall', 'BackOffLoopingCall':
        name = 'oslo_service.loopingcall.' + cls
        t = watch(name, getattr(loopingcall, cls), done)
        watch(name + '.start', t.start, **({'interval': 0.01} if cls[0] == 'F' else {}))
        watch(name + '.wait', t.wait)
        watch(name + '.stop', t.stop)
    name = 'oslo_service.threadgroup.ThreadGroup'
    g = watch(name, threadgroup.ThreadGroup)
    th = watch(name + '.add_thread', g.add_thread, eventlet.sleep, 0.02)
    watch('oslo_service.threadgroup.Thread.wait', th.wait)
    watch(name + '.add_timer', g.add_timer, 5, len, None, [])
    watch(name + '.add_timer_args', g.add_timer_args, 5, len, [[]])
    watch(name + '.add_dynamic_timer', g.add_dynamic_timer, len, None, None, [])
    watch(name + '.add_dynamic_timer_args', g.add_dynamic_timer_args, len, [[]])
    eventlet.sleep(0)
    watch(name + '.stop_timers', g.stop_timers, wait=True)
    g.add_thread(eventlet.sleep, 0.02)
    watch(name + '.wait', g.wait)
    g.add_thread(eventlet.sleep, 0.02)
    watch(name + '.stop', g.stop, True)
    th = g.add_thread(eventlet.sleep, 5)
    eventlet.sleep(0)
    watch('oslo_service.threadgroup.Thread.stop', th.stop)
    g = threadgroup.ThreadGroup()
    g.add_thread(eventlet.sleep, 5)
    eventlet.sleep(0)
    watch(name + '.cancel', g.cancel, timeout=0.02, wait_time=0.01)
    from oslo_service import service
    from oslo_config import cfg
    conf = cfg.ConfigOpts()
    class S(service.Service):
        pass
    watch('oslo_service.service.Service', S)
    l = watch('oslo_service.service.launch', service.launch, conf, S())
    eventlet.sleep(0)
    watch('oslo_service.service.ServiceLauncher.stop', l.stop)
    eventlet.spawn_after(0.02, os.kill, os.getpid(), 15)
    try:
        watch('oslo_service.service.ServiceLauncher.wait', service.launch(conf, S()).wait)
    except SystemExit:
        pass


@library('urllib3')
def urllib3():
    import urllib3
    s = silent()
    pool = watch('urllib3.poolmanager.PoolManager', urllib3.PoolManager, retries=False, timeout=0.05)
    fails('urllib3.poolmanager.PoolManager.request', pool.request, 'GET', 'http://127.0.0.1:%d/' % s.getsockname()[1])


@library('requests')
def requests():
    import requests
    s = silent()
    fails('requests.api.get', requests.get, 'http://127.0.0.1:%d/' % s.getsockname()[1], timeout=0.05)


@library('pymysql')
def pymysql():
    import pymysql
    s = silent()
    fails('pymysql.connections.Connection.__init__', pymysql.connect, host='127.0.0.1', port=s.getsockname()[1], connect_timeout=1, read_timeout=1)


@library('paramiko')
def paramiko():
    import paramiko
    s = silent()
    c = watch('paramiko.client.SSHClient', paramiko.SSHClient)
    fails('paramiko.client.SSHClient.connect', c.connect, '127.0.0.1', s.getsockname()[1], banner_timeout=0.1)


@library('kombu', 'amqp')
def kombu():
    import kombu
    s = silent()
    c = watch('kombu.connection.Connection', kombu.Connection, 'amqp://127.0.0.1:%d//' % s.getsockname()[1], connect_timeout=0.1)
    watch('kombu.connection.Connection.info', c.info)
    watch('kombu.connection.Connection.as_uri', c.as_uri)
    fails('kombu.connection.Connection().connect', c.connect)
    x = watch('kombu.entity.Exchange', kombu.Exchange, 'x')
    watch('kombu.entity.Queue', kombu.Queue, 'q', x)
    import amqp
    fails('amqp.connection.Connection().connect', watch('amqp.connection.Connection', amqp.Connection, '127.0.0.1:%d' % s.getsockname()[1], connect_timeout=0.1).connect)


@library('dns')
def dns():
    import dns.resolver
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('127.0.0.1', 0))
    r = watch('dns.resolver.Resolver', dns.resolver.Resolver, configure=False)
    r.nameservers, r.port, r.lifetime = ['127.0.0.1'], s.getsockname()[1], 0.1
    fails('dns.resolver.Resolver().resolve', r.resolve, 'example.org')


@library('keystoneauth1')
def keystoneauth1():
    from keystoneauth1 import session, adapter
    from keystoneauth1.identity import v3
    s = silent()
    auth = watch('keystoneauth1.identity.v3.Password', v3.Password, 'http://127.0.0.1:%d/v3' % s.getsockname()[1], username='u', password='p')
    sess = watch('keystoneauth1.session.Session', session.Session, auth, timeout=0.05)
    watch('keystoneauth1.adapter.Adapter', adapter.Adapter, sess)
    fails('keystoneauth1.session.Session().get_token', sess.get_token)
    from keystoneauth1 import access
    watch('keystoneauth1.access.AccessInfoV2', lambda: access.access.AccessInfoV2({'access': {}}))


@library('kazoo')
def kazoo():
    from kazoo.client import KazooClient
    s = silent()
    c = watch('kazoo.client.KazooClient', KazooClient, hosts='127.0.0.1:%d' % s.getsockname()[1])
    fails('kazoo.client.KazooClient().start', c.start, timeout=0.1)


@library('tenacity')
def tenacity():
    import tenacity
    r = watch('tenacity.Retrying', tenacity.Retrying, wait=tenacity.wait_fixed(0.02), stop=tenacity.stop_after_attempt(2), reraise=True)
    fails('tenacity.Retrying().call', r, lambda: 1 / 0)


def main():
    for modules, f in LIBRARIES:
        missing = [m for m in modules if importlib.util.find_spec(m) is None]
        if missing:
            print('absent\t%s\t%s' % (f.__name__, ', '.join(missing)))
            continue
        try:
            f()
        except BaseException as e:
            import traceback
            traceback.print_exc()
            print('failed\t%s\t%s' % (f.__name__, repr(e).replace('\n', ' ')))
    for name, yielded in SEEN.items():
        print('seen\t%s\t%s' % (name, ''.join('y' if y else 'n' for y in yielded)))


main()
sys.stdout.flush()
os._exit(0)
