import enum
import struct
from typing import NamedTuple, Optional

HEADER = struct.Struct('!BBH')          # kind, topic length, payload length


class Kind(enum.IntEnum):
    SUB = 1
    UNSUB = 2
    PUB = 3
    RETAIN = 4
    PING = 5
    STATS = 6
    BYE = 7
    MSG = 16
    OK = 17
    ERR = 18


class FrameError(Exception):
    pass


class Frame(NamedTuple):
    kind: Kind
    topic: str
    payload: bytes = b''


def recv_exactly(sock, n) -> bytes:
    data = b''
    while len(data) < n:
        more = sock.recv(n - len(data))
        if not more:
            raise EOFError(f'{len(data)} of {n} bytes')
        data += more
    return data


def read_frame(sock) -> Optional[Frame]:
    try:
        kind, tlen, plen = HEADER.unpack(recv_exactly(sock, HEADER.size))
    except EOFError as e:
        if str(e).startswith('0 '):
            return None
        raise
    topic = recv_exactly(sock, tlen).decode('utf-8')
    payload = recv_exactly(sock, plen)
    try:
        return Frame(Kind(kind), topic, payload)
    except ValueError:
        raise FrameError(f'kind {kind}') from None


def write_frame(sock, kind, topic='', payload=b''):
    t = topic.encode('utf-8')
    sock.sendall(HEADER.pack(kind, len(t), len(payload)) + t + payload)
