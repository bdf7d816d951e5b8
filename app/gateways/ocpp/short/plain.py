"""What the messages of all versions have in common when they take the short way."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from app.charging.sessions.model import MeterSample

T = TypeVar("T")

LONGEST: Final = 8192  # characters
# An identifier as large as this is none.
LARGEST_ID: Final = 10**12
_NUL: Final = "\\u0000"
_INSTANT: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


class Plain(msgspec.Struct, gc=False):
    """A message that holds samples of a transaction, and where they were taken."""

    message_id: str
    transaction: str | None
    evse_no: int | None
    connector_no: int | None
    samples: Sequence[MeterSample]


def may_be(text: str, mark: str) -> bool:
    """Tell whether *text* may hold the message that *mark* names, and is worth a look."""
    return mark in text and len(text) <= LONGEST and _NUL not in text


@lru_cache(1024)  # charge points measure at the same instants: whole seconds, quarters of an hour
def usual_instant(text: str) -> datetime | None:
    """Return the instant that *text* names in its usual form, UTC; None when it is another one."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def given(value: T | UnsetType) -> T | None:
    """Return what was said, or None when it was left out."""
    return None if value is UNSET else value
