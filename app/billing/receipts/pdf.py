"""A receipt on paper."""

import logging
from dataclasses import asdict

from app.billing.receipts.model import Logo, Receipt
from app.billing.receipts.texts.view import receipt_view
from app.infra.pdf import NotPrintable, Press

TEMPLATE = "receipt.typ"
_log = logging.getLogger(__name__)


def render_pdf(receipt: Receipt, press: Press) -> bytes:
    """
    Return *receipt* as PDF/A-3, always the same bytes for the same receipt. Call it in a thread.

    A logo that cannot be printed is left out: it must not keep anybody from a receipt.
    """
    data = asdict(receipt_view(receipt))
    try:
        return press.print(TEMPLATE, data | {"logo": _logo(receipt.logo)}, at=receipt.issued_at)
    except NotPrintable as problem:
        if receipt.logo is None:
            raise
        _log.warning("receipt %s is printed without its logo: %s", receipt.number, problem)
        return press.print(TEMPLATE, data | {"logo": None}, at=receipt.issued_at)


def pdf_filename(receipt: Receipt) -> str:
    """Return the name of the receipt's file: `receipt-VS-2026-000001.pdf`, safe everywhere."""
    number = "".join(
        letter if letter.isalnum() or letter in "-_" else "-" for letter in receipt.number
    )
    return f"{receipt.kind.replace('_', '-')}-{number}.pdf"


def _logo(logo: Logo | None) -> dict[str, object] | None:
    if logo is None:
        return None
    formats = {"image/svg+xml": "svg", "image/png": "png", "image/webp": "webp"}
    return {"format": formats.get(logo.media_type, "png"), "bytes": list(logo.content)}
