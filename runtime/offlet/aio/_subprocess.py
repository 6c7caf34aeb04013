# SPDX-License-Identifier: Apache-2.0
"""``eventlet.green.subprocess``, and pipes (``eventlet.greenio.GreenPipe``)."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from types import TracebackType
from typing import Any

from ._core import current
from ._fd import IOClosed, closing, opened, wait_fd
from ._file import File, TextFile
from ._original import original
from ._sleep import sleep
from ._task import Task, spawn

__all__ = ["Pipe", "Popen", "call", "check_call", "check_output", "os_read", "os_waitpid", "os_write", "run"]

_BUFFER = 8192


def _os() -> Any:
    return original("os")


class PipeStream:
    """The unbuffered end of a file: one descriptor, which it owns."""

    def __init__(self, fd: int, mode: str) -> None:
        self._fd = fd
        self.mode = mode
        self.name: Any = f"<fd:{fd}>"
        self.closed = False
        os.set_blocking(fd, False)
        opened(fd)

    def fileno(self) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed file")
        return self._fd

    async def _wait(self, write: bool) -> None:
        if self.closed:
            raise IOClosed
        await wait_fd(self._fd, write)

    async def receive(self, size: int) -> bytes:
        while True:
            try:
                return _os().read(self.fileno(), size)  # type: ignore[no-any-return]
            except BlockingIOError:
                await self._wait(False)

    async def send(self, data: Any) -> int:
        while True:
            try:
                return _os().write(self.fileno(), data)  # type: ignore[no-any-return]
            except BlockingIOError:
                await self._wait(True)

    def send_now(self, data: Any) -> int:
        try:
            return _os().write(self.fileno(), data)  # type: ignore[no-any-return]
        except BlockingIOError:
            return 0

    def close(self) -> None:
        if not self.closed:
            closing(self._fd)
            self.closed = True
            os.close(self._fd)


def Pipe(
    name: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
) -> File:
    """A file on a pipe: *name* is a descriptor, or an open file whose place it takes.

    Its methods are awaited. A regular file is read and written at once, as with Eventlet.
    """
    if hasattr(name, "fileno"):
        fd = os.dup(name.fileno())
        name.close()
    else:
        fd = name
    binary = "b" in mode
    reading = "r" in mode or "+" in mode
    writing = bool(set(mode) & set("wax+"))
    if buffering == 0 and not binary:
        os.close(fd)
        raise ValueError("can't have unbuffered text I/O")
    size = _BUFFER if buffering < 0 or buffering == 1 else buffering
    file = File(PipeStream(fd, mode), reading, writing, size)
    if binary:
        return file
    text = TextFile(file, encoding, errors, newline)
    text._mode = mode
    text._line_buffering = buffering == 1
    return text


async def os_read(fd: int, n: int) -> bytes:
    """``os.read`` on a pipe: waits until there is something (patched ``os.read``)."""
    while True:
        if not _is_regular(fd):
            try:
                await wait_fd(fd)
            except IOClosed:
                return b""
        try:
            return _os().read(fd, n)  # type: ignore[no-any-return]
        except OSError as error:
            if error.errno == errno.EPIPE:
                return b""
            if error.errno != errno.EAGAIN:
                raise


async def os_write(fd: int, data: Any) -> int:
    """``os.write`` on a pipe: waits until there is room (patched ``os.write``)."""
    while True:
        if not _is_regular(fd):
            try:
                await wait_fd(fd, True)
            except IOClosed:
                return 0
        try:
            return _os().write(fd, data)  # type: ignore[no-any-return]
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EPIPE):
                raise


def _is_regular(fd: int) -> bool:
    import stat

    return stat.S_ISREG(os.fstat(fd).st_mode)


async def os_waitpid(pid: int, options: int) -> tuple[int, int]:
    """``os.waitpid``, looking every 10 ms (patched ``os.waitpid``)."""
    function = _os().waitpid
    if options & os.WNOHANG:
        return function(pid, options)  # type: ignore[no-any-return]
    while True:
        found, status = function(pid, options | os.WNOHANG)
        if found:
            return found, status
        await sleep(0.01)


def _original_popen() -> Any:
    module = original("subprocess")
    if module is not subprocess:
        module.os = _os()  # it reads the pipe from the child while it forks
    return module.Popen


class Popen:
    """A child process (``eventlet.green.subprocess.Popen``): the arguments of ``subprocess.Popen``.

    Starting it does not wait. ``await`` wait, communicate and the methods of its pipes; poll, kill, terminate and
    send_signal are plain. Leave ``async with`` to wait for its end.
    """

    def __init__(self, args: Any, bufsize: int = 0, *rest: Any, **kwargs: Any) -> None:
        text = {name: kwargs.pop(name, None) for name in ("encoding", "errors")}
        universal = kwargs.pop("universal_newlines", None)
        as_text = kwargs.pop("text", None)
        self._popen = _original_popen()(args, 0, *rest, **kwargs)
        self._is_text = bool(universal or as_text or text["encoding"] or text["errors"])
        self.stdin = self._wrap(self._popen.stdin, "w", bufsize, text)
        self.stdout = self._wrap(self._popen.stdout, "r", bufsize, text)
        self.stderr = self._wrap(self._popen.stderr, "r", bufsize, text)
        self._input: bytes | None = None
        self._output: dict[str, bytearray] = {}
        self._communicating = False

    def _wrap(self, pipe: Any, mode: str, bufsize: int, text: dict[str, Any]) -> Any:
        if pipe is None:
            return None
        fd = os.dup(pipe.fileno())
        os.set_inheritable(fd, False)
        pipe.close()
        if self._is_text:
            return Pipe(fd, mode, bufsize or -1, **text)
        return Pipe(fd, mode + "b", bufsize)

    @property
    def args(self) -> Any:
        """What was run."""
        return self._popen.args

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._popen.pid  # type: ignore[no-any-return]

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs, or nobody has asked."""
        return self._popen.returncode  # type: ignore[no-any-return]

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._popen.poll()  # type: ignore[no-any-return]

    def send_signal(self, sig: int) -> None:
        """Send it a signal."""
        self._popen.send_signal(sig)

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self._popen.terminate()

    def kill(self) -> None:
        """Send it SIGKILL."""
        self._popen.kill()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: returncode: {self.returncode} args: {self.args!r}>"

    async def wait(self, timeout: float | None = None, check_interval: float = 0.01) -> int:
        """Wait for its end and return *returncode*; subprocess.TimeoutExpired after *timeout* seconds.

        Looks every *check_interval* seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            status = self.poll()
            if status is not None:
                return status
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            await sleep(check_interval)

    async def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:
        """Send *input*, read everything it writes, wait for its end; returns ``(stdout, stderr)``.

        subprocess.TimeoutExpired after *timeout* seconds; nothing is lost if it is called again then.
        """
        if self._communicating and input:
            raise ValueError("Cannot send input after starting communication")
        if not self._communicating:
            self._communicating = True
            self._input = self._encode(input)
            self._output = {name: bytearray() for name in ("stdout", "stderr") if getattr(self, name) is not None}
        end = None if timeout is None else time.monotonic() + timeout
        jobs: list[Task] = [spawn(self._feed)] if self.stdin is not None else []
        jobs += [spawn(self._drain, name) for name in self._output]
        try:
            for job in jobs:
                await self._until(job, end, timeout)
        finally:
            for job in jobs:
                if not job.dead:
                    await job.kill()
        await self.wait(None if end is None else max(0.0, end - time.monotonic()))
        return self._decode("stdout"), self._decode("stderr")

    async def _until(self, job: Task, end: float | None, timeout: float | None) -> None:
        if end is None:
            await job.wait()
            return
        strand = current()
        waiter = strand._waiter()
        timer = strand._loop.call_later(max(0.0, end - time.monotonic()), waiter.switch, True)
        job.link(lambda _: waiter.wake(False))
        if not job.dead and not job._exited:
            try:
                expired = await waiter
            finally:
                timer.cancel()
            if expired:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        timer.cancel()
        await job.wait()

    def _encode(self, data: Any) -> bytes | None:
        if data is None or not self._is_text or isinstance(data, bytes):
            return data  # type: ignore[no-any-return]
        text = data.replace("\n", os.linesep)
        return text.encode(self.stdin.encoding, self.stdin.errors)  # type: ignore[no-any-return]

    def _decode(self, name: str) -> Any:
        if name not in self._output:
            return None
        data = bytes(self._output[name])
        if not self._is_text:
            return data
        file = getattr(self, name)
        return data.decode(file.encoding, file.errors).replace("\r\n", "\n").replace("\r", "\n")

    async def _feed(self) -> None:
        stream = self.stdin.raw
        try:
            await self.stdin.flush()
            while self._input:
                sent = await stream.send(self._input[:65536])
                self._input = self._input[sent:]
        except BrokenPipeError:
            self._input = None  # it did not want it
        except ValueError:
            return
        stream.close()

    async def _drain(self, name: str) -> None:
        file = getattr(self, name)
        output = self._output[name]
        output += (file.buffer if isinstance(file, TextFile) else file)._in
        if isinstance(file, TextFile):
            output[:0] = file._chars.encode(file.encoding)
        while not file.raw.closed:
            data = await file.raw.receive(32768)
            if not data:
                file.raw.close()
                return
            output += data

    async def __aenter__(self) -> Popen:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self.stdout, self.stderr):
            if file is not None:
                await file.close()
        try:
            if self.stdin is not None:
                await self.stdin.close()
        finally:
            await self.wait()


async def call(*popenargs: Any, timeout: float | None = None, **kwargs: Any) -> int:
    """``subprocess.call``."""
    process = Popen(*popenargs, **kwargs)
    async with process:
        try:
            return await process.wait(timeout=timeout)
        except BaseException:
            process.kill()
            raise


async def check_call(*popenargs: Any, **kwargs: Any) -> int:
    """``subprocess.check_call``."""
    code = await call(*popenargs, **kwargs)
    if code:
        raise subprocess.CalledProcessError(code, kwargs.get("args") or popenargs[0])
    return 0


async def run(
    *popenargs: Any,
    input: Any = None,
    capture_output: bool = False,
    timeout: float | None = None,
    check: bool = False,
    **kwargs: Any,
) -> subprocess.CompletedProcess[Any]:
    """``subprocess.run``."""
    if input is not None:
        if kwargs.get("stdin") is not None:
            raise ValueError("stdin and input arguments may not both be used.")
        kwargs["stdin"] = subprocess.PIPE
    if capture_output:
        if kwargs.get("stdout") is not None or kwargs.get("stderr") is not None:
            raise ValueError("stdout and stderr arguments may not be used with capture_output.")
        kwargs["stdout"] = kwargs["stderr"] = subprocess.PIPE
    process = Popen(*popenargs, **kwargs)
    async with process:
        try:
            out, err = await process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            await process.wait()
            error.output = bytes(process._output.get("stdout", b"")) or None
            error.stderr = bytes(process._output.get("stderr", b"")) or None
            raise
        except BaseException:
            process.kill()
            raise
    code = process.poll()
    assert code is not None
    if check and code:
        raise subprocess.CalledProcessError(code, process.args, output=out, stderr=err)
    return subprocess.CompletedProcess(process.args, code, out, err)


async def check_output(*popenargs: Any, timeout: float | None = None, **kwargs: Any) -> Any:
    """``subprocess.check_output``."""
    for name in ("stdout", "check"):
        if name in kwargs:
            raise ValueError(f"{name} argument not allowed, it will be overridden.")
    if "input" in kwargs and kwargs["input"] is None:
        kwargs["input"] = "" if kwargs.get("text") or kwargs.get("universal_newlines") else b""
    done = await run(*popenargs, stdout=subprocess.PIPE, timeout=timeout, check=True, **kwargs)
    return done.stdout
