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

import struct

KINDS = {"SUB": 1, "UNSUB": 2, "PUB": 3, "RETAIN": 4, "PING": 5, "STATS": 6, "BYE": 7, "MSG": 16, "BAD": 99}
NAMES = {16: "MSG", 17: "OK", 18: "ERR"}


class Peer:
    def __init__(self, name, sock):
        self.name, self.sock, self.file = name, sock, sock.makefile("rb")

    def send(self, kind, topic="", payload=b"", pieces=False):
        print(self.name, ">", kind, topic, payload)
        data = struct.pack("!BBH", KINDS[kind], len(topic), len(payload)) + topic.encode() + payload
        if pieces:
            for i in range(len(data)):
                self.sock.sendall(data[i:i + 1])
                time.sleep(0.003)
        else:
            self.sock.sendall(data)

    def read(self, n=1):
        for _ in range(n):
            head = self.file.read(4)
            if not head:
                print(self.name, "< (closed)")
                return
            kind, tl, pl = struct.unpack("!BBH", head)
            print(self.name, "<", NAMES[kind], self.file.read(tl).decode(), self.file.read(pl))

    def ask(self, *a, n=1, **k):
        self.send(*a, **k)
        self.read(n)


def main():
    port = free_port()
    proc = start("--port", port, "--pace", "0.1", "--peers", "4")
    try:
        a = Peer("a", connect(port, proc))
        a.ask("SUB", "news")
        b = Peer("b", connect(port))
        b.ask("PUB", "news", b"one")
        a.read()
        b.ask("PUB", "weather", b"rain")
        b.ask("RETAIN", "motd", b"be nice")
        a.ask("SUB", "motd", n=2)
        c = Peer("c", connect(port))
        c.ask("SUB", "*", pieces=True)
        b.ask("PUB", "weather", b"snow")
        c.read()
        c.ask("UNSUB", "news")
        c.ask("UNSUB", "*")
        a.ask("PING", payload=b"abc")
        a.ask("BAD", "x")
        a.ask("MSG", "x")
        time.sleep(0.15)
        # a burst that a's queue cannot hold: some are dropped, the publisher is not held up
        b.ask("PUB", "news", b"burst 0")
        for i in range(1, 8):
            b.send("PUB", "news", b"burst %d" % i)
        b.read(7)
        time.sleep(0.4)
        a.sock.settimeout(0.3)
        try:
            while True:
                a.read()
        except socket.timeout:
            print("a has it all")
        a.sock.settimeout(5)
        a.file = a.sock.makefile("rb")
        b.ask("STATS")
        c.sock.sendall(struct.pack("!BBH", 3, 4, 10) + b"new")          # cut off in the middle
        c.file.close()
        c.sock.close()
        time.sleep(0.1)
        d = Peer("d", connect(port))
        d.ask("STATS")
        d.ask("BYE", n=2)
        b.ask("BYE", n=2)
        a.file.close()
        a.sock.close()
        finish(proc)
    finally:
        proc.kill()


main()
