"""Sheets of labels: codes with all that a careful driver compares, as PDF, SVG or PNG."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, cast

import typst

from qr.address import encoded, host_of, shown
from qr.drawing import QUIET_ZONE, svg
from qr.identifier import InvalidEvseId, printed
from qr.labels.boxes import with_boxes
from qr.labels.label import Form, Label, Look, NotPrintable
from qr.labels.layout import Layout
from qr.matrix import Level, matrix_of

TEMPLATE: Final = Path(__file__).with_name("label.typ")
# Smaller modules are hard to read at arm's length, and in the rain.
LEAST_MODULE_MM: Final = Decimal("0.8")
_DPI: Final = 300


@dataclass(frozen=True, slots=True)
class Press:
    """What printing takes: a folder with Noto Sans, regular and bold; and the dots of a PNG."""

    fonts: Path
    dpi: int = _DPI


def print_sheets(
    labels: Sequence[Label], look: Look, layout: Layout, *, press: Press, form: Form = "pdf"
) -> list[bytes]:
    """
    Return the sheets of *labels*: one PDF of all pages, or an SVG or PNG for each page.

    Raises NotPrintable.
    """
    drawn = [_label(label, look, layout) for label in labels]
    data = {
        "look": {
            "brand": look.brand,
            "colour": look.colour,
            "phone": look.phone,
            "logo": None if look.logo is None else list(look.logo),
            "logo_format": look.logo_format,
        },
        "layout": _layout(layout),
        "labels": drawn,
        "longest": _longest(drawn),
    }
    try:
        sheets = typst.compile(
            TEMPLATE,
            format=form,
            ppi=press.dpi,
            root=TEMPLATE.parent,
            font_paths=_fonts(press.fonts),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=str)},
            timestamp=0,
        )
    except typst.TypstError as error:
        msg = f"{error.message} {error.diagnostic}"
        raise NotPrintable(msg) from error
    # The types of typst forget that several pages of SVG or PNG are a list.
    several = cast("bytes | list[bytes]", sheets)
    files = several if isinstance(several, list) else [several]
    if form == "pdf" and layout.cut is not None:
        return [with_boxes(file, layout) for file in files]
    return files


def _layout(layout: Layout) -> dict[str, object]:
    return {
        "design": layout.design,
        "sheet": [layout.sheet.width_mm, layout.sheet.height_mm],
        "label": [layout.label.width_mm, layout.label.height_mm],
        "places": layout.places_mm,
        "code_mm": layout.code.size_mm,
        "bleed_mm": None if layout.cut is None else layout.cut.bleed_mm,
    }


def _label(label: Label, look: Look, layout: Layout) -> dict[str, str | list[str]]:
    words = look.words if label.words is None else label.words
    try:
        evse_id = printed(label.evse_id)
    except InvalidEvseId:
        # As the operator writes it: other names are printed as they are, too.
        evse_id = label.evse_id
    return {
        "code": _code(label, layout),
        "address": label.address,
        "short": shown(label.short),
        "evse_id": evse_id,
        "serial": label.serial,
        "host": host_of(label.address),
        "side": label.side,
        "calls": _each(each.call_to_action for each in words),
        "steps": _each(each.steps for each in words),
        "checks": _each(each.check.replace("{host}", host_of(label.address)) for each in words),
        "help": _each(each.help for each in words),
    }


def _longest(labels: Sequence[dict[str, str | list[str]]]) -> dict[str, str | list[str]]:
    """Return a label with the longest of all texts, for which there has to be room."""
    return {
        field: max((label[field] for label in labels), key=lambda text: len("".join(text)))
        for field in labels[0]
    }


def _each(texts: Iterable[str]) -> list[str]:
    """Return *texts* once each: two languages may say the same."""
    return list(dict.fromkeys(texts))


def _code(label: Label, layout: Layout) -> str:
    matrix = matrix_of(encoded(label.address), Level.Q)
    modules = len(matrix) + 2 * QUIET_ZONE
    if layout.code.size_mm / modules < LEAST_MODULE_MM:
        msg = (
            f"{label.address} is too long for a code of {layout.code.size_mm} mm: it takes"
            f" {modules * LEAST_MODULE_MM} mm. Take a larger layout, or a shorter address."
        )
        raise NotPrintable(msg)
    return svg(matrix, title=label.address)


@cache
def _fonts(folder: Path) -> typst.Fonts:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
    if "Noto Sans" not in fonts.families():
        msg = f"no Noto Sans in {folder}"
        raise NotPrintable(msg)
    return fonts
