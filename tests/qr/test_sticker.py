"""The sticker, printed and read back."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from qr.labels.sticker import Sticker, StickerNotPrintable, Words, print_sticker
from tests.qr.reader import read_pdf

FONTS = Path(__file__).parent.parent.parent / "templates" / "print" / "fonts"
STICKER = Sticker(
    address="https://qr.voltstad.example/c/7KQ2M9",
    evse_id="nlvste0012*1",
    brand="Voltstad",
    colour="#0b6b4f",
    phone="+31 30 123 45 67",
    serial="VS-00042",
    side="L",
)
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0z"/></svg>'


@pytest.mark.parametrize("logo", [None, LOGO])
def test_code_on_the_sticker_is_read(logo: bytes | None):
    """At 150 dpi, what a reader finds is the address and nothing else."""
    assert [STICKER.address] == read_pdf(print_sticker(replace(STICKER, logo=logo), fonts=FONTS))


def test_sticker_says_what_a_careful_driver_compares():
    """Brand, EVSE id and address in clear, the check line, the phone, the serial, the side."""
    (page,) = PdfReader(io.BytesIO(print_sticker(STICKER, fonts=FONTS))).pages
    text = page.extract_text()

    for said in [
        "Voltstad",
        "NL*VST*E0012*1",
        "qr.voltstad.example/c/7KQ2M9",
        "Check that the address begins with https://qr.voltstad.example/",
        "+31 30 123 45 67",
        "VS-00042",
        "L",
    ]:
        assert said in text


def test_sheet_has_room_for_bleed_and_marks():
    """A6 with 8 mm on each side: 121 by 164 mm, in points of 25.4 / 72 mm."""
    (page,) = PdfReader(io.BytesIO(print_sticker(STICKER, fonts=FONTS))).pages

    assert (343, 465) == (round(page.mediabox.width), round(page.mediabox.height))


def test_sticker_speaks_the_language_of_the_place():
    """The texts are given; the host is put into the check line."""
    words = Words("Scan · Betaal · Laad", "Geen app", "Het adres begint met {host}", "Hulp")
    (page,) = PdfReader(io.BytesIO(print_sticker(replace(STICKER, words=words), fonts=FONTS))).pages

    assert "Het adres begint met https://qr.voltstad.example/" in page.extract_text()


def test_svg_is_a_drawing_without_fonts():
    """The SVG holds every letter as a shape, so that any print shop can use it."""
    drawing = print_sticker(STICKER, fonts=FONTS, form="svg")

    assert drawing.startswith(b"<svg")
    assert b"<text" not in drawing


@pytest.mark.parametrize(
    "change",
    [
        {"logo": b"<svg"},
        {"colour": "green"},
        {"address": "https://qr.voltstad.example/c/" + "A" * 500},
    ],
)
def test_what_cannot_be_printed_is_told(change: dict[str, object]):
    """A broken logo, an unknown colour, an address that makes the code too fine."""
    with pytest.raises(StickerNotPrintable):
        print_sticker(replace(STICKER, **change), fonts=FONTS)


def test_missing_fonts_are_told(tmp_path: Path):
    """Without fonts typst would print a sheet without a word."""
    with pytest.raises(StickerNotPrintable, match="Noto Sans"):
        print_sticker(STICKER, fonts=tmp_path)
