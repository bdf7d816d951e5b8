"""The mail of a receipt: what it says and how it travels."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from markupsafe import escape

from app.billing.receipts.model import DocumentKind, Logo, Receipt
from app.billing.receipts.texts.letter import Enclosed, write_letter
from app.billing.receipts.texts.view import receipt_view
from app.gateways.smtp.mime import mime_message
from tests.billing.drafts import receipt

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


LOGO = b"\x89PNG\r\n\x1a\n and some pixels"
SVG = Logo(b"<svg/>", "image/svg+xml")


def arrived(made: Receipt, *, to: str = "jan@example.com", page: str | None = None) -> EmailMessage:
    """Return the mail of *made* as its reader's program sees it."""
    letter = write_letter(
        made, Enclosed(b"%PDF-1.7 ...", page), to=to, sender="receipts@voltstad.example"
    )
    message = message_from_bytes(bytes(mime_message(letter, at=NOW)), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part_of(message: EmailMessage, subtype: str) -> str:
    """Return the text of a part."""
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


def test_headers_name_the_brand_and_the_support():
    """From the brand, answers to the support, no robot answers, the language is told."""
    message = arrived(receipt("nl"))

    expected = {
        "From": "Voltstad <receipts@voltstad.example>",
        "To": "jan@example.com",
        "Reply-To": "help@voltstad.example",
        "Subject": "Uw bon VS-2026-000001 van Voltstad",
        "Date": "Mon, 02 Mar 2026 09:05:00 +0000",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "nl",
    }
    assert expected == {name: str(message[name]) for name in expected}


@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
@pytest.mark.parametrize("kind", list(DocumentKind))
def test_text_and_html_say_what_the_page_says(language: str, kind: DocumentKind):
    """The totals and every row are the same in both parts, and nothing else is said."""
    made = receipt(language, kind=kind)
    view = receipt_view(made)
    message = arrived(made)
    text, html = part_of(message, "plain"), part_of(message, "html")

    figures = [cell for row in (*view.lines, *view.taxes) for cell in row]
    rows = (*view.facts, *view.session, *view.payment, view.total)
    values = [*(row.value for row in rows), *view.buyer]
    for said in [*figures, *values, *view.remarks, *view.seller, view.number, view.support]:
        assert said in text
        assert str(escape(said)) in html


def test_pdf_is_attached_under_its_number():
    """One file, named for the archive."""
    (file,) = arrived(receipt()).iter_attachments()

    assert "receipt-VS-2026-000001.pdf" == file.get_filename()
    assert "application/pdf" == file.get_content_type()
    assert b"%PDF-1.7 ..." == file.get_content()


def test_text_comes_before_html():
    """RFC 2046, 5.1.4: the last alternative is the best."""
    message = arrived(receipt())
    (alternative, _) = message.iter_parts()

    assert "multipart/alternative" == alternative.get_content_type()
    assert ["text/plain", "text/html"] == [
        part.get_content_type() for part in alternative.iter_parts()
    ]


def test_message_id_is_stable_per_receipt_and_recipient():
    """The same mail sent twice is one mail; another recipient's is another."""
    first, again, other = (
        str(arrived(receipt(), to=to)["Message-ID"])
        for to in ("jan@example.com", "jan@example.com", "els@example.com")
    )

    assert first == again
    assert first != other
    assert "jan" not in first


@pytest.mark.parametrize(
    "brand", ["Volt\r\nBcc: all@example.com", 'Volt" <a@b.example>, "x', "Vølt ⚡"]
)
def test_brand_cannot_add_a_header(brand: str):
    """Whatever an operator is called, there is one sender, one recipient and no Bcc."""
    made = receipt()
    message = arrived(
        replace(
            made, document=replace(made.document, look=replace(made.document.look, brand=brand))
        )
    )

    assert ["receipts@voltstad.example"] == [a.addr_spec for a in message["From"].addresses]
    assert ["jan@example.com"] == [a.addr_spec for a in message["To"].addresses]
    assert None is message["Bcc"]


def test_markup_of_an_operator_is_text():
    """No name becomes a tag in the HTML part."""
    made = receipt()
    look = replace(made.document.look, brand="<script>alert(1)</script>")

    html = part_of(arrived(replace(made, document=replace(made.document, look=look))), "html")

    assert "<script" not in html


def test_mail_stays_under_a_hundred_kilobytes():
    """Larger mails are cut by some readers; the PDF of a usual receipt has some 50 kB."""
    letter = write_letter(
        receipt(), Enclosed(b"x" * 50_000), to="jan@example.com", sender="receipts@voltstad.example"
    )

    assert len(bytes(mime_message(letter, at=NOW))) < 100_000


def test_mail_leads_to_the_page_of_its_session():
    """Where the page is known, text and HTML lead to it; else there is no empty link."""
    page = "https://pay.example/s/token"
    linked, bare = arrived(receipt(), page=page), arrived(receipt())

    assert f"Your session on our pages: {page}" in part_of(linked, "plain")
    assert f'href="{page}"' in part_of(linked, "html")
    assert "Your session on our pages" not in part_of(bare, "plain") + part_of(bare, "html")


def test_logo_travels_with_the_mail():
    """Shown beside the brand's name from the mail itself; it is no file of the reader's."""
    message = arrived(replace(receipt(), logo=Logo(LOGO, "image/png")))
    pictures = [part for part in message.walk() if "image/png" == part.get_content_type()]

    assert [LOGO] == [part.get_content() for part in pictures]
    assert ["<logo>"] == [part["Content-ID"] for part in pictures]
    assert 'src="cid:logo"' in part_of(message, "html")
    assert ["application/pdf"] == [each.get_content_type() for each in message.iter_attachments()]


@pytest.mark.parametrize(
    ("logo", "place"), [(None, "left"), (Logo(LOGO, "image/png"), "none"), (SVG, "left")]
)
def test_no_logo_no_picture(logo: Logo | None, place: str):
    """Nor one that the receipt does not wear, nor a drawing, which few mail programs show."""
    made = receipt()
    look = replace(made.document.look, logo_place=place)
    made = replace(made, logo=logo, document=replace(made.document, look=look))
    message = arrived(made)

    assert "cid:" not in part_of(message, "html")
    assert [] == [part for part in message.walk() if "image" == part.get_content_maintype()]
