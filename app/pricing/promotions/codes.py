"""Codes: how they are made, typed, checked and kept. What is stored cannot be typed in."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.kernel.ids import ID_TAG_ALPHABET
from app.pricing.promotions.errors import CouponMistyped

# 31 symbols, a prime: a weighted sum finds every wrong symbol and every two that changed places.
_BASE: Final = len(ID_TAG_ALPHABET)
_RANDOM: Final = 11  # 31^11 codes: 54 bits
LENGTH: Final = _RANDOM + 1
_GROUP: Final = 4
# What people put between the groups of a code.
_BETWEEN: Final = re.compile(r"[\s\-_.]+")
_MOST_TYPED: Final = 64
_WORD: Final = re.compile(r"[A-Z0-9]{4,11}")
_FOREIGN: Final = re.compile(r"[A-Z0-9]{8,32}")


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """
    Makes codes from the installation's keys, and the digests by which they are found.

    The database has only the digests, so who reads it learns no code; who has the keys can make
    the codes of a batch again. The first of *keys* makes; those after it still find.
    """

    keys: tuple[bytes, ...]

    def code_of(self, batch_id: UUID, number: int) -> str:
        """Return the code of that *number* in a batch."""
        return _code(self.keys[0], b"coupon" + batch_id.bytes + number.to_bytes(4))

    def codes_of(self, batch_id: UUID, number: int) -> tuple[str, ...]:
        """Return what the code of that *number* is under each key, the newest first."""
        text = b"coupon" + batch_id.bytes + number.to_bytes(4)
        return tuple(_code(key, text) for key in self.keys)

    def voucher_of(self, reservation_id: UUID) -> str:
        """Return the voucher code that a session's receipt shows for a gift."""
        return _code(self.keys[0], b"voucher" + reservation_id.bytes)

    def digest(self, operator_id: UUID, code: str) -> bytes:
        """Return what is stored in place of *code*."""
        return self.digests(operator_id, code)[0]

    def digests(self, operator_id: UUID, code: str) -> tuple[bytes, ...]:
        """Return what may be stored in place of *code*, for each key."""
        text = b"code" + operator_id.bytes + code.encode()
        return tuple(hmac.digest(key, text, "sha256") for key in self.keys)


def read_code(typed: str) -> str:
    """
    Return what was *typed* as codes are compared: capitals and digits alone.

    Raises CouponMistyped where a code of ours has a wrong check character: that is worked out from
    what was typed, and says nothing about which codes there are.
    """
    code = normal(typed)
    if is_made_here(code) and check_character(code[:-1]) != code[-1]:
        raise CouponMistyped("look at the code again: one character is wrong")
    return code


def normal(typed: str) -> str:
    """Return *typed* in capitals, without what stands between the groups."""
    return _BETWEEN.sub("", typed[:_MOST_TYPED]).upper()


def is_made_here(code: str) -> bool:
    """Tell whether *code* has the form of our own: twelve symbols, the last one checks."""
    return len(code) == LENGTH and all(symbol in ID_TAG_ALPHABET for symbol in code)


def is_word(code: str) -> bool:
    """Tell whether *code* may be a word for everybody: 4 to 11 letters and digits."""
    return _WORD.fullmatch(code) is not None


def is_foreign(code: str) -> bool:
    """Tell whether *code*, made elsewhere, may be taken over: long, and no typing mistake here."""
    mistyped = is_made_here(code) and check_character(code[:-1]) != code[-1]
    return _FOREIGN.fullmatch(code) is not None and not mistyped


def check_character(symbols: str) -> str:
    """Return the character that follows *symbols*."""
    values = (ID_TAG_ALPHABET.index(symbol) for symbol in symbols)
    # Weights from 2 on: none is equal to another, or to that of the check character, which is 1.
    weighted = sum(weight * value for weight, value in enumerate(values, start=2))
    return ID_TAG_ALPHABET[-weighted % _BASE]


def shown(code: str) -> str:
    """Return *code* as it is printed: `7KMQ-X2PD-9HTA`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def driver_digest(operator_id: UUID, mark: str) -> str:
    """Return what is stored in place of the random *mark* of a browser or an app; "" for none."""
    if not mark:
        return ""
    return hashlib.sha256(operator_id.bytes + mark.encode()).hexdigest()[:32]


def _code(key: bytes, text: bytes) -> str:
    number = int.from_bytes(hmac.digest(key, text, "sha256"))
    symbols = ""
    for _ in range(_RANDOM):
        number, rest = divmod(number, _BASE)
        symbols += ID_TAG_ALPHABET[rest]
    return symbols + check_character(symbols)
