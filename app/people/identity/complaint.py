"""What is wrong with an operator's details."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# Control characters, signs that are not seen or turn the direction of what follows, line breaks,
# and halves of signs (Unicode, "General Category").
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a field; *path* is the field's name in the operator file."""

    path: str
    reason: str


def plain(path: str, text: str, *, most: int) -> Iterator[Complaint]:
    """Yield what is wrong with *text* as one line of at most *most* characters."""
    if not text.strip():
        yield Complaint(path, "may not be empty")
    elif len(text) > most:
        yield Complaint(path, f"{len(text)} characters are more than {most}")
    elif any(unicodedata.category(sign) in _HIDDEN for sign in text):
        yield Complaint(path, "may hold no line breaks, and no signs that are not seen")
