# SPDX-License-Identifier: Apache-2.0
"""Eventlet's classes on asyncio."""

from ._adapt import context as context, is_in as is_in, iterate as iterate
from ._await import NoPortal as NoPortal, await_ as await_, portal as portal
from ._core import current as current
from ._dag import Collision as Collision, DAGPool as DAGPool, PropagateError as PropagateError
from ._dns import getaddrinfo as getaddrinfo, gethostbyname as gethostbyname
from ._dns import gethostbyname_ex as gethostbyname_ex, getnameinfo as getnameinfo
from ._errors import GreenletExit as GreenletExit
from ._event import Event as Event
from ._fd import IOClosed as IOClosed
from ._file import File as File, TextFile as TextFile
from ._iter import all as all, any as any, anext_ as anext_, collect as collect, enumerate as enumerate
from ._iter import each as each, filter as filter, iter as iter, map as map, maybe as maybe, new as new
from ._iter import throw as throw, zip as zip
from ._local import Local as Local, get_ident as get_ident
from ._lock import Condition as Condition, Lock as Lock, RLock as RLock
from ._main import main as main
from ._pool import Pile as Pile, Pool as Pool, Results as Results
from ._queue import Empty as Empty, Full as Full, LifoQueue as LifoQueue, LightQueue as LightQueue
from ._queue import PriorityQueue as PriorityQueue, Queue as Queue
from ._resource import ResourcePool as ResourcePool, TokenPool as TokenPool
from ._select import select as select
from ._semaphore import BoundedSemaphore as BoundedSemaphore, CappedSemaphore as CappedSemaphore
from ._semaphore import Semaphore as Semaphore
from ._serve import StopServe as StopServe, serve as serve
from ._sleep import sleep as sleep
from ._socket import ReusePortUnavailableWarning as ReusePortUnavailableWarning
from ._socket import ReuseRandomPortWarning as ReuseRandomPortWarning, Socket as Socket
from ._socket import connect as connect, create_connection as create_connection, fromfd as fromfd
from ._socket import listen as listen, socketpair as socketpair
from ._subprocess import Pipe as Pipe, Popen as Popen, call as call, check_call as check_call
from ._subprocess import check_output as check_output, os_read as os_read, os_waitpid as os_waitpid
from ._subprocess import os_write as os_write, run as run
from ._task import Task as Task, kill as kill, spawn as spawn, spawn_after as spawn_after
from ._task import spawn_after_local as spawn_after_local, spawn_for_awaitable as spawn_for_awaitable
from ._task import spawn_n as spawn_n
from ._thread import context_in_thread as context_in_thread, iterate_in_thread as iterate_in_thread
from ._thread import set_num_threads as set_num_threads, set_thread_limit as set_thread_limit
from ._thread import to_thread as to_thread, tpool_execute as tpool_execute
from ._timeout import Timeout as Timeout, is_timeout as is_timeout, with_timeout as with_timeout
from ._timeout import wrap_is_timeout as wrap_is_timeout
from ._tls import TLSSocket as TLSSocket, wrap_socket as wrap_socket, wrap_ssl as wrap_ssl
