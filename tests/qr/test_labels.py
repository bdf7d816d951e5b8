"""Labels of every layout, printed and read back."""

import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from qr.address import encoded
from qr.labels.label import Form, Label, Look, NotPrintable, Words
from qr.labels.layout import layouts
from qr.labels.sheet import Press, print_sheets
from tests.qr.reader import pages_of

PRESS = Press(Path(__file__).parent.parent.parent / "templates" / "print" / "fonts", dpi=150)
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0z"/></svg>'
DUTCH = Words("Scan · betaal · laad", "Geen app.", "Het adres begint met {host}", "Hulp")
LOOK = Look("Voltstad", "#0b6b4f", "+31 30 123 45 67", (DUTCH, Words()), LOGO)
LAYOUTS = sorted(layouts())


def label_of(number: int) -> Label:
    """Return the label number so and so of a point."""
    return Label(
        address=f"https://qr.voltstad.example/c/7KQ2M9/{number}-K7QD2M9X4P",
        short="https://qr.voltstad.example/c/7KQ2M9",
        evse_id="nlvste0012*1",
        serial=f"7KQ2M9-{number}",
        side="L" if number % 2 else "R",
    )


def printed_as(name: str, labels: Sequence[Label], look: Look = LOOK, form: Form = "pdf") -> bytes:
    """Return the first file of *labels* in a layout."""
    return print_sheets(labels, look, layouts()[name], press=PRESS, form=form)[0]


def dots(mm: Decimal) -> int:
    """Return a length at 150 dpi."""
    return int(mm * 150 / Decimal("25.4"))


def text_of(pdf: bytes) -> str:
    """Return what a *pdf* says, its lines joined."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_label_is_read(name: str):
    """At 150 dpi a reader finds all addresses of two sheets, each once, and nothing else."""
    labels = [label_of(number) for number in range(layouts()[name].per_sheet + 1)]

    pages = pages_of(printed_as(name, labels))

    assert 2 == len(pages)
    assert sorted(encoded(label.address) for label in labels) == sorted(
        text for page in pages for text in page.read()
    )


@pytest.mark.parametrize("name", LAYOUTS)
def test_dirty_labels_are_read(name: str):
    """With grime on 30 % of the sheet, each label still reads at 150 dpi."""
    layout = layouts()[name]
    labels = [label_of(number) for number in range(layout.per_sheet)]
    (page,) = pages_of(printed_as(name, labels))
    dirty = page.soiled(30)
    width, height = (dots(mm) for mm in (layout.label.width_mm, layout.label.height_mm))

    seen = [dirty.cut(dots(x), dots(y), width, height) for x, y in layout.places_mm]

    assert [{encoded(label.address)} for label in labels] == [
        each.read_patiently() for each in seen
    ]


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name != "code"])
def test_label_says_what_a_careful_driver_compares(name: str):
    """Brand, EVSE id, side, address, check lines in both languages, phone and serial in clear."""
    said = text_of(printed_as(name, [label_of(7)])).replace(" ", "")

    for text in [
        "Voltstad",
        "NL*VST*E0012*1",
        "L",
        "qr.voltstad.example/c/7KQ2M9",
        "Het adres begint met https://qr.voltstad.example/",
        "Check that the address begins with https://qr.voltstad.example/",
        "Hulp · Help",
        "+31 30 123 45 67",
        "7KQ2M9-7",
    ]:
        assert text.replace(" ", "") in said


@pytest.mark.parametrize(
    ("name", "width_mm", "height_mm"),
    [("L7160", 210, 297), ("A6", 121, 164), ("A5", 164, 226), ("single", 105, 148)],
)
def test_sheets_have_their_size(name: str, width_mm: int, height_mm: int):
    """A4 for Avery's; 8 mm on each side for bleed and marks; in points of 25.4 / 72 mm."""
    (page,) = PdfReader(io.BytesIO(printed_as(name, [label_of(1)]))).pages

    assert (round(width_mm * 72 / 25.4), round(height_mm * 72 / 25.4)) == (
        round(page.mediabox.width),
        round(page.mediabox.height),
    )


def test_brand_runs_into_the_bleed():
    """Colour reaches 3 mm over the cut: at 1.5 mm outside of it the sheet is not white."""
    (page,) = pages_of(printed_as("A6", [label_of(1)]))
    # 8 mm of margin less 1.5 mm, at 150 dpi; 20 mm from the top is the band.
    outside_mm, band_mm = 6.5, 20
    x, y = (round(mm * 150 / 25.4) for mm in (outside_mm, band_mm))

    assert page.pixels[y * page.width + x] < 128
    assert 255 == page.pixels[y * page.width + round(4 * 150 / 25.4)]


def test_a_print_shop_learns_where_to_cut():
    """Trim and bleed boxes of the standard, in points; sheets of labels are not cut."""
    pages = PdfReader(io.BytesIO(printed_as("A6", [label_of(1), label_of(2)])), strict=True).pages
    (sheet,) = PdfReader(io.BytesIO(printed_as("L7160", [label_of(1)]))).pages

    # A6 is 105 by 148 mm at 8 mm from each edge of 121 by 164 mm; 3 mm of bleed.
    for page in pages:
        assert [8, 8, 113, 156] == [round(float(at) * 25.4 / 72, 2) for at in page.trimbox]
        assert [5, 5, 116, 159] == [round(float(at) * 25.4 / 72, 2) for at in page.bleedbox]
    assert ["7KQ2M9-1", "7KQ2M9-2"] == [page.extract_text()[-8:] for page in pages]
    assert "/TrimBox" not in sheet


@pytest.mark.parametrize("name", ["A6", "L7164", "L7169", "single"])
def test_a_long_name_stays_in_its_band(name: str):
    """Nothing of the longest name that a brand can have is at the edges of the band."""
    brand = "Überlandwerke Grünstrom-Versorgungsgesellschaft Köln mbH & KG"[:60]
    (page,) = pages_of(printed_as(name, [label_of(1)], replace(LOOK, brand=brand)))
    layout = layouts()[name]
    (left, top), wide = layout.places_mm[0], layout.label.width_mm
    band = layout.label.height_mm * Decimal("0.16")

    for edge_mm in (top + Decimal("0.5"), top + band - Decimal("0.8")):
        start = dots(edge_mm) * page.width + dots(left) + 2
        assert 1 == len(set(page.pixels[start : start + dots(wide) - 4])), edge_mm


def test_the_host_stays_in_one_piece():
    """Who compares an address finds it whole in each language, also a long one."""
    host = "https://laden.ueberlandwerke-duesseldorf.de"
    label = replace(label_of(1), address=f"{host}/c/7KQ2M9/1-K7QD2M9X4P", short=f"{host}/c/7KQ2M9")
    for name in [each for each in LAYOUTS if each != "code"]:
        (page,) = pdfium.PdfDocument(printed_as(name, [label]))
        lines = page.get_textpage().get_text_range().splitlines()

        assert 2 == sum(f"{host}/" in line for line in lines), name


def test_long_texts_are_made_smaller():
    """Four languages, a long brand and a long host: all is said, and the codes still read."""
    words = (
        Words(
            "Scannen · bezahlen · laden", "Kein Konto.", "Die Adresse beginnt mit {host}", "Hilfe"
        ),
        Words("Scanner · payer · charger", "Sans compte.", "L'adresse commence par {host}", "Aide"),
        DUTCH,
        Words(),
    )
    look = replace(LOOK, brand="Stadtwerke Musterstadt an der Donau", words=words)
    host = "https://laden.stadtwerke-musterstadt.example"
    labels = [
        replace(label_of(n), address=f"{host}/c/7KQ2M9/{n}-K7QD2M9X4P", short=f"{host}/c/7KQ2M9")
        for n in range(21)
    ]

    pdf = printed_as("L7160", labels, look)

    (page,) = pages_of(pdf)
    assert {encoded(label.address) for label in labels} == set(page.read())
    assert "Stadtwerke Musterstadt an der Donau" in text_of(pdf)


def test_texts_that_have_no_room_are_told():
    """What would have to be printed too small to be read is not printed."""
    with pytest.raises(NotPrintable, match="no room"):
        printed_as("L7160", [label_of(1)], replace(LOOK, words=[DUTCH] * 1 + [
            Words(f"{n} " * 40, "x", f"{n} {{host}} " * 6, f"{n} " * 30) for n in range(6)
        ]))  # fmt: skip


@pytest.mark.parametrize("code", ['#panic("no")', "$x$ *b* _i_", "\\ ` <a> @b", '"e" /* f */'])
def test_texts_never_become_code(code: str):
    """A brand and its words are printed as they are written."""
    look = replace(LOOK, brand=code, words=(replace(DUTCH, call_to_action=code, help=code),))

    assert 2 <= text_of(printed_as("A5", [label_of(1)], look)).count(code)


def test_svg_is_a_drawing_without_fonts():
    """The SVG holds every letter as a shape, so that any print shop can use it."""
    drawing = printed_as("single", [label_of(1)], form="svg")

    assert drawing.startswith(b"<svg")
    assert b"<text" not in drawing


def test_png_has_the_dots_that_are_asked_for():
    """40 mm at 150 dots per inch are 236 dots (PNG, IHDR)."""
    picture = printed_as("code", [label_of(1)], form="png")

    assert picture.startswith(b"\x89PNG")
    assert (236, 236) == tuple(int.from_bytes(picture[at : at + 4]) for at in (16, 20))


@pytest.mark.parametrize(
    ("look", "label"),
    [
        ({"logo": b"<svg"}, {}),
        ({"colour": "green"}, {}),
        ({}, {"address": "https://qr.voltstad.example/c/" + "A" * 600}),
    ],
)
def test_what_cannot_be_printed_is_told(look: dict[str, object], label: dict[str, object]):
    """A broken logo, an unknown colour, an address that makes the code too fine."""
    with pytest.raises(NotPrintable):
        printed_as("A6", [replace(label_of(1), **label)], replace(LOOK, **look))


def test_missing_fonts_are_told(tmp_path: Path):
    """Without fonts typst would print a sheet without a word."""
    with pytest.raises(NotPrintable, match="Noto Sans"):
        print_sheets([label_of(1)], LOOK, layouts()["A6"], press=Press(tmp_path))
