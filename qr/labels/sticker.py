"""The sticker of one charging point: A6, with bleed and crop marks, as PDF or SVG."""

import json
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

import typst

from qr.address import host_of, shown
from qr.drawing import QUIET_ZONE, svg
from qr.identifier import printed
from qr.matrix import matrix_of

TEMPLATE: Final = Path(__file__).with_name("sticker.typ")
# The side of the code with its quiet zone. Modules under 0.8 mm are hard to read at arm's length.
CODE_MM: Final = 60
MOST_MODULES: Final = 75


class StickerNotPrintable(ValueError):
    """The sticker cannot be printed (a broken logo, an address too long); the message says why."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a sticker, in the languages of the place; *check* holds `{host}`."""

    call_to_action: str = "Scan · Pay · Charge"
    steps: str = "No app, no account"
    check: str = "Check that the address begins with {host}"
    help: str = "Help, day and night"


@dataclass(frozen=True, slots=True)
class Sticker:
    """What one sticker says; *colour* is `#rrggbb`, *side* tells two points of a station apart."""

    address: str
    evse_id: str
    brand: str
    colour: str
    phone: str
    serial: str
    side: str = ""
    logo: bytes | None = None
    logo_format: Literal["svg", "png", "webp"] = "svg"
    words: Words = field(default_factory=Words)


def print_sticker(sticker: Sticker, *, fonts: Path, form: Literal["pdf", "svg"] = "pdf") -> bytes:
    """
    Return the sticker's sheet of 121 by 164 mm: A6 with 3 mm bleed, and crop marks around it.

    *fonts* is a folder with Noto Sans, regular and bold. Raises StickerNotPrintable.
    """
    matrix = matrix_of(sticker.address)
    if len(matrix) + 2 * QUIET_ZONE > MOST_MODULES:
        msg = f"the address is too long for a code that reads well: {sticker.address}"
        raise StickerNotPrintable(msg)
    data = asdict(sticker) | {
        "evse_id": printed(sticker.evse_id),
        "shown": shown(sticker.address),
        "check": sticker.words.check.replace("{host}", host_of(sticker.address)),
        "code": svg(matrix, title=sticker.address),
        "code_mm": CODE_MM,
        "logo": None if sticker.logo is None else list(sticker.logo),
    }
    try:
        sheet = typst.compile(
            TEMPLATE,
            format=form,
            root=TEMPLATE.parent,
            font_paths=_fonts(fonts),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=0,
        )
    except typst.TypstError as error:
        msg = f"{error.message} {error.diagnostic}"
        raise StickerNotPrintable(msg) from error
    assert isinstance(sheet, bytes)  # noqa: S101 - one page is one file
    return sheet


@cache
def _fonts(folder: Path) -> typst.Fonts:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
    if "Noto Sans" not in fonts.families():
        msg = f"no Noto Sans in {folder}"
        raise StickerNotPrintable(msg)
    return fonts
