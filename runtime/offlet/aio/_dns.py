# SPDX-License-Identifier: Apache-2.0
"""Name lookups that do not block the loop (``eventlet.support.greendns``)."""

from __future__ import annotations

from typing import Any

from ._original import original
from ._thread import to_thread

__all__ = ["getaddrinfo", "gethostbyname", "gethostbyname_ex", "getnameinfo", "is_address", "resolve"]


def is_address(host: Any, family: int = 0) -> bool:
    """True if *host* needs no lookup: an IP address, or nothing."""
    if not host:
        return True
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    socket = original("socket")
    text = str(host).partition("%")[0]
    for kind in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(kind, text)
        except (OSError, ValueError):
            continue
        return True
    return False


async def getaddrinfo(
    host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[tuple[Any, ...]]:
    """``socket.getaddrinfo``, in a thread unless *host* is an IP address."""
    function = original("socket").getaddrinfo
    if is_address(host) and (port is None or isinstance(port, int) or str(port).isdigit()):
        return function(host, port, family, type, proto, flags)  # type: ignore[no-any-return]
    return await to_thread(function, host, port, family, type, proto, flags)  # type: ignore[no-any-return]


async def gethostbyname(hostname: str) -> str:
    """``socket.gethostbyname``, in a thread unless *hostname* is an IP address."""
    function = original("socket").gethostbyname
    return function(hostname) if is_address(hostname) else await to_thread(function, hostname)  # type: ignore[no-any-return]


async def gethostbyname_ex(hostname: str) -> tuple[str, list[str], list[str]]:
    """``socket.gethostbyname_ex``, in a thread unless *hostname* is an IP address."""
    function = original("socket").gethostbyname_ex
    return function(hostname) if is_address(hostname) else await to_thread(function, hostname)  # type: ignore[no-any-return]


async def getnameinfo(sockaddr: Any, flags: int) -> tuple[str, str]:
    """``socket.getnameinfo``, in a thread."""
    return await to_thread(original("socket").getnameinfo, sockaddr, flags)  # type: ignore[no-any-return]


async def resolve(family: int, kind: int, proto: int, address: Any) -> Any:
    """*address* with its host name looked up, as ``connect`` would do while it blocks."""
    socket = original("socket")
    if family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple) or is_address(address[0]):
        return address
    if address[0] == "<broadcast>":
        return address
    found = await getaddrinfo(address[0], address[1], family, kind, proto)
    return (*found[0][4][:2], *address[2:])
