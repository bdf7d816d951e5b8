"""The opening handshake as charge points send it (RFC 6455, 4), read and answered (pure)."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from websockets.utils import accept_key

# Beyond this the library decides whether it is too much.
_MOST_BYTES: Final = 4096
_MOST_HEADERS: Final = 64
_KEY_BYTES: Final = 16
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ONCE: Final = (b"host", b"upgrade", b"connection", b"sec-websocket-key", b"sec-websocket-version")
# With one of these it is no plain handshake: of a browser, or with a body.
_NEVER: Final = (b"origin", b"content-length", b"transfer-encoding")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Opening:
    """A plain handshake: what is asked for, by whom, and what proves that it was read."""

    target: bytes
    headers: Headers
    key: str
    subprotocols: list[str]

    def accepted(self, headers: Sequence[tuple[bytes, bytes]], subprotocol: str | None) -> bytes:
        """Return the answer that opens the socket, with *headers* and the chosen *subprotocol*."""
        lines = [
            b"HTTP/1.1 101 Switching Protocols",
            b"Upgrade: websocket",
            b"Connection: Upgrade",
            b"Sec-WebSocket-Accept: " + accept_key(self.key).encode(),
            *(name + b": " + value for name, value in headers),
        ]
        if subprotocol is not None:
            lines.append(b"Sec-WebSocket-Protocol: " + subprotocol.encode())
        return b"\r\n".join([*lines, b"", b""])


def read_opening(head: bytes) -> Opening | None:
    """
    Return the handshake that *head* is: a whole request with its names in small letters.

    None for whatever is not plain and surely right: the library judges that.
    """
    if len(head) > _MOST_BYTES or not head.endswith(b"\r\n\r\n") or not head.isascii():
        return None
    first, *lines = head[:-4].split(b"\r\n")
    method, _, rest = first.partition(b" ")
    target, _, version = rest.partition(b" ")
    if method != b"GET" or version != b"HTTP/1.1" or len(lines) > _MOST_HEADERS:
        return None
    headers = [(name, value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    return _opening(target, headers)


def _opening(target: bytes, headers: Headers) -> Opening | None:
    said = dict(headers)
    names = [name for name, _ in headers]
    if any(names.count(name) != 1 for name in _ONCE) or any(name in said for name in _NEVER):
        return None
    key = said[b"sec-websocket-key"].decode()
    subprotocols = _subprotocols(headers)
    if not (_is_upgrade(said) and _is_key(key)) or subprotocols is None:
        return None
    return Opening(target, headers, key, subprotocols)


def _is_upgrade(said: dict[bytes, bytes]) -> bool:
    return (
        said[b"upgrade"].lower() == b"websocket"
        and said[b"connection"].lower() == b"upgrade"
        and said[b"sec-websocket-version"] == b"13"
    )


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except binascii.Error:
        return False


def _subprotocols(headers: Headers) -> list[str] | None:
    """Return the subprotocols that are offered, None when one of them is no token."""
    offered = [value.decode() for name, value in headers if name == b"sec-websocket-protocol"]
    found = [token.strip() for value in offered for token in value.split(",")]
    return found if all(_TOKEN.fullmatch(token) for token in found) else None
