# SPDX-License-Identifier: Apache-2.0
"""Eventlet's own objects under the names that offlet.aio has for them: what the green form of a scenario uses."""

from __future__ import annotations

import types
from typing import Any

import eventlet
import eventlet.corolocal
import eventlet.dagpool
import eventlet.event
import eventlet.greenio
import eventlet.greenpool
import eventlet.hubs
import eventlet.lock
import eventlet.pools
import eventlet.queue
import eventlet.semaphore
import eventlet.timeout
import eventlet.tpool
from eventlet.green import select as green_select
from eventlet.green import socket as green_socket
from eventlet.green import subprocess as green_subprocess
from eventlet.green import threading as green_threading
from greenlet import GreenletExit

aio: Any = types.SimpleNamespace(  # the scenario asks aio.green
    green=True,
    BoundedSemaphore=eventlet.semaphore.BoundedSemaphore,
    CappedSemaphore=eventlet.semaphore.CappedSemaphore,
    Collision=eventlet.dagpool.Collision,
    Condition=green_threading.Condition,
    DAGPool=eventlet.dagpool.DAGPool,
    Empty=eventlet.queue.Empty,
    Event=eventlet.event.Event,
    Full=eventlet.queue.Full,
    GreenletExit=GreenletExit,
    IOClosed=eventlet.hubs.IOClosed,
    LifoQueue=eventlet.queue.LifoQueue,
    LightQueue=eventlet.queue.LightQueue,
    Local=eventlet.corolocal.local,
    Lock=eventlet.lock.Lock,
    Pile=eventlet.greenpool.GreenPile,
    Pool=eventlet.greenpool.GreenPool,
    Popen=green_subprocess.Popen,
    PriorityQueue=eventlet.queue.PriorityQueue,
    PropagateError=eventlet.dagpool.PropagateError,
    Queue=eventlet.queue.Queue,
    RLock=green_threading.RLock,
    ResourcePool=eventlet.pools.Pool,
    Semaphore=eventlet.semaphore.Semaphore,
    Socket=green_socket.socket,
    StopServe=eventlet.StopServe,
    Timeout=eventlet.timeout.Timeout,
    TokenPool=eventlet.pools.TokenPool,
    all=all,
    any=any,
    anext_=next,
    await_=lambda value: value,
    call=green_subprocess.call,
    check_call=green_subprocess.check_call,
    collect=list,
    connect=eventlet.connect,
    create_connection=green_socket.create_connection,
    current=eventlet.getcurrent,
    enumerate=enumerate,
    filter=filter,
    getaddrinfo=green_socket.getaddrinfo,
    gethostbyname=green_socket.gethostbyname,
    is_timeout=eventlet.timeout.is_timeout,
    kill=eventlet.kill,
    listen=eventlet.listen,
    map=map,
    maybe=lambda value: value,
    throw=lambda generator, *exc: generator.throw(*exc),
    new=lambda cls, *args, **kwargs: cls(*args, **kwargs),
    select=green_select.select,
    serve=eventlet.serve,
    set_num_threads=eventlet.tpool.set_num_threads,
    portal=lambda function, *args, **kwargs: function(*args, **kwargs),
    sleep=eventlet.sleep,
    socketpair=green_socket.socketpair,
    spawn=eventlet.spawn,
    spawn_after=eventlet.spawn_after,
    spawn_after_local=eventlet.greenthread.spawn_after_local,
    spawn_n=eventlet.spawn_n,
    to_thread=eventlet.tpool.execute,
    tpool_execute=eventlet.tpool.execute,
    with_timeout=eventlet.with_timeout,
    wrap_is_timeout=eventlet.timeout.wrap_is_timeout,
    wrap_ssl=eventlet.wrap_ssl,
    zip=zip,
)
