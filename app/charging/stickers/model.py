"""A sticker, its life, and the mark in its address by which it is known."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from qr.tag import check_tag, is_genuine

# Beyond that somebody makes addresses up.
_MOST_DIGITS: Final = 6
WITHOUT_TAG: Final = 0


class StickerState(StrEnum):
    """Where a sticker is in its life; from the last two nothing leads back."""

    PRINTED = "printed"
    MOUNTED = "mounted"
    REPLACED = "replaced"
    REVOKED = "revoked"


GOOD: Final = (StickerState.PRINTED, StickerState.MOUNTED)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list: at most *limit* stickers (None: all), *after* one by code and number."""

    limit: int | None = None
    after: tuple[str, int] | None = None


ALL: Final = Part()


@dataclass(frozen=True, slots=True)
class Sticker:
    """
    One printed code.

    *number* counts the stickers of an EVSE, the *serial* is printed on it. *ended_at* is when it
    was replaced or revoked, by whom and for which *reason*.
    """

    evse_uid: str
    code: str
    number: int
    layout: str
    state: StickerState
    printed_at: datetime
    printed_by: str
    mounted_at: datetime | None = None
    mounted_by: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    reason: str | None = None

    @property
    def serial(self) -> str:
        """Return what is printed on it, and what commands call it by."""
        return serial_of(self.code, self.number)


def serial_of(code: str, number: int) -> str:
    """Return the serial number of a sticker: `7KQ2M9-3`."""
    return f"{code}-{number}"


@dataclass(frozen=True, slots=True)
class StickerKeys:
    """Makes and checks the marks of stickers: by the newest of *keys*, and by all of them."""

    keys: Sequence[bytes]

    def mark(self, code: str, number: int) -> str:
        """Return the last part of a sticker's address: its number and its tag."""
        return f"{number}-{check_tag(serial_of(code, number), _tag_key(self.keys[0]))}"

    def number_of(self, code: str, mark: str) -> int | None:
        """Return the number of the sticker of *code* with this *mark*; None when it is not ours."""
        digits, _, tag = mark.partition("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
            return None
        number = int(digits)
        is_ours = is_genuine(serial_of(code, number), tag, [_tag_key(key) for key in self.keys])
        return number if is_ours and number > WITHOUT_TAG else None


def _tag_key(key: bytes) -> bytes:
    return hmac.digest(key, b"sticker tag", "sha256")
