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


def ask(port, text, proc=None):
    s = connect(port, proc)
    s.sendall(text.encode() + b"\n")
    return s


def main():
    port = free_port()
    proc = start(port)
    try:
        print(ask(port, "ann", proc).recv(100))
        proc.send_signal(signal.SIGHUP)
        time.sleep(0.15)
        print(ask(port, "bob").recv(100))
        proc.send_signal(signal.SIGHUP)
        time.sleep(0.15)
        slow = ask(port, "slow")
        time.sleep(0.05)
        print(ask(port, "cid").recv(100))
        proc.send_signal(signal.SIGTERM)
        print(slow.recv(100))                   # is still answered
        finish(proc)
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1)
            print("still listening")
        except ConnectionRefusedError:
            print("gone")
    finally:
        proc.kill()


main()
