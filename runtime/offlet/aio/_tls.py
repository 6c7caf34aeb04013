# SPDX-License-Identifier: Apache-2.0
"""TLS over a Socket (``eventlet.green.ssl``)."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from ._fd import IOClosed
from ._socket import Socket

__all__ = ["TLSSocket", "wrap_socket", "wrap_ssl"]

_CHUNK = 65536


class TLSSocket(Socket):
    """A Socket that speaks TLS: the methods of ``ssl.SSLSocket``, awaited where they wait.

    ``await`` also read, write, do_handshake and unwrap; the rest of SSLSocket is plain.
    """

    _object: Any = None  # ssl.SSLObject, as soon as the socket is connected

    def __init__(
        self,
        sock: Any,
        context: Any,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: str | None = None,
        session: Any = None,
    ) -> None:
        if server_side and server_hostname:
            raise ValueError("server_hostname can only be specified in client mode")
        if context.check_hostname and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) != socket.SOCK_STREAM:
            raise NotImplementedError("only stream sockets are supported")
        inner = sock.fd if isinstance(sock, Socket) else getattr(sock, "fd", sock)
        timeout = sock.gettimeout()
        super().__init__(inner)
        if isinstance(sock, Socket):
            self.act_non_blocking = sock.act_non_blocking
            sock.fd = _Taken(inner)  # this socket owns the connection now
        self._timeout = timeout
        self.context = context
        self.server_side = server_side
        self.server_hostname = server_hostname
        self.do_handshake_on_connect = do_handshake_on_connect
        self.suppress_ragged_eofs = suppress_ragged_eofs
        self._session = session
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._unsent = bytearray()
        self._flushing = False
        try:
            self.fd.getpeername()
        except OSError:
            return  # listening, or not connected yet
        self._begin()

    def _begin(self) -> None:
        self._object = self.context.wrap_bio(
            self._in, self._out, self.server_side, self.server_hostname, session=self._session
        )

    # -- TLS on the connection

    async def _call(self, method: Any, *args: Any) -> Any:
        """Call *method* of the TLS object, moving what it wants to receive and has to send."""
        while True:
            try:
                result = method(*args)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._feed():
                    self._in.write_eof()
            except ssl.SSLWantWriteError:
                await self._flush()
            except ssl.SSLError:
                await self._flush_alert()
                raise
            else:
                await self._flush()
                return result

    async def _feed(self) -> bool:
        """Receive something; False at the end of the connection."""
        while True:
            try:
                data = self.fd.recv(_CHUNK)
                break
            except ConnectionResetError:
                data = b""
                break
            except BlockingIOError:
                if self.act_non_blocking:
                    raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "The operation did not complete") from None
            await self._wait(False)
        if data:
            self._in.write(data)
        return bool(data)

    async def _flush(self) -> None:
        """Send what TLS has to send. One task at a time does; it sends what others add meanwhile."""
        if self._flushing:
            return
        self._flushing = True
        try:
            while self._out.pending or self._unsent:
                self._unsent += self._out.read()
                sent = await Socket.send(self, bytes(self._unsent))
                del self._unsent[:sent]  # a task that is killed here leaves the rest to the next
        finally:
            self._flushing = False

    async def _flush_alert(self) -> None:
        try:
            await self._flush()
        except OSError:
            pass

    def _tls(self) -> Any:
        if self._object is None:
            raise OSError(107, "Transport endpoint is not connected")
        return self._object

    async def do_handshake(self) -> None:
        """Shake hands; done by ``connect`` and ``wrap_socket`` unless *do_handshake_on_connect* is false."""
        await self._call(self._tls().do_handshake)

    async def read(self, len: int = 1024, buffer: Any = None) -> Any:
        """At most *len* bytes, or into *buffer* and how many; ``b""`` at the end."""
        method = self._tls().read
        try:
            return await (self._call(method, len) if buffer is None else self._call(method, len, buffer))
        except ssl.SSLZeroReturnError:
            pass
        except IOClosed:
            pass
        except ssl.SSLError as error:
            if error.args[0] != ssl.SSL_ERROR_EOF or not self.suppress_ragged_eofs:
                raise
        return b"" if buffer is None else 0

    async def write(self, data: Any) -> int:
        """Send *data*; returns how many bytes."""
        return await self._call(self._tls().write, data)  # type: ignore[no-any-return]

    async def unwrap(self) -> Socket:
        """End TLS; returns the connection as a plain Socket."""
        await self._call(self._tls().unwrap)
        self._object = None
        plain = _Unwrapped(self.fd, self._in.read())
        plain.settimeout(self._timeout)
        self.fd = _Taken(plain.fd)
        return plain

    # -- the methods of a socket

    async def recv(self, bufsize: int = 1024, flags: int = 0) -> bytes:
        self._no_flags(flags, "recv")
        if self._object is None:
            return await super().recv(bufsize, flags)
        return await self.read(bufsize)  # type: ignore[no-any-return]

    async def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self._no_flags(flags, "recv_into")
        if self._object is None:
            return await super().recv_into(buffer, nbytes or 0, flags)
        size = nbytes or (len(buffer) if buffer is not None and len(buffer) else 1024)
        return await self.read(size, buffer)  # type: ignore[no-any-return]

    async def recvfrom(self, bufsize: int = 1024, flags: int = 0) -> Any:
        if self._object is not None:
            raise ValueError(f"recvfrom not allowed on instances of {type(self)}")
        return await super().recvfrom(bufsize, flags)

    async def recvfrom_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> Any:
        if self._object is not None:
            raise ValueError(f"recvfrom_into not allowed on instances of {type(self)}")
        return await super().recvfrom_into(buffer, nbytes, flags)

    async def send(self, data: Any, flags: int = 0) -> int:
        self._no_flags(flags, "send")
        if self._object is None:
            return await super().send(data, flags)
        return await self.write(data)

    async def sendall(self, data: Any, flags: int = 0) -> None:
        self._no_flags(flags, "sendall")
        if self._object is None:
            await super().sendall(data, flags)
            return
        with memoryview(data) as view, view.cast("B") as octets:
            sent = 0
            while sent < len(octets):
                sent += await self.write(octets[sent : sent + _CHUNK])

    async def sendto(self, data: Any, *args: Any) -> int:
        if self._object is not None:
            raise ValueError(f"sendto not allowed on instances of {type(self)}")
        return await super().sendto(data, *args)

    def _no_flags(self, flags: int, name: str) -> None:
        if flags and self._object is not None:
            raise ValueError(f"non-zero flags not allowed in calls to {name}() on {type(self)}")

    async def connect(self, address: Any) -> None:
        if self._object is not None:
            raise ValueError("attempt to connect already-connected SSLSocket!")
        await super().connect(address)
        self._begin()
        if self.do_handshake_on_connect:
            await self.do_handshake()

    async def accept(self) -> tuple[Any, Any]:
        """``(connection, address)``; the connection shakes hands when it is first read or written."""
        client, address = await Socket.accept(self)
        return client, address

    def _accepted(self, client: Any) -> Socket:
        return TLSSocket(
            client,
            self.context,
            server_side=True,
            do_handshake_on_connect=False,
            suppress_ragged_eofs=self.suppress_ragged_eofs,
        )

    def shutdown(self, how: int) -> None:
        self._object = None
        super().shutdown(how)

    def dup(self) -> Socket:
        raise NotImplementedError("Can't dup an ssl object")

    # -- about the connection

    def pending(self) -> int:
        """How many bytes can be read without receiving."""
        return self._object.pending() if self._object is not None else 0

    def getpeercert(self, binary_form: bool = False) -> Any:
        """The other side's certificate."""
        return self._tls().getpeercert(binary_form)

    def cipher(self) -> Any:
        """``(name, protocol, bits)``, or None."""
        return self._object.cipher() if self._object is not None else None

    def shared_ciphers(self) -> Any:
        """The ciphers that both sides have."""
        return self._object.shared_ciphers() if self._object is not None else None

    def compression(self) -> Any:
        """The compression, or None."""
        return self._object.compression() if self._object is not None else None

    def version(self) -> Any:
        """For example ``"TLSv1.3"``, or None."""
        return self._object.version() if self._object is not None else None

    def selected_alpn_protocol(self) -> Any:
        """The protocol that was agreed on, or None."""
        return self._object.selected_alpn_protocol() if self._object is not None else None

    def get_channel_binding(self, cb_type: str = "tls-unique") -> Any:
        """``SSLSocket.get_channel_binding``."""
        return self._tls().get_channel_binding(cb_type)

    @property
    def session(self) -> Any:
        """The session, for another connection to resume."""
        return self._object.session if self._object is not None else None

    @property
    def session_reused(self) -> Any:
        """True if the session was resumed."""
        return self._object.session_reused if self._object is not None else None


class _Unwrapped(Socket):
    """The connection after TLS, with what the other side has sent since and was received together with its end."""

    def __init__(self, sock: Any, received: bytes) -> None:
        super().__init__(sock)
        self._received = received

    async def recv(self, bufsize: int, flags: int = 0) -> bytes:
        if self._received and bufsize:
            data = self._received[:bufsize]
            if not flags & socket.MSG_PEEK:
                self._received = self._received[bufsize:]
            return data
        return await super().recv(bufsize, flags)

    async def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        if self._received:
            data = await self.recv(nbytes or len(buffer), flags)
            memoryview(buffer).cast("B")[: len(data)] = data
            return len(data)
        return await super().recv_into(buffer, nbytes, flags)


class _Taken:
    """What is left of a socket whose connection another object has taken: it looks closed."""

    _io_refs = 0
    _closed = True

    def __init__(self, sock: Any) -> None:
        self.family, self.type, self.proto = sock.family, sock.type, sock.proto

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        pass

    def gettimeout(self) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        raise OSError(9, "Bad file descriptor")


async def wrap_socket(
    context: Any,
    sock: Any,
    server_side: bool = False,
    do_handshake_on_connect: bool = True,
    suppress_ragged_eofs: bool = True,
    server_hostname: str | None = None,
    session: Any = None,
) -> TLSSocket:
    """``context.wrap_socket(sock, ...)`` for a Socket; shakes hands if it is connected.

    As with ``ssl`` the socket that was given is not to be used any more.
    """
    wrapped = TLSSocket(
        sock, context, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session
    )
    if do_handshake_on_connect and wrapped._object is not None:
        try:
            await wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
    return wrapped


async def wrap_ssl(
    sock: Any,
    keyfile: Any = None,
    certfile: Any = None,
    server_side: bool = False,
    cert_reqs: int = ssl.CERT_NONE,
    ssl_version: Any = None,
    ca_certs: Any = None,
    do_handshake_on_connect: bool = True,
    suppress_ragged_eofs: bool = True,
    ciphers: str | None = None,
    server_hostname: str | None = None,
) -> TLSSocket:
    """TLS on *sock* without a context of one's own (``eventlet.wrap_ssl``)."""
    if ssl_version is None:
        ssl_version = ssl.PROTOCOL_TLS_SERVER if server_side else ssl.PROTOCOL_TLS_CLIENT
    context = ssl.SSLContext(ssl_version)
    context.check_hostname = False
    context.verify_mode = ssl.VerifyMode(cert_reqs)
    if certfile or keyfile:
        context.load_cert_chain(certfile, keyfile)
    if ca_certs:
        context.load_verify_locations(ca_certs)
    if ciphers:
        context.set_ciphers(ciphers)
    return await wrap_socket(
        context, sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname
    )
