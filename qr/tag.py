"""The check tag: who has not seen the sticker cannot guess its address."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

TAG_BYTES = 6  # 48 bits: 8 characters, and a guess in 281 million million


def check_tag(code: str, key: bytes) -> str:
    """Return the tag of *code* under *key*: 8 characters that are safe in an address."""
    digest = hmac.digest(key, b"directpay sticker:" + code.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:TAG_BYTES]).decode()


def is_genuine(code: str, tag: str, keys: Iterable[bytes]) -> bool:
    """Tell whether *tag* was made for *code* by one of *keys* (the present and former ones)."""
    given = tag.encode()
    # Every key is tried, so that the time tells nothing.
    matches = [hmac.compare_digest(check_tag(code, key).encode(), given) for key in keys]
    return any(matches)
