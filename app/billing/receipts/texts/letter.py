"""The mail that brings a receipt: text, HTML and the PDF, in the language of the receipt."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.billing.receipts.model import DocumentKind, Receipt
from app.billing.receipts.pdf import pdf_filename
from app.billing.receipts.texts.view import receipt_view
from app.infra.i18n import gettext, speaking
from app.infra.mail import Attachment, Mail

TEMPLATES: Final = Path(__file__).resolve().parents[4] / "templates" / "email"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with a receipt: its *pdf*, and the address of the session's *page* where known."""

    pdf: bytes
    page: str | None = None


def write_letter(receipt: Receipt, enclosed: Enclosed, *, to: str, sender: str) -> Mail:
    """
    Return the mail of *receipt* with its PDF to one address, sent in the name of the brand.

    The page's address lets whoever reads the mail look, and nothing else. The Message-ID is the
    same for the same receipt and recipient; answers go to the support.
    """
    view = receipt_view(receipt)
    look, logo = receipt.document.look, _png(receipt)
    with speaking(receipt.document.language):
        subject, greeting = _opening(receipt)
        words = {
            "language": view.language,
            "title": f"{view.title} {view.number}",
            "brand": view.brand,
            "colour": view.colour,
            "logo": logo is not None,
            "support": view.support,
            "seller": view.seller,
            "view": view,
            "greeting": greeting % {"brand": look.brand, "amount": view.headline},
            "attached": gettext("The PDF for your records is attached."),
            "page": enclosed.page,
            "page_label": gettext("Your session on our pages"),
        }
    return Mail(
        message_id=_message_id(receipt, to=to, sender=sender),
        sender=sender,
        sender_name=look.brand,
        reply_to=look.support_email,
        recipient=to,
        subject=subject % {"number": receipt.number, "brand": look.brand},
        text=mail_templates().get_template("receipt.txt").render(words),
        html=mail_templates().get_template("receipt.html").render(words),
        language=receipt.document.language,
        logo=logo,
        attachments=(Attachment(pdf_filename(receipt), "application/pdf", enclosed.pdf),),
    )


def _png(receipt: Receipt) -> bytes | None:
    """Return the logo where the receipt wears one, and every mail program can show it."""
    logo = receipt.logo
    if logo is None or receipt.document.look.logo_place == "none":
        return None
    return logo.content if logo.media_type == "image/png" else None


def _opening(receipt: Receipt) -> tuple[str, str]:
    """Return the subject and the first sentence, with names for what differs."""
    if receipt.kind is DocumentKind.CREDIT_NOTE:
        subject = gettext("Your credit note %(number)s from %(brand)s")
        return subject, gettext("%(amount)s is on its way back to you.")
    thanks = gettext("Thank you for charging with %(brand)s.")
    if receipt.document.buyer is not None:
        return gettext("Your invoice %(number)s from %(brand)s"), thanks
    return gettext("Your receipt %(number)s from %(brand)s"), thanks


def _message_id(receipt: Receipt, *, to: str, sender: str) -> str:
    # A digest: a Message-ID travels further than the recipient's address should.
    of_both = hashlib.sha256(f"{receipt.receipt_id}:{to}".encode()).hexdigest()[:32]
    return f"<receipt-{of_both}@{sender.rpartition('@')[2]}>"


@cache
def mail_templates() -> Environment:
    """Return the templates of all our mails."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
