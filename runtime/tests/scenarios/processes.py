# SPDX-License-Identifier: Apache-2.0
"""select, Popen."""

import os
import subprocess
import sys

OPTIONS = {
    # Unpatched, Eventlet's Popen raises the TimeoutExpired of a second copy of subprocess, which nobody can catch.
    "communicate_timeout": {"differs": ["TimeoutExpired", "(b'x\\n', None)"], "printed": False},
}


async def select_forms(aio, log):
    a, b = aio.socketpair()
    log(await aio.select([a], [], [], 0))
    r, w, x = await aio.select([a], [b], [], 1)
    log(r == [], w == [b], x)
    await b.sendall(b"x")
    r, w, x = await aio.select([a], [], [])
    log(r == [a], w, x)
    r, w, x = await aio.select([a.fileno()], [], [], 1)
    log(r == [a.fileno()])
    for bad in (lambda: aio.select(["x"], [], []), lambda: aio.select([a], [], [], "x")):
        try:
            await bad()
        except TypeError:
            log("TypeError")


async def select_waits(aio, log):
    a, b = aio.socketpair()
    g = aio.spawn(aio.select, [a], [], [], 5)
    await aio.sleep(0.01)
    log(g.dead)
    await b.sendall(b"x")
    r, w, x = await g.wait()
    log(r == [a])
    log(await aio.select([b], [], [], 0.01))
    with aio.Timeout(0.01, False):
        await aio.select([b], [], [])
        log("no")
    await a.sendall(b"y")
    log((await aio.select([b], [], [], 1))[0] == [b])


async def exit_codes(aio, log):
    p = aio.Popen([sys.executable, "-c", "import sys; sys.exit(3)"])
    log(p.returncode)
    log(await p.wait(), p.returncode, p.poll())
    log(await aio.call([sys.executable, "-c", "pass"]))
    try:
        await aio.check_call([sys.executable, "-c", "import sys; sys.exit(4)"])
    except subprocess.CalledProcessError as e:
        log(e.returncode)


async def others_run_meanwhile(aio, log):
    p = aio.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"])
    ticks = []

    async def tick():
        while True:
            await aio.sleep(0.01)
            ticks.append(1)

    aio.spawn(tick)
    log(await p.wait(), len(ticks) > 3)


async def wait_timeout(aio, log):
    p = aio.Popen([sys.executable, "-c", "import time; time.sleep(10)"])
    try:
        await p.wait(timeout=0.05)
    except subprocess.TimeoutExpired as e:
        log(type(e).__name__, e.timeout)
    p.terminate()
    log(await p.wait())


async def pipes(aio, log):
    code = "import sys\nfor line in sys.stdin: sys.stdout.write(line.upper()); sys.stdout.flush()"
    p = aio.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    await p.stdin.write(b"one\n")
    log(await p.stdout.readline())
    await p.stdin.write(b"two\nthree\n")
    log(await p.stdout.readline(), await p.stdout.readline())
    await p.stdin.close()
    log(await p.stdout.read(), await p.wait())


async def communicates(aio, log):
    code = "import sys\nd = sys.stdin.buffer.read()\nsys.stderr.write(str(len(d)))\nsys.stdout.buffer.write(d[::-1])"
    p = aio.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    data = bytes(range(256)) * 1000
    out, err = await p.communicate(data)
    log(out == data[::-1], err, p.returncode)


async def communicates_text(aio, log):
    p = aio.Popen(
        [sys.executable, "-c", "print(input() + '!')"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        universal_newlines=True,
    )
    log(await p.communicate("hello\n"))


async def communicate_timeout(aio, log):
    p = aio.Popen(
        [sys.executable, "-c", "import time; print('x', flush=True); time.sleep(10)"], stdout=subprocess.PIPE
    )
    try:
        await p.communicate(timeout=0.5)
    except subprocess.TimeoutExpired as e:
        log(type(e).__name__)
    p.kill()
    log(await p.communicate())


async def only_stdout(aio, log):
    p = aio.Popen(["echo", "hello"], stdout=subprocess.PIPE)
    log(await p.communicate())
    p = aio.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    log(await p.communicate(b"through cat"))
    p = aio.Popen(["true"])
    log(await p.communicate(), p.returncode)


async def missing_program(aio, log):
    try:
        aio.Popen(["/does/not/exist"])
    except OSError as e:
        log(type(e).__name__)


async def killed_waiter(aio, log):
    p = aio.Popen([sys.executable, "-c", "import time; time.sleep(10)"], stdout=subprocess.PIPE)
    g = aio.spawn(p.stdout.read)
    await aio.sleep(0.05)
    await g.kill()
    log(g.dead)
    with aio.Timeout(0.02, False):
        await p.wait()
        log("no")
    os.kill(p.pid, 9)
    log(await p.wait())
