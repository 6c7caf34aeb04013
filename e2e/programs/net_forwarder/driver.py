import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

PYTHON, PROJECT = sys.argv[1], sys.argv[2]


def free_ports(n):
    """Different ones: a port that was given back may be the next that is given out."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(n)]
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]


def start(*args, **env):
    return subprocess.Popen([PYTHON, "main.py"] + [str(a) for a in args], cwd=PROJECT, text=True,
                            stdout=subprocess.PIPE, env=dict(os.environ, PYTHONUNBUFFERED="1", **env))


def connect(port, proc=None, patience=10.0):
    """Connect, waiting until the program listens; the first connection that works is used."""
    end = time.time() + patience
    while True:
        try:
            s = socket.create_connection(("127.0.0.1", port), timeout=5)
            if s.getsockname() != s.getpeername():
                return s
            s.close()                           # the kernel connected the socket to itself
        except ConnectionRefusedError:
            pass
        if time.time() > end or (proc is not None and proc.poll() is not None):
            raise SystemExit("program does not listen")
        time.sleep(0.02)


def finish(proc, timeout=5):
    """The program's own output and exit status."""
    try:
        out, _ = proc.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        proc.kill()
        out, _ = proc.communicate()
        out += "(did not end by itself)\n"
    print("--- program")
    sys.stdout.write(out)
    print("--- exit", proc.returncode)

import threading


def backend():
    """Upper-cases lines; at the end of input says how much it got."""
    listener = socket.create_server(("127.0.0.1", 0))

    def session(conn):
        total = 0
        with conn:
            while True:
                data = conn.recv(5000)
                if not data:
                    break
                total += len(data)
                conn.sendall(data.upper())
            conn.sendall(b"got %d" % total)

    def loop():
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=session, args=(conn,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


def read_all(s):
    out = b""
    while True:
        data = s.recv(65536)
        if not data:
            return out
        out += data


def main():
    real = backend()
    one, two, nobody = free_ports(3)
    proc = start("%d:127.0.0.1:%d" % (one, real), "%d:127.0.0.1:%d" % (two, nobody), FORWARDER_STATS="1")
    try:
        s = connect(one, proc)
        s.sendall(b"hello\n")
        print(s.recv(100))
        time.sleep(0.1)                         # so that the statistics show each step
        t = connect(one)                        # a second one while the first is open
        t.sendall(b"second\n")
        print(t.recv(100))
        s.sendall(b"again\n")
        print(s.recv(100))
        s.shutdown(socket.SHUT_WR)              # half close: the answer still comes
        print("first ends with", read_all(s))
        t.shutdown(socket.SHUT_WR)
        print("second ends with", read_all(t))
        time.sleep(0.1)
        big = connect(one)
        payload = b"abcdefghij" * 20000
        threading.Thread(target=lambda: (big.sendall(payload), big.shutdown(socket.SHUT_WR)), daemon=True).start()
        answer = read_all(big)
        print("big", len(answer), answer[:10], answer[-12:], answer[:200000] == payload.upper())
        r = connect(two)
        print("refused:", read_all(r))
        time.sleep(0.15)
        proc.send_signal(signal.SIGINT)
        finish(proc)
    finally:
        proc.kill()


main()
