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

import http.client
import threading


def show(conn, method, path, body=None, headers={}):
    conn.request(method, path, body, headers)
    r = conn.getresponse()
    extra = {k: r.headers[k] for k in ("Location", "Transfer-Encoding", "Content-Length") if r.headers[k]}
    print(method, path, "->", r.status, r.reason, extra, r.read().decode())


def main():
    port = free_port()
    proc = start(port)
    try:
        connect(port, proc).close()
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        show(c, "GET", "/")
        show(c, "PUT", "/notes/a", "alpha")
        show(c, "PUT", "/notes/a", "beta")
        show(c, "GET", "/notes/a")
        show(c, "GET", "/notes/b")
        show(c, "HEAD", "/")
        show(c, "GET", "/count/5")
        show(c, "GET", "/old")
        show(c, "GET", "/broken")
        show(c, "GET", "/limited")
        show(c, "GET", "/slow/abc")
        show(c, "POST", "/json", '{"b": 1, "a": 2}')
        show(c, "POST", "/json", "{oops")
        show(c, "GET", "/", headers={"X-User": "mallory"})
        show(c, "GET", "/", headers={"Connection": "close"})
        # slow requests run side by side
        results = []

        def one(ms):
            k = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            k.request("GET", "/slow/%d" % ms)
            results.append(k.getresponse().read().decode())
            k.close()
        threads = [threading.Thread(target=one, args=(ms,)) for ms in (300, 100, 200)]
        begin = time.time()
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        print(results, "side by side" if time.time() - begin < 0.55 else "one after the other")
        s = connect(port)
        s.sendall(b"NONSENSE\r\n\r\n")
        print(s.makefile("rb").read())
        s = connect(port)
        s.sendall(b"GET / HTTP/1.1\r\n\r\nGET /notes/a HTTP/1.1\r\nConnection: close\r\n\r\n")
        print(s.makefile("rb").read().replace(b"\r\n", b"|"))
        s = connect(port)                   # says nothing: dropped after the keep-alive limit
        print("silent client:", s.makefile("rb").read())
        c.close()
        show(c, "POST", "/quit", "")
        c.close()
        finish(proc)
    finally:
        proc.kill()


main()
