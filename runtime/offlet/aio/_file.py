# SPDX-License-Identifier: Apache-2.0
"""Files on sockets and pipes: what ``makefile`` returns, with the methods of the io module, awaited."""

from __future__ import annotations

import codecs
import io
import locale
import os
import sys
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any

from ._core import has_async
from ._task import spawn_n

__all__ = ["File", "TextFile", "make_file"]

_BUFFER = io.DEFAULT_BUFFER_SIZE


class SocketStream:
    """The unbuffered end of a file: one socket (``socket.SocketIO``)."""

    def __init__(self, sock: Any, mode: str) -> None:
        self._sock = sock
        self.mode = mode
        self._timed_out = False
        self.closed = False
        sock.fd._io_refs += 1

    @property
    def name(self) -> Any:
        return -1 if self.closed else self._sock.fileno()

    def fileno(self) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return self._sock.fileno()  # type: ignore[no-any-return]

    async def receive(self, size: int) -> bytes | None:
        """Some bytes, ``b""`` at the end, None if the socket is non-blocking and there are none."""
        if self._timed_out:
            raise OSError("cannot read from timed out object")
        try:
            return await self._sock.recv(size)  # type: ignore[no-any-return]
        except TimeoutError:
            self._timed_out = True
            raise
        except BlockingIOError:
            return None

    async def send(self, data: Any) -> int | None:
        try:
            return await self._sock.send(data)  # type: ignore[no-any-return]
        except BlockingIOError:
            return None

    def send_now(self, data: Any) -> int:
        """Send what fits without waiting."""
        try:
            return self._sock.fd.send(data)  # type: ignore[no-any-return]
        except BlockingIOError:
            return 0

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._sock._release_file()
            self._sock = None


class File:
    """A binary file, buffered unless *buffering* was 0 (``io.BufferedReader``, ``BufferedWriter``, ``BufferedRWPair``).

    ``async for`` gives its lines. Leaving ``with`` or ``async with`` closes it.
    """

    def __init__(self, stream: Any, reading: bool, writing: bool, buffering: int) -> None:
        self.raw = stream
        self._reading = reading
        self._writing = writing
        self._size = buffering
        self._in = bytearray()
        self._out = bytearray()
        self._closed = False

    @property
    def closed(self) -> bool:
        """True after ``close()``."""
        return self._closed

    @property
    def mode(self) -> str:
        """``"rb"``, ``"wb"`` or ``"rwb"``."""
        return self.raw.mode  # type: ignore[no-any-return]

    @property
    def name(self) -> Any:
        """The descriptor."""
        return self.raw.name

    def fileno(self) -> int:
        """The descriptor."""
        return self.raw.fileno()  # type: ignore[no-any-return]

    def readable(self) -> bool:
        """True if it was opened for reading."""
        self._check_closed()
        return self._reading

    def writable(self) -> bool:
        """True if it was opened for writing."""
        self._check_closed()
        return self._writing

    def seekable(self) -> bool:
        """False."""
        self._check_closed()
        return False

    def isatty(self) -> bool:
        """False for sockets."""
        self._check_closed()
        return False

    def _check_closed(self) -> None:
        if self._closed:
            raise ValueError("I/O operation on closed file.")

    def _check_reading(self) -> None:
        self._check_closed()
        if not self._reading:
            raise io.UnsupportedOperation("not readable")

    def _check_writing(self) -> None:
        self._check_closed()
        if not self._writing:
            raise io.UnsupportedOperation("not writable")

    # -- reading

    async def _fill(self, size: int = 0) -> bool | None:
        """Receive once; False at the end, None if nothing can be had now."""
        data = await self.raw.receive(max(size, self._size or _BUFFER))
        if data:
            self._in += data
            return True
        return None if data is None else False

    def _take(self, size: int) -> bytes:
        data = bytes(self._in[:size])
        del self._in[:size]
        return data

    async def read(self, size: int | None = -1) -> Any:
        """*size* bytes, fewer only at the end; all up to the end if it is negative or None.

        Unbuffered: what one ``recv`` gives. None if the socket is non-blocking and nothing is there.
        """
        self._check_reading()
        if size is None or size < 0:
            while True:
                got = await self._fill()
                if not got:
                    return None if got is None and not self._in else self._take(len(self._in))
        if self._size == 0:
            return await self.raw.receive(size)
        while len(self._in) < size:
            got = await self._fill(size - len(self._in))
            if not got:
                return None if got is None and not self._in else self._take(size)
        return self._take(size)

    async def read1(self, size: int = -1) -> bytes:
        """At least one byte and at most *size*, with one ``recv`` at most; ``b""`` at the end."""
        self._check_reading()
        if size < 0:
            size = self._size or _BUFFER
        if size and not self._in:
            await self._fill()
        return self._take(size)

    async def peek(self, size: int = 0) -> bytes:
        """Bytes that the next read will give, without taking them."""
        self._check_reading()
        if not self._in:
            await self._fill()
        return bytes(self._in)

    async def readinto(self, buffer: Any) -> int | None:
        """Read into *buffer*; returns how many bytes."""
        with memoryview(buffer) as view, view.cast("B") as octets:
            data = await self.read(len(octets))
            if data is None:
                return None
            octets[: len(data)] = data
            return len(data)

    async def readinto1(self, buffer: Any) -> int:
        """Like ``readinto`` with one ``recv`` at most."""
        with memoryview(buffer) as view, view.cast("B") as octets:
            data = await self.read1(len(octets))
            octets[: len(data)] = data
            return len(data)

    async def readline(self, size: int | None = -1) -> Any:
        """A line with its newline, at most *size* bytes of it; ``b""`` at the end."""
        self._check_reading()
        limit = sys.maxsize if size is None or size < 0 else size
        start = 0
        while True:
            end = self._in.find(b"\n", start, limit) + 1
            if end:
                return self._take(end)
            if len(self._in) >= limit:
                return self._take(limit)
            start = len(self._in)
            if self._size == 0:  # unbuffered: may not take what comes after the line
                data = await self.raw.receive(1)
                self._in += data or b""
                if not data:
                    return self._take(limit)
            elif not await self._fill():
                return self._take(limit)

    async def readlines(self, hint: int | None = -1) -> list[Any]:
        """The lines up to the end, or until *hint* bytes have been read."""
        lines: list[Any] = []
        total = 0
        async for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __aiter__(self) -> AsyncIterator[Any]:
        self._check_closed()
        return self

    async def __anext__(self) -> Any:
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line

    # -- writing

    async def write(self, data: Any) -> Any:
        """Write *data*; it is sent when the buffer is full, at ``flush`` or ``close``. Returns its length.

        Unbuffered: sends once and returns how many bytes went.
        """
        self._check_writing()
        if isinstance(data, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        if self._size == 0:
            return await self.raw.send(data)
        with memoryview(data) as view, view.cast("B") as octets:
            size = len(octets)
            if len(self._out) + size > self._size:
                await self._send_out()
                if size > self._size:
                    self._out += octets
                    await self._send_out()
                    return size
            self._out += octets
            return size

    async def writelines(self, lines: Any) -> None:
        """``write`` each of *lines*, which may be async."""
        if has_async(type(lines), "__aiter__"):
            async for line in lines:
                await self.write(line)
        else:
            for line in lines:
                await self.write(line)

    async def _send_out(self) -> None:
        while self._out:
            sent = await self.raw.send(bytes(self._out))
            if sent is None:
                raise BlockingIOError(11, "write could not complete without blocking", 0)
            del self._out[:sent]

    async def flush(self) -> None:
        """Send what is buffered."""
        self._check_closed()
        await self._send_out()

    # -- closing

    async def close(self) -> None:
        """Send what is buffered and close."""
        if not self._closed:
            try:
                await self._send_out()
            finally:
                self._closed = True
                self.raw.close()

    def _close_in_place(self) -> None:
        """Close without waiting: what cannot be sent at once is sent by a task."""
        if self._closed:
            return
        self._closed = True
        try:
            while self._out:
                sent = self.raw.send_now(bytes(self._out))
                if not sent:
                    spawn_n(self._close_later)
                    return
                del self._out[:sent]
        except BaseException:
            self.raw.close()
            raise
        self.raw.close()

    async def _close_later(self) -> None:
        try:
            await self._send_out()
        finally:
            self.raw.close()

    def detach(self) -> Any:
        """Give up the unbuffered stream and return it."""
        stream, self.raw = self.raw, None
        return stream

    def __enter__(self) -> Any:
        self._check_closed()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_in_place()

    async def __aenter__(self) -> Any:
        self._check_closed()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __del__(self) -> None:
        raw = getattr(self, "raw", None)
        if raw is not None and not raw.closed:
            try:
                raw.close()
            except Exception:
                pass


def _forgets() -> bool:
    """Whether this Python's text files that cannot seek drop, when they are written to, what they have read ahead."""
    text = io.TextIOWrapper(io.BufferedRWPair(io.BytesIO(b"1\n2\n"), io.BytesIO()), "ascii")  # type: ignore[type-var]
    text.readline()
    text.write("3")
    return not text.readline()


_FORGETS = _forgets()


class TextFile(File):
    """A text file over a binary one (``io.TextIOWrapper``)."""

    def __init__(
        self, buffer: File, encoding: str | None = None, errors: str | None = None, newline: str | None = None
    ) -> None:
        if newline not in (None, "", "\n", "\r", "\r\n"):
            raise ValueError(f"illegal newline value: {newline}")
        if encoding is None or encoding == "locale":
            encoding = "utf-8" if sys.flags.utf8_mode else locale.getpreferredencoding(False)
        self.buffer = buffer
        self.raw = buffer.raw
        self.encoding = encoding
        self.errors = errors or "strict"
        self._newline = newline
        self._translate = newline is None
        decoder = codecs.getincrementaldecoder(encoding)(self.errors)
        universal = newline is None or newline == ""
        self._decoder: Any = io.IncrementalNewlineDecoder(decoder, self._translate) if universal else decoder
        self._encoder = codecs.getincrementalencoder(encoding)(self.errors)
        self._chars = ""
        self._ended = False
        self._line_buffering = False
        self._mode = ""

    @property
    def newlines(self) -> Any:
        """The newlines seen so far, where they are translated."""
        return getattr(self._decoder, "newlines", None)

    @property
    def closed(self) -> bool:
        """True after ``close()``."""
        return self.buffer.closed

    @property
    def mode(self) -> str:
        """The mode given to ``makefile``."""
        return self._mode

    def readable(self) -> bool:
        """True if it was opened for reading."""
        return self.buffer.readable()

    def writable(self) -> bool:
        """True if it was opened for writing."""
        return self.buffer.writable()

    def _check_closed(self) -> None:
        self.buffer._check_closed()

    def fileno(self) -> int:
        """The descriptor."""
        return self.buffer.fileno()

    # -- reading

    async def _more(self) -> bool:
        """Decode one more chunk; False at the end."""
        # What the waiting call has gathered is its own: a write by somebody else
        # meanwhile does not drop it, see write.
        gathered, self._chars = self._chars, ""
        try:
            data = await self.buffer.read1(8192)
        finally:
            self._chars = gathered + self._chars
        self._chars += self._decoder.decode(data, final=not data)
        return bool(data)

    def _take_chars(self, size: int) -> str:
        text, self._chars = self._chars[:size], self._chars[size:]
        return text

    async def read(self, size: int | None = -1) -> str:
        """*size* characters, fewer only at the end; all up to the end if it is negative or None."""
        self.buffer._check_reading()
        if size is None or size < 0:
            data = await self.buffer.read()
            text: str = self._chars + self._decoder.decode(data or b"", final=True)
            self._chars = ""
            return text
        while len(self._chars) < size and await self._more():
            pass
        return self._take_chars(size)

    async def readline(self, size: int | None = -1) -> str:
        """A line with its newline, at most *size* characters of it; ``""`` at the end."""
        self.buffer._check_reading()
        limit = sys.maxsize if size is None or size < 0 else size
        start = 0
        while True:
            end = self._line_end(start)
            if end is None and len(self._chars) < limit:
                start = max(0, len(self._chars) - 1)
                if await self._more():
                    continue
                end = self._line_end(0)
            if end is None:
                end = len(self._chars)
            return self._take_chars(min(end, limit))

    def _line_end(self, start: int) -> int | None:
        """The position after the first newline at or after *start*; None if there is none yet."""
        chars = self._chars
        if self._newline == "":
            feed = chars.find("\n", start)
            carriage = chars.find("\r", start)
            if carriage != -1 and (feed == -1 or carriage < feed):
                return carriage + (2 if feed == carriage + 1 else 1)
            return None if feed == -1 else feed + 1
        newline = self._newline or "\n"
        end = chars.find(newline, start)
        return None if end == -1 else end + len(newline)

    async def read1(self, size: int = -1) -> Any:
        """Not in a text file."""
        raise io.UnsupportedOperation("read1")

    async def readinto(self, buffer: Any) -> int | None:
        """Not in a text file."""
        raise io.UnsupportedOperation("readinto")

    # -- writing

    async def write(self, data: Any) -> int:
        """Write *data*, a string; returns its length."""
        self._check_closed()
        if not isinstance(data, str):
            raise TypeError(f"write() argument must be str, not {type(data).__name__}")
        self.buffer._check_writing()
        text = data
        if "\n" in text:
            newline = os.linesep if self._newline is None else self._newline
            if newline not in ("", "\n"):
                text = text.replace("\n", newline)
        encoded = self._encoder.encode(text)
        if _FORGETS:
            self._chars = ""
        self._decoder.reset()
        await self.buffer.write(encoded)
        return len(data)

    async def flush(self) -> None:
        """Send what is buffered."""
        await self.buffer.flush()

    async def close(self) -> None:
        """Send what is buffered and close."""
        await self.buffer.close()

    def _close_in_place(self) -> None:
        self.buffer._close_in_place()

    def detach(self) -> File:
        """Give up the binary file and return it."""
        return self.buffer


def make_file(
    sock: Any,
    mode: str = "r",
    buffering: int | None = None,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
) -> File:
    """``socket.makefile``."""
    if not set(mode) <= {"r", "w", "b"}:
        raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
    writing = "w" in mode
    reading = "r" in mode or not writing
    binary = "b" in mode
    raw_mode = ("r" if reading else "") + ("w" if writing else "") + "b"
    if buffering == 0 and not binary:
        raise ValueError("unbuffered streams must be binary")
    size = _BUFFER if buffering is None or buffering < 0 else buffering
    file = File(SocketStream(sock, raw_mode), reading, writing, size)
    if binary:
        return file
    text = TextFile(file, encoding, errors, newline)
    text._mode = mode
    return text
