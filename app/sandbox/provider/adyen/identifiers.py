"""Identifiers as Adyen gives them."""

from typing import Final

_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ23456789"
_PSP_LENGTH: Final = 16


def psp_reference(seed: str) -> str:
    """Return an identifier as Adyen gives them, 16 letters and digits, made of a random *seed*."""
    number, text = int.from_bytes(seed.encode()), ""
    while len(text) < _PSP_LENGTH:
        number, digit = divmod(number, len(_LETTERS))
        text += _LETTERS[digit]
    return text
