from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Union


class HTTPError(Exception):
    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(f"{status} {text}")
        self.status, self.text = status, text


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    params: dict[str, str] = field(default_factory=dict)


@dataclass
class Response:
    body: Union[str, bytes, Iterable[bytes]] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def redirect(where: str) -> Response:
    return Response(status=302, headers={"Location": where})


class App:
    def __init__(self) -> None:
        self.routes: list[tuple[str, re.Pattern, Callable[..., Any]]] = []
        self.error_handlers: dict[type, Callable[[Request, Exception], Response]] = {}
        self.before: list[Callable[[Request], Any]] = []

    def route(self, pattern: str, method: str = "GET"):
        regex = re.compile("^" + re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", pattern) + "$")

        def register(func):
            self.routes.append((method, regex, func))
            return func
        return register

    def errorhandler(self, cls):
        return lambda func: self.error_handlers.setdefault(cls, func)

    def find(self, request: Request):
        allowed = []
        for method, regex, func in self.routes:
            if (m := regex.match(request.path)):
                if method == request.method:
                    request.params = m.groupdict()
                    return func
                allowed.append(method)
        raise HTTPError(405 if allowed else 404, ",".join(allowed))

    def __call__(self, request: Request) -> Response:
        try:
            for hook in self.before:
                early = hook(request)
                if early is not None:
                    return early
            func = self.find(request)
            result = func(request, **request.params)
        except HTTPError as e:
            return Response(f"error {e.status} {e.text}".rstrip(), e.status)
        except Exception as e:
            for cls, handler in self.error_handlers.items():
                if isinstance(e, cls):
                    return handler(request, e)
            print("unhandled", type(e).__name__, e)
            return Response("internal error", 500)
        return result if isinstance(result, Response) else Response(result)
