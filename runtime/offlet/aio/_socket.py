# SPDX-License-Identifier: Apache-2.0
"""Sockets with the methods of ``socket.socket``, awaited where they wait (``eventlet.greenio.GreenSocket``)."""

from __future__ import annotations

import builtins
import errno
import time
import warnings
from types import TracebackType
from typing import Any

from ._dns import getaddrinfo, resolve
from ._fd import IOClosed, closing, opened, wait_fd
from ._file import File, make_file
from ._original import original

__all__ = [
    "ReusePortUnavailableWarning",
    "ReuseRandomPortWarning",
    "Socket",
    "connect",
    "create_connection",
    "fromfd",
    "listen",
    "socketpair",
]

# An unconnected socket is expected to wait, so ENOTCONN is one of these when receiving.
_BLOCKING = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOTCONN})
_CLOSED = frozenset({errno.ECONNRESET, errno.ESHUTDOWN, errno.EPIPE})
_CONNECTING = frozenset({errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK})
_CONNECTED = frozenset({0, errno.EISCONN})
_DEFAULT: Any = object()


def _try_it(timeout: int) -> bool:
    """In the place of poll() where there is none, or no descriptor: ``recv`` says what is there."""
    return True


class Socket:
    """A socket: ``await`` accept, connect, recv and send; the rest are plain methods of ``socket.socket``.

    ``settimeout`` holds for each wait and raises ``socket.timeout`` (TimeoutError); 0, and ``setblocking(False)``,
    make every call return or raise at once. As with Eventlet's sockets a reset or broken connection reads as its end
    (``b""``), two tasks may not wait for the same direction of one socket (RuntimeError), and closing a socket does
    not wake a task that waits on it.
    """

    _timeout: float | None
    fd: Any = None
    _poll: Any = None
    _polled: int | None = None  # the descriptor that _poll looks at

    def __init__(self, family: Any = None, type: int = -1, proto: int = -1, fileno: int | None = None) -> None:
        socket = original("socket")
        if family is None or isinstance(family, int):
            if family is None:
                family = -1 if fileno is not None else socket.AF_INET
            self.fd = socket.socket(family, type, proto, fileno)
            opened(self.fd.fileno())
        else:
            self.fd = family  # a socket of the standard library
        self._timeout = self.fd.gettimeout() or socket.getdefaulttimeout()
        if self.fd.fileno() != -1:
            self.fd.setblocking(False)
        # settimeout(0) makes it act so; the real socket never blocks.
        self.act_non_blocking = False
        self._closed = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self.fd is None:
            raise AttributeError(name)
        return getattr(self.fd, name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.fd!r}>"

    # -- what does not wait

    def fileno(self) -> int:
        """The descriptor, or -1."""
        return self.fd.fileno()  # type: ignore[no-any-return]

    def bind(self, address: Any) -> None:
        """``socket.bind``."""
        self.fd.bind(address)

    def listen(self, *backlog: int) -> None:
        """``socket.listen``."""
        self.fd.listen(*backlog)

    def getsockname(self) -> Any:
        """``socket.getsockname``."""
        return self.fd.getsockname()

    def getpeername(self) -> Any:
        """``socket.getpeername``."""
        return self.fd.getpeername()

    def setsockopt(self, *args: Any) -> None:
        """``socket.setsockopt``."""
        self.fd.setsockopt(*args)

    def getsockopt(self, *args: Any) -> Any:
        """``socket.getsockopt``."""
        return self.fd.getsockopt(*args)

    def shutdown(self, how: int) -> None:
        """``socket.shutdown``."""
        self.fd.shutdown(how)

    @property
    def family(self) -> Any:
        """``socket.family``."""
        return self.fd.family

    @property
    def type(self) -> Any:
        """``socket.type``."""
        return self.fd.type

    @property
    def proto(self) -> Any:
        """``socket.proto``."""
        return self.fd.proto

    def settimeout(self, howlong: float | None) -> None:
        """Seconds that one wait may take; None for no limit, 0 to never wait."""
        if howlong is None:
            self.setblocking(True)
            return
        if not hasattr(howlong, "__float__"):
            raise TypeError("a float is required")
        seconds = float(howlong)
        if seconds < 0:
            raise ValueError("Timeout value out of range")
        self.act_non_blocking = seconds == 0
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        """What ``settimeout`` set."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """``settimeout(None)`` or ``settimeout(0)``."""
        self.act_non_blocking = not flag
        self._timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        """False after ``settimeout(0)``."""
        return self._timeout != 0.0

    def close(self) -> None:
        """Close it; the descriptor stays open until every file of ``makefile`` is closed as well."""
        if self.fd is not None:
            if self.fd._io_refs <= 0:
                self._before_close()
            self.fd.close()

    def _before_close(self) -> None:
        fileno = self.fd.fileno()
        if fileno != -1:
            closing(fileno)

    def _release_file(self) -> None:
        """A file of this socket was closed."""
        if self.fd._io_refs == 1 and self.fd._closed:
            self._before_close()
        self.fd._decref_socketios()

    def detach(self) -> int:
        """``socket.detach``: give up the descriptor and return it."""
        self._before_close()
        return self.fd.detach()  # type: ignore[no-any-return]

    def dup(self) -> Socket:
        """A second socket for the same connection."""
        twin = type(self)(self.fd.dup())
        twin.settimeout(self.gettimeout())
        return twin

    def makefile(
        self,
        mode: str = "r",
        buffering: int | None = None,
        *,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> File:
        """A file on the socket, as ``socket.makefile``; its methods are awaited."""
        return make_file(self, mode, buffering, encoding, errors, newline)

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self, kind: builtins.type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        fd = self.fd
        if fd is not None and fd.fileno() != -1:
            try:
                self.close()
            except Exception:
                pass

    # -- waiting

    async def _wait(self, write: bool, timeout: float | None = _DEFAULT, error: Any = None) -> None:
        if self._closed:
            raise IOClosed
        if timeout is _DEFAULT:
            timeout = self._timeout
        if timeout is not None and error is None:
            error = TimeoutError("timed out")
        try:
            await wait_fd(self.fd.fileno(), write, timeout, error, keep=not write)
        except IOClosed:
            self._closed = True
            raise

    async def accept(self) -> tuple[Any, Any]:
        """``(connection, address)`` of the next client."""
        while True:
            try:
                client, address = self.fd.accept()
                break
            except OSError as error:
                if self.act_non_blocking or error.errno != errno.EWOULDBLOCK:
                    raise
            await self._wait(False)
        opened(client.fileno())
        if self.act_non_blocking:
            return client, address
        return self._accepted(client), address

    def _accepted(self, client: Any) -> Socket:
        return type(self)(client)

    async def connect(self, address: Any) -> None:
        """Connect to *address*; a host name is looked up in a thread."""
        if self.act_non_blocking:
            self.fd.connect(address)
            return
        end = None if self._timeout is None else time.monotonic() + self._timeout
        address = await self._resolve(address)
        while not self._try_connect(address):
            left = None
            if end is not None:
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError("timed out")
            try:
                await self._wait(True, left)
            except IOClosed:
                raise OSError(errno.EBADFD, "EBADFD") from None
            code = self.fd.getsockopt(original("socket").SOL_SOCKET, original("socket").SO_ERROR)
            if code not in _CONNECTED:
                raise OSError(code, errno.errorcode[code])

    async def _resolve(self, address: Any) -> Any:
        return await resolve(self.fd.family, self.fd.type, self.fd.proto, address)

    def _try_connect(self, address: Any) -> bool:
        code = self.fd.connect_ex(address)
        if code in _CONNECTING:
            return False
        if code not in _CONNECTED:
            raise OSError(code, errno.errorcode[code])
        return True

    async def connect_ex(self, address: Any) -> int:
        """Like ``connect``; returns the error number instead of raising (EAGAIN after the timeout)."""
        if self.act_non_blocking:
            return self.fd.connect_ex(address)  # type: ignore[no-any-return]
        try:
            await self.connect(address)
        except TimeoutError as error:
            return error.errno or errno.EAGAIN
        except OSError as error:
            if error.errno is None:
                raise
            return error.errno
        return 0

    def _readable(self) -> bool:
        """False if receiving would have to wait. A poll costs a fraction of a ``recv`` that has to fail."""
        fileno = self.fd.fileno()
        if fileno != self._polled:
            self._look_at(fileno)
        return bool(self._poll(0))

    def _look_at(self, fileno: int) -> None:
        """Make a poll for *fileno*, the descriptor of this socket."""
        select = original("select")
        if fileno == -1 or not hasattr(select, "poll"):
            self._poll = _try_it
        else:
            poll = select.poll()
            poll.register(fileno, select.POLLIN)
            self._poll = poll.poll
        self._polled = fileno

    async def _receive(self, method: Any, empty: Any, first: Any, *rest: Any) -> Any:
        if self.act_non_blocking:
            return method(first, *rest)
        # rest ends with the flags: out-of-band data, for one, is not what poll looks for.
        ready = not first or rest[-1] != 0 or self._readable()
        while True:
            if ready:
                try:
                    if not first:
                        # Zero bytes can always be had; a blocking socket would wait for data all the same.
                        await self._wait(False)
                    return method(first, *rest)
                except OSError as error:
                    if error.errno in _CLOSED:
                        return empty
                    if error.errno not in _BLOCKING:
                        raise
            try:
                await self._wait(False)
            except IOClosed:
                raise EOFError from None
            ready = True

    async def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """At most *bufsize* bytes as soon as there are any; ``b""`` at the end of the connection."""
        # _receive(), _readable() and _wait() written out, for a connection that is read again and again. Each coroutine
        # between this one and the wait would have to be made, and passed through when it ends; and every attribute of an
        # object with __getattr__ is found the long way.
        if flags == 0 and bufsize and not self.act_non_blocking:
            fd = self.fd
            fileno = fd.fileno()
            if fileno != self._polled:
                self._look_at(fileno)
            if not self._poll(0):
                if self._closed:
                    raise EOFError
                timeout = self._timeout
                late = None if timeout is None else TimeoutError("timed out")
                try:
                    await wait_fd(fileno, False, timeout, late, True)
                except IOClosed:
                    self._closed = True
                    raise EOFError from None
            try:
                return fd.recv(bufsize)  # type: ignore[no-any-return]
            except OSError as error:
                if error.errno in _CLOSED:
                    return b""
                if error.errno not in _BLOCKING:
                    raise
        return await self._receive(self.fd.recv, b"", bufsize, flags)  # type: ignore[no-any-return]

    async def recvfrom(self, bufsize: int, flags: int = 0) -> Any:
        """``(bytes, address)``."""
        return await self._receive(self.fd.recvfrom, b"", bufsize, flags)

    async def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Like ``recv`` into *buffer*; returns the number of bytes."""
        return await self._receive(self.fd.recv_into, 0, buffer, nbytes, flags)  # type: ignore[no-any-return]

    async def recvfrom_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> Any:
        """``(number of bytes, address)``."""
        return await self._receive(self.fd.recvfrom_into, 0, buffer, nbytes, flags)

    async def _send(self, method: Any, *args: Any) -> int:
        while True:
            try:
                return method(*args)  # type: ignore[no-any-return]
            except OSError as error:
                code = error.errno
                if self.act_non_blocking or code == errno.ENOTCONN or code not in _BLOCKING:
                    raise
            try:
                await self._wait(True)
            except IOClosed:
                raise OSError(errno.ECONNRESET, "Connection closed by another thread") from None

    async def send(self, data: Any, flags: int = 0) -> int:
        """Send some of *data* as soon as any fits; returns how many bytes."""
        return await self._send(self.fd.send, data, flags)

    async def sendto(self, data: Any, *args: Any) -> int:
        """``socket.sendto``."""
        return await self._send(self.fd.sendto, data, *args)

    async def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all of *data*."""
        try:
            sent = self.fd.send(data, flags)  # mostly all of it
        except BlockingIOError:
            sent = await self._send(self.fd.send, data, flags)
        total = len(data)
        if sent < total:
            with memoryview(data) as view, view.cast("B") as octets:
                while sent < total:
                    sent += await self._send(self.fd.send, octets[sent:], flags)


class ReuseRandomPortWarning(Warning):
    """``listen`` on port 0 with *reuse_port* may share the port of somebody else."""


class ReusePortUnavailableWarning(Warning):
    """The system defines SO_REUSEPORT and does not support it."""


def listen(
    addr: Any,
    family: int | None = None,
    backlog: int = 50,
    reuse_addr: bool = True,
    reuse_port: bool | None = None,
) -> Socket:
    """A listening socket on *addr*, ``(host, port)`` for TCP (``eventlet.listen``)."""
    socket = original("socket")
    family = socket.AF_INET if family is None else family
    sock = Socket(family, socket.SOCK_STREAM)
    if reuse_addr:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family in (socket.AF_INET, socket.AF_INET6) and addr[1] == 0:
        if reuse_port:
            warnings.warn(
                "listen on random port (0) with SO_REUSEPORT is dangerous. Double check your intent.",
                ReuseRandomPortWarning,
                stacklevel=2,
            )
    elif reuse_port is None:
        reuse_port = True
    if reuse_port and hasattr(socket, "SO_REUSEPORT"):
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOPROTOOPT):
                warnings.warn(
                    "socket.SO_REUSEPORT is defined but not supported.", ReusePortUnavailableWarning, stacklevel=2
                )
    sock.bind(addr)
    sock.listen(backlog)
    return sock


async def connect(addr: Any, family: int | None = None, bind: Any = None) -> Socket:
    """A TCP (or other stream) socket connected to *addr*, bound to *bind* first if given (``eventlet.connect``)."""
    socket = original("socket")
    sock = Socket(socket.AF_INET if family is None else family, socket.SOCK_STREAM)
    if bind is not None:
        sock.bind(bind)
    await sock.connect(addr)
    return sock


async def create_connection(address: Any, timeout: Any = _DEFAULT, source_address: Any = None) -> Socket:
    """``socket.create_connection``: try each address of the host until one answers."""
    host, port = address
    failure: OSError | None = None
    for family, kind, proto, _, sockaddr in await getaddrinfo(host, port, 0, original("socket").SOCK_STREAM):
        sock = None
        try:
            sock = Socket(family, kind, proto)
            if timeout is not _DEFAULT:
                sock.settimeout(timeout)
            if source_address:
                sock.bind(source_address)
            await sock.connect(sockaddr)
            return sock
        except OSError as error:
            failure = error
            if sock is not None:
                sock.close()
    try:
        raise failure if failure is not None else OSError("getaddrinfo returns an empty list")
    finally:
        failure = None


def socketpair(*args: Any) -> tuple[Socket, Socket]:
    """``socket.socketpair``."""
    one, two = original("socket").socketpair(*args)
    return Socket(one), Socket(two)


def fromfd(*args: Any) -> Socket:
    """``socket.fromfd``."""
    return Socket(original("socket").fromfd(*args))
