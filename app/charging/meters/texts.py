"""Texts of meters as they are read and kept: what they may hold, and what they are wrapped in."""

import base64
import binascii
import re
from typing import Final

RECORD: Final = "OCMF|"
# JSON can say them, but neither UTF-8 nor PostgreSQL has them.
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")


def keepable(text: str) -> str:
    """Return *text* with what no text can hold replaced: a record with it proves nothing."""
    return _UNFIT.sub("\ufffd", text)


def unwrapped(text: str) -> str:
    """Return the record in *text*, bare, in base64 or in hexadecimal; what is none as it is."""
    if text.lstrip().startswith(RECORD):
        return text
    for data in _decoded("".join(text.split())):
        if data.lstrip().startswith(RECORD.encode()):
            return keepable(data.decode(errors="replace"))
    return text


def _decoded(text: str) -> list[bytes]:
    found = []
    for decode in (bytes.fromhex, lambda wrapped: base64.b64decode(wrapped, validate=True)):
        try:
            found.append(decode(text))
        except (binascii.Error, ValueError):
            continue
    return found
