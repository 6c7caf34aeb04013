# SPDX-License-Identifier: Apache-2.0
"""Socket, makefile, listen, connect, serve."""

import errno
import socket
import struct

OPTIONS = {
    "serve_handler_fails": {"printed": False},
    "serve_stop": {"printed": False},
}


def name(error):
    return f"{type(error).__name__} {error}".rstrip()


async def _pair(aio):
    """A connected TCP pair."""
    server = aio.listen(("127.0.0.1", 0))
    accepting = aio.spawn(server.accept)
    client = await aio.connect(server.getsockname())
    connection, _ = await accepting.wait()
    server.close()
    return client, connection


async def echo(aio, log):
    server = aio.listen(("127.0.0.1", 0))

    async def serve_one():
        connection, address = await server.accept()
        log("accepted", address == client.getsockname())
        while True:
            data = await connection.recv(4)
            if not data:
                break
            await connection.sendall(data)
        connection.close()

    g = aio.spawn(serve_one)
    client = aio.Socket(socket.AF_INET, socket.SOCK_STREAM)
    await client.connect(server.getsockname())
    await client.sendall(b"hello world")
    got = b""
    while len(got) < 11:
        got += await client.recv(100)
    log(got)
    client.shutdown(socket.SHUT_WR)
    log(await client.recv(10))
    await g.wait()
    client.close()
    log(client.fileno())


async def names_and_options(aio, log):
    a, b = await _pair(aio)
    log(a.getpeername() == b.getsockname(), a.family, a.type, a.proto, a.gettimeout())
    a.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    log(a.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
    a.settimeout(5)
    log(a.gettimeout())
    a.settimeout(None)
    log(a.gettimeout())
    a.setblocking(0)
    log(a.gettimeout())
    for bad in ("x", -1):
        try:
            a.settimeout(bad)
        except (TypeError, ValueError) as e:
            log(name(e))
    with b:
        pass
    log(b.fileno())


async def big_transfer(aio, log):
    a, b = await _pair(aio)
    data = bytes(range(256)) * 8192

    async def send():
        await a.sendall(data)
        a.close()

    g = aio.spawn(send)
    parts = []
    while True:
        part = await b.recv(65536)
        if not part:
            break
        parts.append(part)
    await g.wait()
    log(b"".join(parts) == data)


async def send_returns_a_part(aio, log):
    a, b = await _pair(aio)
    n = await a.send(b"x" * 50_000_000)
    log(0 < n < 50_000_000)


async def receive_timeout(aio, log):
    a, b = await _pair(aio)
    a.settimeout(0.01)
    for call in (lambda: a.recv(1), lambda: a.recv_into(bytearray(1)), lambda: a.recvfrom(1), lambda: a.recv(0)):
        try:
            await call()
        except socket.timeout as e:
            log(name(e), isinstance(e, TimeoutError))
    await b.sendall(b"z")
    log(await a.recv(1))


async def send_timeout(aio, log):
    a, b = await _pair(aio)
    a.settimeout(0.05)
    try:
        await a.sendall(b"x" * 50_000_000)
    except socket.timeout as e:
        log(name(e))


async def accept_timeout(aio, log):
    s = aio.listen(("127.0.0.1", 0))
    s.settimeout(0.01)
    try:
        await s.accept()
    except socket.timeout as e:
        log(name(e))


async def nonblocking(aio, log):
    a, b = await _pair(aio)
    a.setblocking(False)
    try:
        await a.recv(1)
    except BlockingIOError as e:
        log(e.errno == errno.EAGAIN)
    a.setblocking(True)
    await b.sendall(b"y")
    log(await a.recv(1))


async def connection_refused(aio, log):
    s = aio.listen(("127.0.0.1", 0))
    address = s.getsockname()
    s.close()
    try:
        await aio.connect(address)
    except OSError as e:
        log(type(e).__name__, e.errno == errno.ECONNREFUSED, e.strerror)
    c = aio.Socket()
    log(await c.connect_ex(address) == errno.ECONNREFUSED)
    c = aio.Socket()
    c.settimeout(1)
    log(await c.connect_ex(address) == errno.ECONNREFUSED)


async def connect_forms(aio, log):
    s = aio.listen(("127.0.0.1", 0))
    c = aio.Socket()
    log(await c.connect_ex(s.getsockname()))
    d = await aio.connect(s.getsockname(), bind=("127.0.0.1", 0))
    log(d.getpeername() == s.getsockname())
    f = await aio.create_connection(s.getsockname(), timeout=3)
    log(f.gettimeout())
    g = await aio.create_connection(s.getsockname())
    log(g.gettimeout())
    try:
        await aio.create_connection(("127.0.0.1", 1), timeout=3)
    except OSError as e:
        log(type(e).__name__)
    try:
        await d.connect(s.getsockname())
    except OSError as e:
        log("connected already", e.errno)
    else:
        log("connected already, no error")


async def reset_reads_as_end(aio, log):
    a, b = await _pair(aio)
    b.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    b.close()
    await aio.sleep(0.01)
    log(await a.recv(10))
    try:
        await a.sendall(b"x")
        await a.sendall(b"x")
    except OSError as e:
        log(type(e).__name__)


async def receive_on_closed(aio, log):
    a, b = await _pair(aio)
    a.close()
    try:
        await a.recv(1)
    except OSError as e:
        log(e.errno == errno.EBADF)
    try:
        await a.send(b"x")
    except OSError as e:
        log(e.errno == errno.EBADF)


async def second_reader(aio, log):
    a, b = await _pair(aio)
    g = aio.spawn(a.recv, 1)
    await aio.sleep(0)
    try:
        await a.recv(1)
    except RuntimeError as e:
        log("RuntimeError", "Second simultaneous read" in str(e))
    await b.sendall(b"1")
    log(await g.wait())


async def reader_and_writer(aio, log):
    a, b = await _pair(aio)

    async def read():
        log("read", await a.recv(10))

    g = aio.spawn(read)
    await aio.sleep(0)
    await a.sendall(b"to b")
    log(await b.recv(10))
    await b.sendall(b"to a")
    await g.wait()


async def close_while_reading(aio, log):
    a, b = await _pair(aio)
    a.settimeout(0.1)
    g = aio.spawn(a.recv, 1)
    await aio.sleep(0)
    a.close()
    await aio.sleep(0.01)
    log("still waits", g.dead)
    try:
        await g.wait()
    except socket.timeout:
        log("timed out")


async def number_used_again(aio, log):
    a, b = await _pair(aio)

    async def read():
        try:
            log("read", await a.recv(1))
        except BaseException as e:
            log("reader", type(e).__name__)

    g = aio.spawn(read)
    await aio.sleep(0)
    number = a.fileno()
    a.close()
    await aio.sleep(0.01)
    log("still waits", g.dead)
    new = aio.Socket()
    log(new.fileno() == number)
    await aio.sleep(0.01)
    log(g.dead)


async def number_used_again_while_accepting(aio, log):
    s = aio.listen(("127.0.0.1", 0))

    async def accept():
        try:
            await s.accept()
        except BaseException as e:
            log("acceptor", type(e).__name__)

    g = aio.spawn(accept)
    await aio.sleep(0)
    s.close()
    await aio.sleep(0)
    aio.Socket()
    await aio.sleep(0.01)
    log(g.dead)


async def killed_reader(aio, log):
    a, b = await _pair(aio)
    g = aio.spawn(a.recv, 1)
    await aio.sleep(0)
    await g.kill()
    await b.sendall(b"x")
    await aio.sleep(0.01)
    log(await a.recv(1))


async def timeout_around_receive(aio, log):
    a, b = await _pair(aio)
    with aio.Timeout(0.01, False):
        await a.recv(1)
        log("no")
    await b.sendall(b"x")
    log(await a.recv(1))


async def other_receives(aio, log):
    a, b = await _pair(aio)
    await b.sendall(b"abcdef")
    buffer = bytearray(4)
    log(await a.recv_into(buffer), bytes(buffer), await a.recv_into(memoryview(buffer)[:1], 1), bytes(buffer))
    log(await a.recv(10, socket.MSG_PEEK), await a.recv(10))
    b.close()
    log(await a.recv_into(buffer), await a.recv(5))


async def datagrams(aio, log):
    a = aio.Socket(socket.AF_INET, socket.SOCK_DGRAM)
    b = aio.Socket(socket.AF_INET, socket.SOCK_DGRAM)
    a.bind(("127.0.0.1", 0))
    b.bind(("127.0.0.1", 0))
    g = aio.spawn(a.recvfrom, 100)
    await aio.sleep(0)
    log(await b.sendto(b"datagram", a.getsockname()))
    data, address = await g.wait()
    log(data, address == b.getsockname())
    await b.sendto(b"second", 0, a.getsockname())
    buffer = bytearray(10)
    size, address = await a.recvfrom_into(buffer)
    log(size, bytes(buffer[:size]), address == b.getsockname())
    await b.connect(a.getsockname())
    await b.send(b"third")
    log(await a.recv(10))


async def unix_sockets(aio, log):
    a, b = aio.socketpair()
    await a.sendall(b"x")
    log(await b.recv(1), a.family)


async def duplicate(aio, log):
    a, b = await _pair(aio)
    a.settimeout(3)
    c = a.dup()
    log(c.gettimeout(), c.fileno() != a.fileno())
    a.close()
    await c.sendall(b"by the twin")
    log(await b.recv(100))


async def detach(aio, log):
    a, b = await _pair(aio)
    number = a.fileno()
    log(a.detach() == number, a.fileno())
    c = aio.Socket(socket.AF_INET, socket.SOCK_STREAM, 0, number)
    await c.sendall(b"x")
    log(await b.recv(1))


async def binary_file(aio, log):
    a, b = await _pair(aio)
    f = a.makefile("rwb")
    g = b.makefile("rwb")
    await f.write(b"one\ntwo\nthree")
    log(await f.write(b"more\n"))
    await f.flush()
    log(await g.readline(), await g.readline(2), await g.readline(), await g.read(5))
    await f.writelines([b"a\n", b"b\n"])
    await f.close()
    a.close()
    log(await g.readlines(), await g.read(), await g.readline())
    log(f.closed, g.closed, g.readable(), g.writable(), g.seekable())


async def read_only_file(aio, log):
    a, b = await _pair(aio)
    f = a.makefile("rb")
    await b.sendall(b"line one\nline two\nrest")
    b.close()
    log(f.mode, f.readable(), f.writable(), f.fileno() == a.fileno())
    try:
        await f.write(b"x")
    except OSError as e:
        log(type(e).__name__)
    log([line async for line in f])
    with f:
        log(await f.read(3))
    try:
        await f.read()
    except ValueError:
        log("ValueError")


async def write_only_file(aio, log):
    a, b = await _pair(aio)
    async with a.makefile("wb") as f:
        await f.write(b"x" * 10)
        try:
            await f.read()
        except OSError as e:
            log(type(e).__name__)
    a.close()
    log(await b.recv(100), await b.recv(100))


async def unbuffered_file(aio, log):
    a, b = await _pair(aio)
    f = a.makefile("rwb", 0)
    log(await f.write(b"abc\ndef"))
    g = b.makefile("rb", buffering=0)
    log(await g.read(2), await g.readline(), await g.read(100))
    a.close()
    await f.close()
    log(await g.read(10), await g.readline(), await g.read())
    try:
        a.makefile("r", 0)
    except ValueError as e:
        log(e)
    try:
        a.makefile("x")
    except ValueError as e:
        log(e)


async def text_file(aio, log):
    a, b = await _pair(aio)
    f = a.makefile("rw", encoding="utf-8")
    await f.write("größe\nzweite\r\ndritte\rvierte")
    await f.flush()
    a.shutdown(socket.SHUT_WR)
    g = b.makefile("r", encoding="utf-8")
    log(repr(await g.readline()), repr(await g.readline()), repr(await g.read(3)), repr(await g.read()))
    log(g.encoding, g.mode, repr(await g.readline()), repr(await g.read()))


async def text_file_newlines(aio, log):
    for newline in (None, "", "\n", "\r", "\r\n"):
        a, b = await _pair(aio)
        f = a.makefile("w", newline=newline, encoding="ascii")
        await f.write("a\nb\r\nc\rd\n")
        await f.close()
        a.close()
        g = b.makefile("rb")
        log(repr(newline), "wrote", await g.read())
        a, b = await _pair(aio)
        await a.sendall(b"a\nb\r\nc\rd\n\r")
        a.close()
        g = b.makefile("r", newline=newline, encoding="ascii")
        log(repr(newline), "read", [line async for line in g])
    try:
        b.makefile("r", newline="x")
    except ValueError as e:
        log(e)


async def text_file_split_characters(aio, log):
    a, b = await _pair(aio)
    g = b.makefile("r", encoding="utf-8", newline="")
    lines = []

    async def read():
        async for line in g:
            lines.append(line)

    r = aio.spawn(read)
    for byte in "ä\r\nö\rß\n€".encode():
        await a.sendall(bytes([byte]))
        await aio.sleep(0)
    a.close()
    await r.wait()
    log(lines)
    a, b = await _pair(aio)
    await a.sendall(b"\xff\xfe")
    a.close()
    try:
        await b.makefile("r", encoding="utf-8").read()
    except UnicodeDecodeError as e:
        log(type(e).__name__)
    a, b = await _pair(aio)
    await a.sendall(b"x\xff\xfey")
    a.close()
    log(repr(await b.makefile("r", encoding="utf-8", errors="replace").read()))


async def file_keeps_it_open(aio, log):
    a, b = await _pair(aio)
    f = a.makefile("rwb")
    a.close()
    log(a.fileno() != -1)
    await f.write(b"still\n")
    await f.flush()
    log(await b.recv(10))
    await f.close()
    log(a.fileno(), await b.recv(10))


async def file_timeout(aio, log):
    a, b = await _pair(aio)
    a.settimeout(0.01)
    f = a.makefile("rb")
    try:
        await f.read(1)
    except socket.timeout:
        log("timeout")
    await b.sendall(b"x")
    try:
        await f.read(1)
    except OSError as e:
        log(e)


async def serve_echo(aio, log):
    server = aio.listen(("127.0.0.1", 0))

    async def handle(sock, address):
        async for line in sock.makefile("rb"):
            await sock.sendall(line.upper())

    g = aio.spawn(aio.serve, server, handle)
    for text in (b"one\n", b"two\n"):
        c = await aio.connect(server.getsockname())
        await c.sendall(text)
        log(await c.recv(10))
        c.shutdown(socket.SHUT_WR)
        log(await c.recv(10))
    await g.kill()
    log(g.dead)


async def serve_concurrency(aio, log):
    server = aio.listen(("127.0.0.1", 0))
    running = [0, 0]

    async def handle(sock, address):
        running[0] += 1
        running[1] = max(running)
        await sock.recv(1)
        running[0] -= 1

    aio.spawn(aio.serve, server, handle, 2)
    clients = [await aio.connect(server.getsockname()) for _ in range(5)]
    await aio.sleep(0.02)
    log(running[1])
    for c in clients:
        await c.sendall(b"x")
        log(await c.recv(1))
    log(running)


async def serve_stop(aio, log):
    server = aio.listen(("127.0.0.1", 0))

    async def handle(sock, address):
        await sock.recv(1)
        raise aio.StopServe

    g = aio.spawn(aio.serve, server, handle)
    c = await aio.connect(server.getsockname())
    await c.sendall(b"x")
    log(await c.recv(1), await g.wait())


async def serve_handler_fails(aio, log):
    server = aio.listen(("127.0.0.1", 0))

    async def handle(sock, address):
        raise KeyError("handler")

    g = aio.spawn(aio.serve, server, handle)
    c = await aio.connect(server.getsockname())
    log(await c.recv(1))
    try:
        await g.wait()
    except KeyError as e:
        log(name(e))


async def serve_plain_handler(aio, log):
    server = aio.listen(("127.0.0.1", 0))

    def handle(sock, address):
        log("handled", address == c.getsockname())

    aio.spawn(aio.serve, server, handle)
    c = await aio.connect(server.getsockname())
    log(await c.recv(1))


async def listen_options(aio, log):
    s = aio.listen(("127.0.0.1", 0))
    log(s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0, s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT))
    port = s.getsockname()[1]
    try:
        aio.listen(("127.0.0.1", port))
    except OSError as e:
        log(e.errno == errno.EADDRINUSE)
    s.close()
    t = aio.listen(("127.0.0.1", port))
    log(t.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) != 0)
    t.close()
    t = aio.listen(("127.0.0.1", port), reuse_addr=False, reuse_port=False, backlog=1)
    log(t.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), t.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT))


async def lookups(aio, log):
    log((await aio.getaddrinfo("127.0.0.1", 80, 0, socket.SOCK_STREAM))[0][4])
    log(await aio.gethostbyname("127.0.0.1"))
    found = await aio.getaddrinfo("localhost", 80, socket.AF_INET, socket.SOCK_STREAM)
    log(("127.0.0.1", 80) in [f[4] for f in found], await aio.gethostbyname("localhost"))
    s = aio.listen(("127.0.0.1", 0))
    c = aio.Socket()
    await c.connect(("localhost", s.getsockname()[1]))
    log(c.getpeername() == s.getsockname())


async def lookup_fails(aio, log):
    try:
        await aio.getaddrinfo("256.256.256.256", 80)
    except socket.gaierror as e:
        log(type(e).__name__)


async def reading_does_not_switch_when_ready(aio, log):
    a, b = await _pair(aio)
    await b.sendall(b"xy")
    await aio.sleep(0.01)
    aio.spawn(log, "other")
    log(await a.recv(1))
    log(await a.recv(1))
    await a.sendall(b"z")
    log("sent")
    await aio.sleep(0)
