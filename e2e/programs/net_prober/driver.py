import os
import signal
import socket
import subprocess
import sys
import time

PYTHON, PROJECT = sys.argv[1], sys.argv[2]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


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


def finish(proc, timeout=20):
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


def service(handler):
    listener = socket.create_server(("127.0.0.1", 0))

    def session(conn):
        try:
            handler(conn)
        except OSError:
            pass
        finally:
            conn.close()

    def loop():
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=session, args=(conn,), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
    return listener.getsockname()[1]


def good(conn, version=b"1.2.3-long-enough\n", delay=0.0):
    conn.sendall(b"hello\r\n")
    conn.recv(100)
    time.sleep(delay)
    for i in range(0, len(version), 5):
        conn.sendall(version[i:i + 5])
        time.sleep(0.01)
    conn.recv(100)
    conn.sendall(b"x" * 10)


def silent(conn):
    while True:
        data = conn.recv(100)
        if not data:
            return
        if data == b"WAKE\n":
            conn.sendall(b"yes?\n")


def cut(conn):
    conn.sendall(b"hello\n")
    conn.recv(100)
    conn.sendall(b"1.2")


def main():
    specs = ["good=%d/1.2.3-long-enough" % service(good), "wrong=%d/9" % service(good), "silent=%d" % service(silent),
             "gone=%d" % free_port(), "atonce=%d" % service(lambda c: None), "cut=%d" % service(cut),
             "slow=%d" % service(lambda c: good(c, b"2\n", 1.2)), "patient=%d" % service(lambda c: good(c, b"2\n", 1.2)),
             "patient2=%d" % service(lambda c: good(c, b"3\n", 1.2))]
    proc = start(*specs)
    try:
        finish(proc)
    finally:
        proc.kill()


main()
