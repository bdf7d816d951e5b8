"""The printed receipt, read back."""

import io
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from app.billing.receipts.model import DocumentKind, Logo, Receipt
from app.billing.receipts.pdf import pdf_filename, render_pdf
from app.billing.receipts.texts.view import receipt_view
from app.infra.pdf import PRINT_TEMPLATES, NotPrintable, Press
from app.infra.pdf.compositor import glyphs
from tests.billing.drafts import LOGO, VAT, energy_line, eur, receipt

# Every letter that the 24 languages of the EU (and Norwegian, Icelandic, Turkish) add to a-z.
EU_LETTERS = (
    "áàâãäåăąāæćčçċďđðéèêëěęėēğģġħíìîïıįīķľĺłļñńňņóòôõöőøœřŕśšşșßťţțþúùûüůűųūýÿźžż"
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯабвгдежзийклмнопрстуфхцчшщъьюя€£„“”’«»–…•№§"
)
ONE_PIXEL_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA"
    "60e6kgAAAABJRU5ErkJggg=="
)
ONE_PIXEL_WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"


@pytest.fixture(scope="module")
def press() -> Press:
    """One press for all tests: it keeps its fonts."""
    return Press()


def text_of(pdf: bytes) -> str:
    """Return what a reader sees, words separated by single spaces."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join("\n".join(pages).replace("\N{ZERO WIDTH SPACE}", "").split())


@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_text_of_the_view_is_printed(press: Press, language: str, kind: DocumentKind):
    """What the page and the mail say stands on paper too, in each language."""
    made = receipt(language, kind=kind)
    view = receipt_view(made)

    printed = text_of(render_pdf(made, press)).replace("\N{NARROW NO-BREAK SPACE}", " ")

    rows = (*view.facts, *view.session, *view.payment, view.total)
    cells = [cell for line in (*view.lines, *view.taxes) for cell in line]
    texts = [view.title, view.headline, *view.seller, *view.buyer, *view.remarks, view.support]
    for text in [*texts, *cells, *(row.value for row in rows), *(row.label for row in rows)]:
        assert " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split()) in printed


def test_pdf_says_that_it_is_for_the_archive_and_for_screen_readers(press: Press):
    """PDF/A-3b and PDF/UA-1 in the metadata, a language, a title, tags, and no foreign font."""
    reader = PdfReader(io.BytesIO(render_pdf(receipt("nl"), press)))

    assert reader.xmp_metadata is not None
    xml = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xml
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xml
    assert "<pdfuaid:part>1</pdfuaid:part>" in xml
    assert "nl" == reader.root_object["/Lang"]
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert "Bon VS-2026-000001" == reader.metadata.title
    fonts = {
        font["/BaseFont"].split("+")[1]
        for page in reader.pages
        for font in (reference.get_object() for reference in page["/Resources"]["/Font"].values())
    }
    assert {"NotoSans-Regular", "NotoSans-Bold"} == fonts


def test_same_receipt_gives_the_same_bytes(press: Press):
    """A receipt printed again years later, by another press, is the same file."""
    assert render_pdf(receipt(), press) == render_pdf(receipt(), Press())


def test_letters_of_all_eu_languages_are_printed(press: Press):
    """A name in Greek, Bulgarian or Polish comes out as it went in."""
    made = _named(EU_LETTERS)

    assert EU_LETTERS in text_of(render_pdf(made, press)).replace(" ", "")


def test_both_fonts_have_the_letters():
    """Regular and bold cover the languages, so that a heading loses nothing."""
    for file in sorted((PRINT_TEMPLATES / "fonts").glob("*.ttf")):
        assert set() == {
            letter for letter in EU_LETTERS if ord(letter) not in glyphs(file.read_bytes())
        }


def test_letters_that_no_font_has_become_question_marks(press: Press):
    """A missing glyph may not be archived; an emoji must not keep anybody from a receipt."""
    assert "Laden ? ? nu" in text_of(render_pdf(_named("Laden ⚡ \N{BATTERY} nu"), press))


def test_text_cannot_become_code(press: Press):
    """Whatever an operator or a buyer writes is printed as it is."""
    code = '#panic("no") $x$ *bold* _it_ \\ ` <a> @b [c] {d} "e" \' /* f */ // g'

    assert code in text_of(render_pdf(_named(code), press))


def test_file_system_cannot_be_read(press: Press, tmp_path: Path):
    """A template reads nothing outside its folder."""
    (tmp_path / "evil.typ").write_text('#read("/etc/passwd")')
    (tmp_path / "fonts").symlink_to(PRINT_TEMPLATES / "fonts")

    with pytest.raises(NotPrintable):
        Press(tmp_path).print("evil.typ", {}, at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/svg+xml", LOGO.content),
        ("image/png", b64decode(ONE_PIXEL_PNG)),
        ("image/webp", b64decode(ONE_PIXEL_WEBP)),
    ],
)
def test_logo_of_each_kind_is_printed(
    press: Press, caplog: pytest.LogCaptureFixture, media_type: str, content: bytes
):
    """Every kind of logo that an operator may have is drawn, and nothing is complained about."""
    with_logo = render_pdf(replace(receipt(), logo=Logo(content, media_type)), press)

    assert with_logo != render_pdf(replace(receipt(), logo=None), press)
    assert [] == caplog.messages


@pytest.mark.parametrize("content", [b"", b"<svg", b"\x89PNG\r\n broken"])
def test_broken_logo_is_left_out(press: Press, content: bytes):
    """The receipt comes without it, and without a fuss."""
    made = replace(receipt(), logo=Logo(content, "image/svg+xml"))

    assert "VS-2026-000001" in text_of(render_pdf(made, press))


def test_two_hundred_lines_run_over_pages(press: Press):
    """A day of quarter-hour prices is a table with heads on each page, and adds up."""
    made = _with_lines(200)

    pdf = render_pdf(made, press)

    reader = PdfReader(io.BytesIO(pdf))
    assert 200 == text_of(pdf).count("Electricity")
    assert len(reader.pages) > 3
    for number, page in enumerate(reader.pages, 1):
        assert f"Page {number} of {len(reader.pages)}" in page.extract_text()
    assert all("Quantity" in page.extract_text() for page in reader.pages[:-1])
    assert len(pdf) < 400_000


def test_receipt_prints_in_the_blink_of_an_eye(press: Press):
    """The median of 21 different receipts is far below 100 ms, also on a busy machine."""
    milliseconds = []
    for number in range(21):
        made = replace(receipt(), number=f"VS-2026-{number:06d}")
        start = time.perf_counter_ns()
        render_pdf(made, press)
        milliseconds.append((time.perf_counter_ns() - start) // 1_000_000)

    assert median(milliseconds) < 100


def test_threads_print_at_the_same_time(press: Press):
    """Eight documents in four threads come out as they do one by one."""
    made = [_named(f"Buyer {number}") for number in range(8)]
    alone = [render_pdf(each, press) for each in made]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda each: render_pdf(each, press), made))

    assert alone == together


def test_page_looks_as_it_should(press: Press):
    """Seen as an image, the sheet has the brand's bar, a white page and ink on it."""
    document = pdfium.PdfDocument(render_pdf(receipt(), press))

    bitmap = document[0].render(scale=1, grayscale=False)
    pixels = bytes(bitmap.buffer)

    middle = [_pixel(pixels, bitmap.stride, bitmap.width // 2, y) for y in range(bitmap.height)]
    ink = sum(pixels[index] < 100 for index in range(0, len(pixels), bitmap.n_channels))
    assert 1 == len(document)
    assert bytes.fromhex("0b6b4f") == middle[3]
    assert middle.count(b"\xff\xff\xff") > bitmap.height // 2
    assert ink > 5000


@pytest.mark.parametrize(
    ("number", "filename"),
    [("VS-2026-000001", "receipt-VS-2026-000001.pdf"), ("2026/0042", "receipt-2026-0042.pdf")],
)
def test_filename_is_safe_everywhere(number: str, filename: str):
    """A slash in a number makes no folder."""
    assert filename == pdf_filename(replace(receipt(), number=number))


def _pixel(pixels: bytes, stride: int, x: int, y: int) -> bytes:
    """Return a pixel of a picture that keeps blue before green before red."""
    return pixels[y * stride + 3 * x :][:3][::-1]


def _named(name: str) -> Receipt:
    made = receipt()
    return replace(
        made, document=replace(made.document, look=replace(made.document.look, brand=name))
    )


def _with_lines(count: int) -> Receipt:
    made = receipt()
    lines = tuple(energy_line("0.250", "0.40", "0.10") for _ in range(count))
    tax = type(made.document.taxes[0]).from_gross(eur(str(Decimal("0.10") * count)), VAT)
    return replace(made, document=replace(made.document, lines=lines, taxes=(tax,)))


def test_endless_name_stays_on_the_sheet(press: Press):
    """A name longer than its column is broken, not cut off, and nothing of it is lost."""
    name = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"
    made = receipt()
    seller = replace(made.document.seller, legal_name=name)
    pdf = render_pdf(replace(made, document=replace(made.document, seller=seller)), press)

    page = pdfium.PdfDocument(pdf)[0]
    text = page.get_textpage()
    right_edges = [text.get_charbox(index)[2] for index in range(text.count_chars())]
    assert name in text_of(pdf).replace(" ", "")
    assert max(right_edges) < page.get_width()


@pytest.mark.parametrize("header", ["band", "line", "plain"])
@pytest.mark.parametrize("logo_place", ["left", "right", "none"])
def test_an_operator_chooses_how_a_receipt_looks(press: Press, header: str, logo_place: str):
    """Logo and colour go where they are wanted; the texts are all there, the note too."""
    made = receipt("en")
    look = replace(
        made.document.look,
        header=header,
        logo_place=logo_place,
        note="Come back soon.",
        support_hours="Day and night.",
    )
    made = replace(made, document=replace(made.document, look=look), logo=LOGO)

    pdf = render_pdf(made, press)

    printed = text_of(pdf)
    for text in ("Receipt", "Come back soon.", "Day and night.", look.brand):
        assert text in printed
    assert (logo_place != "none") == ("/Alt" in _whole(pdf))
    assert (header != "plain") == _is_coloured(pdf)


def _whole(pdf: bytes) -> str:
    """Return all objects of a PDF, unpacked."""
    reader = PdfReader(io.BytesIO(pdf))
    last = reader.trailer["/Size"]
    return " ".join(str(reader.get_object(number)) for number in range(1, last))


def _is_coloured(pdf: bytes) -> bool:
    """Tell whether the top edge of the first page is not white."""
    page = pdfium.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    return page.getpixel((page.width // 2, 0)) != (255, 255, 255)
