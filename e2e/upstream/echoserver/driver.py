"""Talks to Eventlet's examples/echoserver.py, whose text is not changed: it
listens on port 6000. The test sees to it that one such server runs at a time.

What the server prints is compared exactly. Where several clients are at work
at once its lines come in any order: they are printed sorted.
"""
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

PYTHON, PROJECT = sys.argv[1], sys.argv[2]
PATIENCE = 20


class Program:
    """The running server, with what it printed so far."""

    def __init__(self):
        self.text = ""
        self.shown = 0
        self.news = threading.Condition()
        self.proc = subprocess.Popen([PYTHON, "echoserver.py"], cwd=PROJECT, stdout=subprocess.PIPE,
                                     env=dict(os.environ, PYTHONUNBUFFERED="1"))
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while chunk := os.read(self.proc.stdout.fileno(), 65536):
            with self.news:
                self.text += chunk.decode()
                self.news.notify_all()

    def wait_for(self, done, what):
        with self.news:
            if not self.news.wait_for(lambda: done(self.text[self.shown:]), PATIENCE):
                print("(waited in vain for: %s)" % what)

    def show(self, what, in_any_order=False):
        """Print what the server printed since the last time."""
        with self.news:
            new, self.shown = self.text[self.shown:], len(self.text)
        for port, name in NAMES.items():
            new = new.replace("('127.0.0.1', %d)" % port, name)
        lines = new.split("\n")
        if in_any_order:
            lines = sorted(line.strip() for line in lines)
        print("--- %s" % what)
        print("\n".join(lines))


NAMES = {}


class Client:
    def __init__(self, name, buffer=None):
        self.name = name
        end = time.time() + PATIENCE
        while True:
            try:
                self.sock = socket.socket()
                if buffer:
                    self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
                self.sock.settimeout(PATIENCE)
                self.sock.connect(("127.0.0.1", 6000))
                break
            except ConnectionRefusedError:
                if time.time() > end or program.proc.poll() is not None:
                    raise SystemExit("the server does not listen")
                time.sleep(0.02)
        NAMES[self.sock.getsockname()[1]] = name

    def send(self, data):
        self.sock.sendall(data)

    def receive(self, n):
        """n bytes, fewer at the end of the connection."""
        data = b""
        while len(data) < n:
            chunk = self.sock.recv(n - len(data))
            if not chunk:
                break
            data += chunk
        return data

    def says(self, data):
        """Send and print what comes back."""
        self.send(data)
        print(self.name, "sent", data, "got", self.receive(len(data)))

    def end(self):
        """What comes until the connection ends."""
        try:
            rest = b""
            while chunk := self.sock.recv(65536):
                rest += chunk
            return rest
        except OSError as e:
            return type(e).__name__


def accepted(name, n=1):
    program.wait_for(lambda new: new.count("accepted") >= n and new.count("client connected\n") >= n, name + " to be accepted")


def gone(n=1):
    program.wait_for(lambda new: new.count("client disconnected\n") >= n, "the server to see the end")


def talk():
    """Three clients at once, one after the other saying something."""
    clients = []
    for name in ("ann", "bob", "cid"):
        clients.append(Client(name))
        accepted(name, len(clients))
    program.show("three clients are there")
    ann, bob, cid = clients
    ann.says(b"one\n")
    cid.says(b"two\n")
    # a line in pieces: nothing comes back before its end
    bob.send(b"thr")
    cid.says(b"\n")
    bob.send(b"ee\n")
    print("bob got", bob.receive(6))
    # Two lines in one packet: Python's text files forget what they have read
    # ahead when they write, so the second one is lost.
    ann.send(b"four\nlost\n")
    print("ann got", ann.receive(5))
    ann.says(b"five\n")
    # its text file also turns the line ends into its own
    cid.send(b"dos\r\n")
    print("cid got", cid.receive(4))
    cid.send(b"old mac\r")
    ann.says(b"six\n")
    cid.send(b"lost\n")
    print("cid got", cid.receive(8))
    bob.says("blåbær 🫐\n".encode())
    program.wait_for(lambda new: new.endswith("🫐\n "), "the last echo")
    program.show("they talked")
    # half-close: the last line has no end, and its echo still arrives
    ann.send(b"last words")
    ann.sock.shutdown(socket.SHUT_WR)
    print("ann got", ann.end())
    gone()
    program.show("ann is gone")
    # cid leaves with a reset
    cid.send(b"half a li")
    cid.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    cid.sock.close()
    # bob is served all the same
    bob.says(b"still here\n")
    dan = Client("dan")
    accepted("dan")
    dan.send(b"\xff\xfe\n")
    # The program keeps the socket of its last client in a global variable:
    # that connection ends when the next client has come.
    fay = Client("fay")
    accepted("fay", 2)
    print("dan got", dan.end())
    fay.sock.close()
    gone()
    bob.says(b"and still\n")
    bob.sock.shutdown(socket.SHUT_WR)
    print("bob got", bob.end())
    gone(2)
    program.show("bob is gone, the last of the first three")


def slow_reader():
    """A client that does not read what comes back holds up nobody else."""
    lazy = Client("lazy", buffer=16384)
    accepted("lazy")
    line = b"x" * 6_000_000 + b"\n"  # more than the buffers on the way back hold
    lazy.send(line)
    eve = Client("eve")
    accepted("eve", 2)
    eve.says(b"me too\n")
    eve.sock.close()
    gone()
    program.show("eve came and went")
    print("lazy got its line back:", lazy.receive(len(line)) == line)
    lazy.sock.shutdown(socket.SHUT_WR)
    print("lazy got", lazy.end())
    gone()
    with program.news:
        new, program.shown = program.text[program.shown:], len(program.text)
    print("and the server printed it:", new == "echoed " + line.decode() + " client disconnected\n")


def crowd(n=20, lines=30):
    """Many clients at the same time, each getting back its own lines."""
    right = []

    def one(i):
        c = Client("client %d" % i)
        got = []
        for k in range(lines):
            data = b"%d says %d\n" % (i, k)
            c.send(data)
            got.append(c.receive(len(data)) == data)
        c.sock.close()
        right.append(all(got))

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print("%d of %d clients got their own lines back" % (sum(right), n))
    gone(n)
    program.show("a crowd came and went", in_any_order=True)


program = Program()
try:
    program.wait_for(lambda new: "port 6000\n" in new, "the server to start")
    talk()
    slow_reader()
    crowd()
    # Ctrl-C, with a client that is waited for
    zoe = Client("zoe")
    accepted("zoe")
    zoe.says(b"hello\n")
    program.wait_for(lambda new: new.endswith("hello\n "), "its echo")
    program.proc.send_signal(signal.SIGINT)
    try:
        print("exit", program.proc.wait(PATIENCE))
    except subprocess.TimeoutExpired:
        print("it does not end")
    print("zoe got", zoe.end())
    program.show("Ctrl-C")
finally:
    program.proc.kill()
