"""What labels say; printing them is in `sheet`, which needs typst."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Form = Literal["pdf", "svg", "png"]
LogoFormat = Literal["svg", "png", "webp"]


class NotPrintable(ValueError):
    """A label cannot be printed (a broken logo, an address too long); the message says why."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a label in one language; *check* holds `{host}`."""

    call_to_action: str = "Scan · pay · charge"
    steps: str = "No account, no app."
    check: str = "Check that the address begins with {host}"
    help: str = "Help"


@dataclass(frozen=True, slots=True)
class Look:
    """What all labels of a print have; *colour* is `#rrggbb`, the first language is the place's."""

    brand: str
    colour: str
    phone: str
    words: Sequence[Words] = (Words(),)
    logo: bytes | None = None
    logo_format: LogoFormat = "svg"


@dataclass(frozen=True, slots=True)
class Label:
    """
    What one label says.

    *address* is in the code, *short* is printed in clear; *side* tells two points of a station
    apart. *words* are its own, where the place speaks other languages than the print.
    """

    address: str
    short: str
    evse_id: str
    serial: str
    side: str = ""
    words: Sequence[Words] | None = None
