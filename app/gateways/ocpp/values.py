"""Reads single values that charge points send, with the tolerance that their firmware needs."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from app.kernel.ids import ID_TAG_ALPHABET, ID_TAG_LENGTH

_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", re.ASCII)
_NUMBERS: Final = (int, Decimal)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|z|[+-]\d{2}:?\d{2})?"
)
# So many digits are below BEYOND_REASON.
_SHORT = 12
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
# Beyond this no meter and no identifier goes: a terawatt-hour in Wh.
BEYOND_REASON = Decimal(10) ** 12
# OCPP allows 36 characters for a transaction and 255 for a token; a longer word is cut to what a
# key of the database can hold.
LONGEST_WORD = 255
_OF_TAGS: Final = frozenset(ID_TAG_ALPHABET)


def read_number(value: Any) -> Decimal | None:  # noqa: ANN401 - JSON from outside
    """Return *value* as a finite number below 10^12, whether number or text, or None."""
    if isinstance(value, str):
        text = value.strip()
    elif isinstance(value, _NUMBERS) and not isinstance(value, bool):
        text = str(value)
    else:
        return None
    if len(text) <= _SHORT and text.isascii() and text.isdigit():
        return Decimal(text)  # as nearly all are
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if -BEYOND_REASON < number < BEYOND_REASON else None


def read_whole(value: Any) -> int | None:  # noqa: ANN401 - JSON from outside
    """Return *value* as a whole number, or None when it is none."""
    if type(value) is int:
        return value if abs(value) < BEYOND_REASON else None
    number = read_number(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def read_instant(value: Any) -> datetime | None:  # noqa: ANN401 - JSON from outside
    """
    Return the instant that *value* names in UTC, or None when it names none.

    A text without a zone is taken as UTC (OCPP 1.6, 3.14: UTC is strongly recommended).
    """
    if not isinstance(value, str) or not _INSTANT.fullmatch(text := value.strip().upper()):
        return None
    try:
        instant = datetime.fromisoformat(text.replace(" ", "T", 1).replace(",", "."))
        utc = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return utc if _FIRST_YEAR <= utc.year <= _LAST_YEAR else None


def read_text(value: Any) -> str | None:  # noqa: ANN401 - JSON from outside
    """Return *value* when it is a text that is not blank, or None."""
    return value if isinstance(value, str) and value.strip() else None


def read_word(value: Any) -> str | None:  # noqa: ANN401 - JSON from outside
    """Return *value* as `read_text` does, cut to LONGEST_WORD: an identifier."""
    text = read_text(value)
    return None if text is None else text[:LONGEST_WORD]


def read_tag(value: Any) -> str | None:  # noqa: ANN401 - JSON from outside
    """Return *value* as `read_word` does; some firmware sends the numbers of cards as such."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return read_word(str(value) if is_number else value)


def as_made(tag: str) -> str:
    """
    Return *tag* in capitals when it could be a one-time idTag of ours, else as it came.

    idTags are the same in capital and in small letters (OCPP 1.6, CiString; 2.x,
    identifierString), and some firmware writes them in small ones.
    """
    capital = tag.upper()
    is_ours = len(capital) == ID_TAG_LENGTH and set(capital) <= _OF_TAGS
    return capital if is_ours else tag


def objects(value: Any) -> Sequence[Mapping[str, Any]]:  # noqa: ANN401 - JSON from outside
    """Return the objects of the list *value*; nothing when it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else ()


def object_of(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON from outside
    """Return *value* when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def write_instant(instant: datetime) -> str:
    """Return *instant* as OCPP writes it: `2026-11-22T20:00:00.000Z`."""
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"
