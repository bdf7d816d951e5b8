"""What can go wrong with receipts: what a driver can mend, and what only we can."""

from app.kernel.errors import Kind, Problem


class ReceiptNotFound(Problem):
    """No receipt has this id."""

    code = "receipt_not_found"
    kind = Kind.NOT_FOUND
    title = "This receipt does not exist."


class CreditTooLarge(Problem):
    """More was to be taken back than is left of what was charged, or nothing."""

    code = "credit_too_large"
    kind = Kind.CONFLICT
    title = "There is not that much left to give back."


class InvoiceAlreadyMade(Problem):
    """The receipt was turned into an invoice before: there is only one, and it never changes."""

    code = "invoice_already_made"
    kind = Kind.CONFLICT
    title = "The invoice has already been made."


class InvoiceTooLate(Problem):
    """The days in which a receipt can become an invoice are over."""

    code = "invoice_too_late"
    kind = Kind.GONE
    title = "It is too late to make an invoice of this receipt."


class BuyerOwesVat(Problem):
    """
    A business identified where it charged bought from a seller of another country.

    It owes the VAT itself (Directive 2006/112/EC, Article 195), and the price that it paid included
    VAT: an invoice with it would be wrong, and one without it another price. *country* and *law*.
    """

    code = "buyer_owes_vat"
    kind = Kind.CONFLICT
    title = "The buyer owes the VAT of this sale."


class InvalidBuyer(Problem):
    """A field of the buyer cannot be printed on an invoice; *field* says which."""

    code = "invalid_buyer"
    kind = Kind.INVALID
    title = "The company's details are not complete."


class InvalidMailAddress(Problem):
    """The text is not exactly one mail address."""

    code = "invalid_mail_address"
    kind = Kind.INVALID
    title = "This is not a mail address."


class TooManyMails(Problem):
    """The session's receipt was mailed as often as it may be."""

    code = "too_many_mails"
    kind = Kind.TOO_MANY
    title = "The receipt has been mailed often enough."


class NothingCharged(ValueError):
    """A receipt was asked for a session that sold nothing: a bug of the caller."""


class ReceiptDoesNotAddUp(ValueError):
    """Lines, taxes and payment of a draft disagree: a bug in our code, kept off paper."""


class InvalidSeries(ValueError):
    """An operator's number format cannot make numbers."""
