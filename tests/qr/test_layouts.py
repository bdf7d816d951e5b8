"""Layouts: ours as they are published, an operator's own, and what is wrong with one."""

from decimal import Decimal
from pathlib import Path

import pytest

from qr.labels.layout import (
    OWN_LAYOUTS,
    LayoutInvalid,
    LayoutUnknown,
    layout_named,
    layouts,
    read_layout,
)

TEXT = (OWN_LAYOUTS / "L7160.toml").read_text()


@pytest.mark.parametrize(
    ("name", "label", "columns", "rows", "first", "last"),
    [
        # Avery's own figures, mm: the label, and the corners of the first and the last one.
        ("L7160", "63.5 x 38.1", 3, 7, "7.25, 15.15", "139.25, 243.75"),
        ("L7163", "99.1 x 38.1", 2, 7, "4.65, 15.15", "106.25, 243.75"),
        ("L7164", "63.5 x 72", 3, 4, "7.25, 4.5", "139.25, 220.5"),
        ("L7165", "99.1 x 67.7", 2, 4, "4.65, 13.1", "106.25, 216.2"),
        ("L7169", "99.1 x 139", 2, 2, "4.65, 9.5", "106.25, 148.5"),
    ],
)
def test_avery_sheets_are_as_published(
    name: str, label: str, columns: int, rows: int, first: str, last: str
):
    """Labels lie where they are on the sheet, and the sheet's margins are alike on both sides."""
    layout = layouts()[name]
    places = [f"{x}, {y}" for x, y in layout.places_mm]

    assert label == f"{layout.label.width_mm} x {layout.label.height_mm}"
    assert (columns, rows) == (layout.grid.columns, layout.grid.rows)
    assert (first, last) == (places[0], places[-1])
    right, bottom = (
        layout.places_mm[-1][0] + layout.label.width_mm,
        layout.places_mm[-1][1] + layout.label.height_mm,
    )
    assert (layout.grid.left_mm, layout.grid.top_mm) == (
        Decimal(210) - right,
        Decimal(297) - bottom,
    )


def test_operator_adds_layouts(tmp_path: Path):
    """A file in the operator's folder is a layout by its name, and may stand in for one of ours."""
    (tmp_path / "ours.toml").write_text(TEXT.replace("L7160", "our own"))
    (tmp_path / "A6.toml").write_text(TEXT)

    assert "our own" in layout_named("ours", tmp_path).title
    assert 21 == layout_named("A6", tmp_path).per_sheet
    assert 1 == layout_named("A6").per_sheet


def test_unknown_layout_is_told_with_the_known_ones():
    """A typing mistake is easily seen."""
    with pytest.raises(LayoutUnknown, match=r"'L7169x': there are A5, A6, L7160"):
        layout_named("L7169x")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("title", "title = ", "Invalid value"),
        ('design = "wide"', 'design = "round"', "design: Invalid enum value 'round'"),
        ("columns = 3", "columns = 4", "grid.columns: they do not fit on 210 mm"),
        ("rows = 7", "rows = 8", "grid.rows: they do not fit on 297 mm"),
        ("rows = 7", "rows = 0", "grid.rows: expected 1 to 500, got 0"),
        ("rows = 7", 'rows = "7"', "grid.rows: Expected `int`, got `str`"),
        ("rows = 7", "", "grid: Object missing required field `rows`"),
        ("rows = 7", "rows = 7\nlines = 2", "grid: Object contains unknown field `lines`"),
        ("width_mm = 63.5", "width_mm = -1", "label.width_mm: expected more than 0"),
        ("left_mm = 7.25", "left_mm = -1", "grid.left_mm: expected 0 to 1200, got -1"),
        ("step_x_mm = 66", "step_x_mm = 60", "grid: the labels overlap"),
        ("size_mm = 34", "size_mm = 39", "code.size_mm: the code is larger than the label"),
        ("size_mm = 34", "size_mm = nan", "expected a number, got nan"),
        ("[code]", "[cut]\nbleed_mm = -1\n[code]", "cut.bleed_mm: expected 0 to 1200"),
    ],
)
def test_wrong_layout_is_told_by_file_and_field(before: str, after: str, told: str):
    """Whoever writes a layout reads which file, which field and what is expected."""
    with pytest.raises(LayoutInvalid) as refused:
        read_layout(TEXT.replace(before, after, 1), "ours.toml")

    assert str(refused.value).startswith("ours.toml: ")
    assert told in str(refused.value)
