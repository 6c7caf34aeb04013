from __future__ import annotations

import http

import eventlet
from eventlet import Timeout

from .app import App, Request, Response


class BadRequest(Exception):
    pass


class Server:
    keepalive_limit = 0.5

    def __init__(self, app: App, port: int) -> None:
        self.app = app
        self.sock = eventlet.listen(("127.0.0.1", port))
        self.pool = eventlet.GreenPool(50)
        self.served = 0
        self._gt = None

    def start(self) -> None:
        self._gt = eventlet.spawn(self._accept)

    def stop(self) -> None:
        self._gt.kill()
        self.sock.close()

    def _accept(self) -> None:
        while True:
            client, _ = self.sock.accept()
            self.pool.spawn_n(self._connection, client)

    def _connection(self, client) -> None:
        stream = client.makefile("rwb")
        try:
            while (request := self._read(stream)) is not None:
                response = self.app(request)
                self.served += 1
                self._write(stream, request, response)
                if request.headers.get("connection", "keep-alive").lower() == "close":
                    break
        except BadRequest as e:
            stream.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%s" % (len(str(e)), str(e).encode()))
        except (Timeout, ConnectionError):
            pass
        finally:
            try:
                stream.close()
            except OSError:
                pass
            client.close()

    def _read(self, stream) -> Request | None:
        with Timeout(self.keepalive_limit):
            first = stream.readline()
        if not first:
            return None
        parts = first.decode("latin-1").split()
        if len(parts) != 3:
            raise BadRequest("bad request line")
        headers = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers["content-length"])) if "content-length" in headers else b""
        return Request(parts[0], parts[1], headers, body)

    def _write(self, stream, request: Request, response: Response) -> None:
        body = response.body.encode() if isinstance(response.body, str) else response.body
        chunked = not isinstance(body, bytes)
        headers = {"Content-Type": "text/plain", **response.headers}
        headers.update({"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))})
        stream.write(f"HTTP/1.1 {response.status} {http.HTTPStatus(response.status).phrase}\r\n".encode())
        for name, value in headers.items():
            stream.write(f"{name}: {value}\r\n".encode())
        stream.write(b"\r\n")
        if chunked:
            for piece in body:
                stream.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                stream.flush()
            stream.write(b"0\r\n\r\n")
        elif request.method != "HEAD":
            stream.write(body)
        stream.flush()
