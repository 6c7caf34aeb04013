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


class Client:
    def __init__(self, name, sock):
        self.name, self.sock, self.file = name, sock, sock.makefile("r")

    def send(self, text):
        self.sock.sendall(text.encode() + b"\n")
        print("%s > %s" % (self.name, text))

    def read(self):
        print("%s < %s" % (self.name, self.file.readline().rstrip("\n")))

    def ask(self, text):
        self.send(text)
        self.read()


def main():
    port = free_port()
    proc = start(port)
    try:
        a = Client("a", connect(port, proc))
        b = Client("b", connect(port))
        a.ask("GET x")
        a.ask("SET x hello world")
        b.ask("GET x")
        b.ask("INCR x")
        b.ask("INCR n")
        a.ask("INCR n 41")
        a.ask("FLY me")
        a.ask("GET")
        # blocking get: answered by the other client's SET
        a.send("BGET later 3")
        time.sleep(0.1)
        b.ask("SET later now")
        a.read()
        a.ask("BGET never 0.1")
        a.ask("BGET x 1")
        a.ask("SET t 1")
        a.ask("EXPIRE t 0.1")
        a.ask("EXPIRE gone 1")
        a.ask("SET u 1")
        a.ask("EXPIRE u 0.1")
        a.ask("PERSIST u")
        a.ask("PERSIST u")
        time.sleep(0.2)
        a.ask("KEYS")
        b.ask("DEL x nothing u")
        b.ask("COUNT")
        # many requests in one packet, and one byte at a time
        print("a > three pipelined")
        a.sock.sendall(b"INCR n\nINCR n\nGET n\n")
        for _ in range(3):
            a.read()
        print("b > dribbled")
        for ch in b"INCR n\n":
            b.sock.sendall(bytes([ch]))
            time.sleep(0.005)
        b.read()
        # concurrent increments never get lost
        clients = [Client("c%d" % i, connect(port)) for i in range(5)]
        for c in clients:
            c.sock.sendall(b"INCR m\n" * 20)
        for c in clients:
            answers = [c.file.readline() for _ in range(20)]
            assert len(answers) == 20
        a.ask("GET m")
        a.ask("SHUTDOWN")
        finish(proc)
    finally:
        proc.kill()


main()
