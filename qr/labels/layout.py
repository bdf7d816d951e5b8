"""Layouts: how labels lie on a sheet, read from TOML files, ours and the operator's own."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

OWN_LAYOUTS: Final = Path(__file__).with_name("layouts")
_MOST_MM: Final = 1200
_MOST_LABELS: Final = 500


class LayoutInvalid(ValueError):
    """A layout file cannot be used; the message names the file, the field and what is expected."""


class LayoutUnknown(LookupError):
    """There is no layout of this name; the message names those that there are."""


class Sheet(Struct, frozen=True, forbid_unknown_fields=True):
    """The paper."""

    width_mm: Decimal
    height_mm: Decimal


class Box(Struct, frozen=True, forbid_unknown_fields=True):
    """One label, as it is cut."""

    width_mm: Decimal
    height_mm: Decimal


class Grid(Struct, frozen=True, forbid_unknown_fields=True):
    """
    Where labels lie: the first one's place, and the steps from one's edge to the next one's.

    Without a step they lie side by side.
    """

    columns: int
    rows: int
    left_mm: Decimal
    top_mm: Decimal
    step_x_mm: Decimal | None = None
    step_y_mm: Decimal | None = None


class CodeSize(Struct, frozen=True, forbid_unknown_fields=True):
    """The side of the code with its quiet zone."""

    size_mm: Decimal


class Cut(Struct, frozen=True, forbid_unknown_fields=True):
    """How far colour runs over the edge where a label is cut; crop marks stand beyond that."""

    bleed_mm: Decimal


class Layout(Struct, frozen=True, forbid_unknown_fields=True):
    """
    A layout.

    *design*: `wide` has the code at the left and words beside it, `tall` a band of the brand with
    the code below it, `code` nothing but the code.
    """

    title: str
    design: Literal["wide", "tall", "code"]
    sheet: Sheet
    label: Box
    grid: Grid
    code: CodeSize
    cut: Cut | None = None

    @property
    def per_sheet(self) -> int:
        """Return how many labels a sheet has."""
        return self.grid.columns * self.grid.rows

    @property
    def steps_mm(self) -> tuple[Decimal, Decimal]:
        """Return the steps to the next label to the right, and below."""
        across, down = self.grid.step_x_mm, self.grid.step_y_mm
        return (
            self.label.width_mm if across is None else across,
            self.label.height_mm if down is None else down,
        )

    @property
    def places_mm(self) -> list[tuple[Decimal, Decimal]]:
        """Return the upper left corners of the labels, row by row."""
        across, down = self.steps_mm
        return [
            (self.grid.left_mm + column * across, self.grid.top_mm + row * down)
            for row in range(self.grid.rows)
            for column in range(self.grid.columns)
        ]


def read_layout(text: str, name: str) -> Layout:
    """Return the layout that the TOML *text* of the file *name* describes. Raises LayoutInvalid."""
    try:
        fields = tomllib.loads(text, parse_float=_number)
        layout = msgspec.convert(fields, Layout)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LayoutInvalid(f"{name}: {_plain(str(error))}") from error
    for field, reason in _complaints(layout):
        raise LayoutInvalid(f"{name}: {field}: {reason}")
    return layout


def layouts(*folders: Path) -> Mapping[str, Layout]:
    """
    Return our layouts and those in *folders* by name; of two of one name, the later one.

    Raises LayoutInvalid.
    """
    found = dict(_own())
    for folder in folders:
        found |= _layouts_in(folder)
    return found


def layout_named(name: str, *folders: Path) -> Layout:
    """Return the layout *name*, ours or one in *folders*. Raises LayoutUnknown, LayoutInvalid."""
    known = layouts(*folders)
    if name not in known:
        raise LayoutUnknown(f"no layout is called {name!r}: there are {', '.join(sorted(known))}")
    return known[name]


@cache
def _own() -> Mapping[str, Layout]:
    return _layouts_in(OWN_LAYOUTS)


def _layouts_in(folder: Path) -> dict[str, Layout]:
    return {
        path.stem: read_layout(path.read_text(encoding="utf-8"), path.name)
        for path in sorted(folder.glob("*.toml"))
    }


def _number(text: str) -> Decimal:
    """Return a TOML float exactly as it is written; `nan` and `inf` are none."""
    number = Decimal(text)
    if not number.is_finite():
        raise tomllib.TOMLDecodeError(f"expected a number, got {text}")
    return number


def _plain(message: str) -> str:
    """Return msgspec's message with the field's name in front, as ours have it."""
    reason, _, place = message.partition(" - at `$.")
    return f"{place.rstrip('`')}: {reason}" if place else reason


def _complaints(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with *layout*: sizes first, then whether things have room."""
    yield from _sizes(layout)
    grid, sheet, label = layout.grid, layout.sheet, layout.label
    across, down = layout.steps_mm
    if across < label.width_mm or down < label.height_mm:
        yield "grid", "the labels overlap: a step is at least as long as the label"
    if grid.left_mm + (grid.columns - 1) * across + label.width_mm > sheet.width_mm:
        yield "grid.columns", f"they do not fit on {sheet.width_mm} mm"
    if grid.top_mm + (grid.rows - 1) * down + label.height_mm > sheet.height_mm:
        yield "grid.rows", f"they do not fit on {sheet.height_mm} mm"
    if layout.code.size_mm > min(label.width_mm, label.height_mm):
        yield "code.size_mm", "the code is larger than the label"


def _sizes(layout: Layout) -> Iterator[tuple[str, str]]:
    lengths = {
        "sheet.width_mm": layout.sheet.width_mm,
        "sheet.height_mm": layout.sheet.height_mm,
        "label.width_mm": layout.label.width_mm,
        "label.height_mm": layout.label.height_mm,
        "code.size_mm": layout.code.size_mm,
    }
    for field, length in lengths.items():
        if not 0 < length <= _MOST_MM:
            yield field, f"expected more than 0 and at most {_MOST_MM}, got {length}"
    edges = {"grid.left_mm": layout.grid.left_mm, "grid.top_mm": layout.grid.top_mm}
    if layout.cut is not None:
        edges["cut.bleed_mm"] = layout.cut.bleed_mm
    for field, edge in edges.items():
        if not 0 <= edge <= _MOST_MM:
            yield field, f"expected 0 to {_MOST_MM}, got {edge}"
    for field, number in (("columns", layout.grid.columns), ("rows", layout.grid.rows)):
        if not 0 < number <= _MOST_LABELS:
            yield f"grid.{field}", f"expected 1 to {_MOST_LABELS}, got {number}"
