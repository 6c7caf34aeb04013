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

import json


class Client:
    def __init__(self, name, sock):
        self.name, self.sock, self.file = name, sock, sock.makefile("r")

    def send(self, op, **kw):
        print(self.name, ">", op, json.dumps(kw))
        self.sock.sendall(json.dumps(dict(kw, op=op)).encode() + b"\n")

    def read(self, n=1):
        for _ in range(n):
            print(self.name, "<", self.file.readline().strip())

    def ask(self, op, n=1, **kw):
        self.send(op, **kw)
        self.read(n)


def main():
    port = free_port()
    proc = start(port, 2)
    try:
        a = Client("a", connect(port, proc))
        b = Client("b", connect(port))
        a.ask("submit", n=2, id=1, task="add", args=[1, 2, 3])
        a.ask("submit", n=2, id=2, task="divide", args=[1, 0])
        a.ask("submit", id=3, task="fly")
        a.ask("dance")
        a.sock.sendall(b"{nonsense\n")
        a.read()
        # fill both workers, then queue by priority
        a.ask("submit", id=10, task="nap", args=[0.3])
        a.ask("submit", id=11, task="careful", args=[5])
        time.sleep(0.05)
        b.ask("submit", id=12, task="nap", kwargs={"seconds": 0.02, "then": "head"})   # taken by the dispatcher
        time.sleep(0.05)
        b.ask("submit", id=13, task="nap", args=[0.05, "low"], prio=9)
        b.ask("submit", id=14, task="nap", args=[0.05, "high"], prio=1)
        b.ask("submit", id=15, task="nap", args=[0.05, "never"], prio=8)
        b.ask("status")
        b.ask("cancel", id=15)
        a.read()                                    # job 10 is done
        b.read()                                    # 12, then 15 is skipped, 14 before 13
        b.read()
        b.read(2)
        a.send("cancel", id=11)                     # running: killed
        a.read(2)
        a.ask("submit", n=2, id=20, task="log")
        a.ask("submit", n=2, id=21, task="chain", args=[["add", [1, 2]], ["nap", [0.02, 7]], ["add", ["$", 5]]])
        b.ask("submit", id=30, task="nap", args=[0.15, "last"])
        a.send("drain")
        time.sleep(0.05)
        b.ask("submit", id=31, task="add")
        b.read()
        a.read()
        finish(proc)
    finally:
        proc.kill()


main()
