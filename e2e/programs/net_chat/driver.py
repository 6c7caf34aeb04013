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
        self.name, self.sock = name, sock
        self.file = sock.makefile("r")
        self.expect(1)

    def expect(self, n=1):
        for _ in range(n):
            print("%s < %s" % (self.name, self.file.readline().rstrip() or "(closed)"))

    def say(self, text, answers=1):
        print("%s > %s" % (self.name, text))
        self.sock.sendall(text.encode() + b"\n")
        self.expect(answers)

    def quiet(self):
        self.sock.settimeout(0.1)
        try:
            data = self.sock.recv(100)
            print("%s unexpected %r" % (self.name, data))
        except socket.timeout:
            print("%s hears nothing" % self.name)
        self.sock.settimeout(5)

    def close(self):
        self.file.close()
        self.sock.close()


def main():
    port = free_port()
    proc = start(port)
    try:
        ann = Client("ann", connect(port, proc))
        ann.say("hello?")
        ann.say("/nick ann")
        ann.say("/join lobby")
        bob = Client("bob", connect(port))
        bob.say("/nick bob")
        bob.say("/join lobby")
        ann.expect()
        ann.say("hi bob")
        bob.expect()
        bob.say("/nick ann")
        bob.say("/nick rob")
        ann.expect()
        # a line that arrives in pieces must not hold up the others
        bob.sock.sendall(b"slow ty")
        ann.say("/who")
        cid = Client("cid", connect(port))
        cid.say("/join lobby")
        ann.expect()
        bob.expect()
        bob.sock.sendall(b"ping\n")
        bob.expect()
        ann.expect()
        cid.expect()
        cid.say("/dance")
        cid.say("/help")
        cid.say("/join attic")
        ann.expect()
        bob.expect()
        ann.say("anyone?")
        bob.expect()
        cid.quiet()
        cid.close()                             # without /quit
        time.sleep(0.1)
        bob.say("/quit see you")
        bob.expect()
        ann.expect()
        ann.say("echo")
        ann.say("/shutdown")
        finish(proc)
    finally:
        proc.kill()


main()
