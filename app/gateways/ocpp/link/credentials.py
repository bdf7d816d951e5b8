"""Who knocks: the identity in the address, and the password of HTTP Basic."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

PREFIX = b"/ocpp/"
# OCPP 2.0.1 part 4, 3.1.1: at most 48 characters; more are read, the operator decides.
_LONGEST = 255


def identity_of(scope: Mapping[str, Any]) -> str | None:
    """Return the percent-decoded identity in the path of *scope*, or None when it holds none."""
    raw = scope.get("raw_path") or scope["path"].encode()
    _, found, rest = raw.partition(PREFIX)
    if not found:
        return None
    try:
        identity = unquote_to_bytes(rest.rstrip(b"/")).decode()
    except UnicodeDecodeError:
        return None
    return identity if 0 < len(identity) <= _LONGEST and identity.isprintable() else None


def password_of(scope: Mapping[str, Any], identity: str) -> bytes | None:
    """
    Return the password in the Authorization header as bytes, or None when there is none.

    The user name must be the identity (OCPP-J 1.6, 6.2); the password may be any bytes
    (security whitepaper, A00.FR.205), so it is never decoded.
    """
    header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, encoded = header.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        presented = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        return None
    user = identity.encode() + b":"
    return presented[len(user) :] if presented.startswith(user) else None
