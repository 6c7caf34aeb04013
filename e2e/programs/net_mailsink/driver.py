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


def talk(label, sock, script):
    f = sock.makefile("rb")
    print(label, "<", f.readline().decode().rstrip())
    for item in script:
        if isinstance(item, float):
            time.sleep(item)
            continue
        data, answers = item
        print(label, ">", repr(data[:40].decode()))
        sock.sendall(data)
        for _ in range(answers):
            print(label, "<", f.readline().decode().rstrip() or "(closed)")
    f.close()
    sock.close()
    time.sleep(0.08)


def main():
    port = free_port()
    proc = start(port)
    try:
        talk("1", connect(port, proc), [
            (b"HELO me\r\n", 1), (b"DATA\r\n", 1), (b"RCPT TO:<b>\r\n", 1), (b"MAIL FROM:<a>\r\n", 1),
            (b"MAIL FROM:<a>\r\n", 1), (b"RCPT TO:<b>\r\n", 1), (b"RCPT TO:<c>\r\n", 1), (b"DATA\r\n", 1),
            (b"Subject: hi\r\n\r\nfirst\r\n..dot\r\n.\r\n", 1), (b"X" * 200 + b"\r\nNOOP\r\n", 2),
            (b"JUMP high\r\n", 1), (b"RSET\r\n", 1), (b"QUIT\r\n", 2)])
        # silent after the banner, then closed by the server
        talk("2", connect(port), [(b"NOOP\r\n", 1), 0.3, (b"", 2)])
        talk("3", connect(port), [(b"HELO x\r\n", 1), (b"NOOP\r\n", 1), (b"NOOP\r\n", 2), (b"", 1)])
        talk("4", connect(port), [(b"CRASH here\r\n", 2)])
        talk("5", connect(port), [(b"NO", 0), 0.1, (b"OP\r\nNOOP\r\n", 2), (b"half a li", 0)])
        talk("6", connect(port), [
            (b"MAIL FROM:<z>\r\nRCPT TO:<y>\r\nDATA\r\n", 3)])
        talk("7", connect(port), [
            (b"MAIL FROM:<z>\r\n", 1), (b"RCPT TO:<y>\r\n", 1), (b"DATA\r\n", 1), (b"please STOP\r\n.\r\n", 1), (b"QUIT\r\n", 2)])
        finish(proc)
    finally:
        proc.kill()


main()
