# SPDX-License-Identifier: Apache-2.0
"""TLS over sockets."""

import os
import socket
import ssl

OPTIONS = {}

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "data")
CERT, KEY = os.path.join(DATA, "cert.pem"), os.path.join(DATA, "key.pem")


def name(error):
    return type(error).__name__


def _wrap(aio, context, sock, **kwargs):
    """context.wrap_socket in both forms."""
    if getattr(aio, "green", False):
        from eventlet.green import ssl as green_ssl

        return green_ssl.GreenSSLSocket(sock, _context=context, **kwargs)
    return aio.wrap_socket(context, sock, **kwargs)


def _contexts():
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERT, KEY)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(CERT)
    return server, client


async def _server(aio, handle):
    """A TLS server that runs handle for one connection; its address and the task."""
    listener = await aio.wrap_ssl(aio.listen(("127.0.0.1", 0)), certfile=CERT, keyfile=KEY, server_side=True)

    async def serve():
        connection, _ = await listener.accept()
        await handle(connection)

    return listener.getsockname(), aio.spawn(serve)


async def echo(aio, log):
    async def handle(connection):
        while True:
            data = await connection.recv(100)
            if not data:
                break
            await connection.sendall(data.upper())
        connection.close()

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(await aio.connect(address))
    await client.sendall(b"hello")
    log(await client.recv(100))
    await client.sendall(b"world")
    log(await client.recv(100), client.version(), client.cipher()[1], client.pending())
    client.shutdown(socket.SHUT_RDWR)
    client.close()
    await g.wait()


async def with_contexts(aio, log):
    server_context, client_context = _contexts()
    listener = aio.listen(("127.0.0.1", 0))

    async def serve():
        sock, _ = await listener.accept()
        connection = await _wrap(aio, server_context, sock, server_side=True)
        await connection.sendall(b"secret")
        log(await connection.recv(10))
        connection.close()

    g = aio.spawn(serve)
    client = await _wrap(aio, client_context, await aio.connect(listener.getsockname()), server_hostname="localhost")
    log(await client.recv(3), client.pending(), await client.recv(100))
    log(client.getpeercert()["subject"], client.selected_alpn_protocol())
    await client.send(b"bye")
    await g.wait()
    log(await client.recv(10))


async def certificate_is_checked(aio, log):
    server_context, client_context = _contexts()
    listener = aio.listen(("127.0.0.1", 0))

    async def serve():
        sock, _ = await listener.accept()
        try:
            await _wrap(aio, server_context, sock, server_side=True)
            log("server shook hands")
        except (ssl.SSLError, OSError):
            log("server failed")

    g = aio.spawn(serve)
    sock = await aio.connect(listener.getsockname())
    try:
        await _wrap(aio, client_context, sock, server_hostname="example.com")
    except ssl.SSLCertVerificationError as e:
        log(name(e))
    with aio.Timeout(1, False):
        await g.wait()
    try:
        await _wrap(aio, client_context, aio.Socket())
    except ValueError as e:
        log(e)


async def big_transfer(aio, log):
    data = bytes(range(256)) * 4096

    async def handle(connection):
        await connection.sendall(data)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(await aio.connect(address))
    got = bytearray()
    while len(got) < len(data):
        part = await client.recv(65536)
        if not part:
            break
        got += part
    log(bytes(got) == data)
    await g.wait()


async def both_ways_at_once(aio, log):
    data = b"x" * 300000

    async def handle(connection):
        await connection.do_handshake()
        g = aio.spawn(connection.sendall, data)
        total = 0
        while total < len(data):
            total += len(await connection.recv(65536))
        await g.wait()
        log("server got", total)

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(await aio.connect(address))
    s = aio.spawn(client.sendall, data)
    total = 0
    while total < len(data):
        total += len(await client.recv(65536))
    log("client got", total)
    await s.wait()
    await g.wait()


async def timeouts(aio, log):
    async def handle(connection):
        await connection.do_handshake()
        await aio.sleep(0.3)

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(await aio.connect(address))
    client.settimeout(0.02)
    try:
        await client.recv(1)
    except socket.timeout as e:
        log(name(e), e)
    with aio.Timeout(0.02, False):
        client.settimeout(None)
        await client.recv(1)
        log("no")
    log(client.gettimeout())


async def handshake_timeout(aio, log):
    listener = aio.listen(("127.0.0.1", 0))
    sock = await aio.connect(listener.getsockname())
    sock.settimeout(0.02)
    try:
        await aio.wrap_ssl(sock)
    except socket.timeout as e:
        log(name(e))


async def file_over_tls(aio, log):
    async def handle(connection):
        f = connection.makefile("rwb")
        async for line in f:
            await f.write(line[::-1])
            await f.flush()
        await f.close()
        connection.close()

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(await aio.connect(address))
    f = client.makefile("rwb")
    await f.write(b"abc\n")
    await f.flush()
    log(await f.read(4))
    await f.close()
    client.shutdown(socket.SHUT_RDWR)
    client.close()
    await g.wait()


async def unwrapped(aio, log):
    async def handle(connection):
        log(await connection.recv(10))
        plain = await connection.unwrap()
        await plain.sendall(b"in the clear")
        plain.close()

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(await aio.connect(address))
    await client.sendall(b"tls")
    plain = await client.unwrap()
    log(await plain.recv(100))
    await g.wait()


async def connected_later(aio, log):
    async def handle(connection):
        await connection.sendall(b"hi")
        await aio.sleep(0.05)

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(aio.Socket())
    await client.connect(address)
    log(await client.recv(10))
    try:
        await client.connect(address)
    except ValueError as e:
        log(e)


async def flags_are_refused(aio, log):
    async def handle(connection):
        await connection.do_handshake()
        await aio.sleep(0.05)

    address, g = await _server(aio, handle)
    client = await aio.wrap_ssl(await aio.connect(address))
    for f in (lambda: client.sendall(b"x", 1), lambda: client.dup()):
        try:
            await f()
        except (ValueError, NotImplementedError) as e:
            log(name(e))
