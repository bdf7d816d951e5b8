"""What a receipt says of the payment."""

from app.billing.receipts.model import Contribution, ReceiptDocument, Settlement
from app.billing.receipts.texts.words import METHODS, Row
from app.infra.i18n import format_money, gettext, ngettext, pgettext, said


def paid_back_rows(document: ReceiptDocument) -> tuple[Row, ...]:
    """Return what a credit note says of the payment."""
    paid = document.settlement
    return (
        _means(document),
        Row(gettext("Payment reference"), paid.reference),
        Row(gettext("Paid back"), format_money(paid.returned)),
        *_at_the_bank(paid),
    )


def _means(document: ReceiptDocument) -> Row:
    paid = document.settlement
    method = said(METHODS[paid.method]) if paid.method in METHODS else paid.method
    return Row(gettext("Paid with"), paid.instrument or method)


def payment_rows(document: ReceiptDocument) -> tuple[Row, ...]:
    """Return how it was paid, what goes back, and until when the bank shows that."""
    paid = document.settlement
    if paid.strategy == "charge_after":
        return _charged_after(document)
    first_paid = paid.strategy == "pay_first"
    taken = gettext("Paid in advance") if first_paid else pgettext("document", "Reserved")
    given_back = gettext("Paid back") if first_paid else pgettext("document", "Released")
    return (
        _means(document),
        Row(gettext("Payment reference"), paid.reference),
        Row(taken, format_money(paid.held)),
        *(Row(_paid_by(each), format_money(each.amount)) for each in paid.contributions),
        Row(pgettext("document", "Charged"), format_money(paid.charged)),
        Row(given_back, format_money(paid.returned)),
        *_at_the_bank(paid),
    )


def _charged_after(document: ReceiptDocument) -> tuple[Row, ...]:
    """Say what is charged after the session; how that went is said by its page."""
    paid = document.settlement
    return (
        _means(document),
        Row(gettext("Payment reference"), paid.reference),
        *(Row(_paid_by(each), format_money(each.amount)) for each in paid.contributions),
        Row(gettext("Charged after the session"), format_money(paid.charged)),
    )


def _at_the_bank(paid: Settlement) -> tuple[Row, ...]:
    """Say until when the bank shows what went back."""
    if not paid.returned or not paid.shown_within:
        return ()
    within = ngettext(
        "within %(days)s working day", "within %(days)s working days", paid.shown_within
    )
    return (Row(gettext("Shown by your bank"), within % {"days": paid.shown_within}),)


def _paid_by(contribution: Contribution) -> str:
    names = {"partner": contribution.partner, "campaign": contribution.name}
    return gettext("Paid by %(partner)s (%(campaign)s)") % names
