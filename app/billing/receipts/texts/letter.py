"""The mail that brings a receipt: text, HTML and the PDF, in the language of the receipt."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.billing.receipts.model import Receipt
from app.billing.receipts.pdf import pdf_filename
from app.billing.receipts.texts.view import receipt_view
from app.infra.i18n import gettext, speaking
from app.infra.mail import Attachment, Mail

TEMPLATES: Final = Path(__file__).resolve().parents[4] / "templates" / "email"


def write_letter(receipt: Receipt, pdf: bytes, *, to: str, sender: str) -> Mail:
    """
    Return the mail of *receipt* with its *pdf* to one address, sent in the name of the brand.

    Its Message-ID is the same for the same receipt and recipient; answers go to the support.
    """
    view = receipt_view(receipt)
    look = receipt.document.look
    with speaking(receipt.document.language):
        subject = gettext("Your receipt %(number)s from %(brand)s")
        if receipt.document.buyer is not None:
            subject = gettext("Your invoice %(number)s from %(brand)s")
        words = {
            "view": view,
            "greeting": gettext("Thank you for charging with %(brand)s.") % {"brand": look.brand},
            "attached": gettext("The PDF for your records is attached."),
        }
    return Mail(
        message_id=_message_id(receipt, to=to, sender=sender),
        sender=sender,
        sender_name=look.brand,
        reply_to=look.support_email,
        recipient=to,
        subject=subject % {"number": receipt.number, "brand": look.brand},
        text=_templates().get_template("receipt.txt").render(words),
        html=_templates().get_template("receipt.html").render(words),
        language=receipt.document.language,
        attachments=(Attachment(pdf_filename(receipt), "application/pdf", pdf),),
    )


def _message_id(receipt: Receipt, *, to: str, sender: str) -> str:
    # A digest: a Message-ID travels further than the recipient's address should.
    of_both = hashlib.sha256(f"{receipt.receipt_id}:{to}".encode()).hexdigest()[:32]
    return f"<receipt-{of_both}@{sender.rpartition('@')[2]}>"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
