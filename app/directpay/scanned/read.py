"""Read what was scanned or typed: the address on a sticker or a display, a code, or an EVSE id."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from app.kernel.errors import Kind, Problem

# Longer than any address of ours; a QR code can hold 4,296 characters.
_LONGEST: Final = 512
_SCHEMES: Final = ("http", "https")


class ForeignCode(Problem):
    """What was scanned is the code of somebody else, or of something else."""

    code = "foreign_code"
    kind = Kind.INVALID
    title = "This code is not ours"


@dataclass(frozen=True, slots=True)
class Scanned:
    """The *code* of a point, the *mark* of the sticker it was on, what its display showed."""

    code: str
    mark: str = ""
    totp: str = ""

    @property
    def path(self) -> str:
        """Return the path of the page that it leads to."""
        path = "/c/" + "/".join(quote(part, safe="") for part in (self.code, self.mark) if part)
        return f"{path}?{urlencode({'totp': self.totp})}" if self.totp else path


def read_scanned(text: str, *, addresses: Collection[str]) -> Scanned:
    """
    Return what *text* says, which need not exist; *addresses* are the bases of our own.

    Raises ForeignCode for the address of anybody else: a driver is not led there.
    """
    text = "".join(text.split())
    if not text or len(text) > _LONGEST:
        raise ForeignCode("this is no code of a charging point", text=text[:40])
    if "/" not in text and ":" not in text:
        return Scanned(text)
    for address in addresses:
        found = _below(address, text)
        if found is not None:
            return found
    raise ForeignCode("this address is not ours", text=text[:80])


def _below(address: str, text: str) -> Scanned | None:
    """Return what *text* names below one of our addresses, None when it is not below it."""
    ours = urlsplit(address)
    try:
        given = urlsplit(text)
    except ValueError:
        return None
    if given.scheme not in _SCHEMES or given.netloc.lower() != ours.netloc.lower():
        return None
    before = ours.path.rstrip("/") + "/c/"
    if not given.path.lower().startswith(before.lower()):
        return None
    code, _, mark = given.path[len(before) :].strip("/").partition("/")
    totp = parse_qs(given.query).get("totp", [""])[0]
    return Scanned(code, mark, totp) if code and "/" not in mark else None
