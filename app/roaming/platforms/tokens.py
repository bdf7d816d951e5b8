"""Credentials tokens: in both of their spellings, and as they are kept."""

import binascii
import hashlib
from base64 import b64decode, b64encode

_LONGEST = 512


def encoded(token: str) -> str:
    """Return *token* as OCPI 2.2 and later want it in the header: base64."""
    return b64encode(token.encode()).decode()


def presented(header: str | None) -> list[str]:
    """
    Return the tokens that an `Authorization` header may mean; none when it is of another kind.

    Many platforms send the token as it is, as before 2.2: both readings are looked up.
    """
    kind, _, text = (header or "").strip().partition(" ")
    text = text.strip()
    if kind.lower() != "token" or not text or len(text) > _LONGEST:
        return []
    try:
        decoded = b64decode(text, validate=True).decode().strip()
    except (binascii.Error, ValueError):
        return [text]
    return [text, decoded]


def digest_of(token: str) -> bytes:
    """Return what is kept of a token: SHA-256 is enough for a secret that nobody can guess."""
    return hashlib.sha256(token.encode()).digest()
