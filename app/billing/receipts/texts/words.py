"""The words of receipts for what the documents hold as codes."""

from dataclasses import dataclass
from typing import Final

from app.billing.receipts.model import DocumentKind, LineKind, Remark
from app.infra.i18n import N_


@dataclass(frozen=True, slots=True)
class Row:
    """Something and what it is: a label and a value."""

    label: str
    value: str


TITLES: Final = {
    DocumentKind.RECEIPT: N_("Receipt"),
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.CREDIT_NOTE: N_("Credit note"),
}
NUMBERS: Final = {
    DocumentKind.RECEIPT: N_("Receipt number"),
    DocumentKind.INVOICE: N_("Invoice number"),
    DocumentKind.CREDIT_NOTE: N_("Credit note number"),
}

LINES: Final = {
    LineKind.ENERGY: N_("Electricity"),
    LineKind.TIME: N_("Charging time"),
    LineKind.IDLE: N_("Blocking fee after charging"),
    LineKind.SESSION: N_("Start fee"),
    LineKind.OTHER: N_("Other charges"),
    LineKind.MINIMUM: N_("Raised to the minimum price"),
    LineKind.MAXIMUM: N_("Capped at the maximum price"),
    LineKind.DISCOUNT: N_("Discount"),
    LineKind.HOLD: N_("Capped at the amount of your payment"),
    LineKind.ROUNDING: N_("Rounding"),
    LineKind.CREDIT: N_("Credit"),
}

REMARKS: Final = {
    Remark.STOPPED_LATE: N_(
        "The charge point reported the end of the session late. "
        "Only the energy and time up to the real end are charged."
    ),
    Remark.CLOSED_BY_US: N_(
        "The charge point did not report the end of the session. "
        "We closed it at the last reliable meter reading."
    ),
    Remark.READINGS_CORRECTED: N_(
        "Some meter readings were not plausible. They were left out in your favour."
    ),
    Remark.OFFLINE_PART: N_(
        "The charge point was offline for part of the session and sent its readings afterwards."
    ),
    Remark.STOPPED_AT_HOLD: N_(
        "We stopped the session when the price reached the amount of your payment."
    ),
    Remark.CAPPED_AT_HOLD: N_(
        "The price was higher than the amount of your payment. You pay no more than that."
    ),
}

# By what the signatures of a meter prove; a document of a later release may know more.
PROOFS: Final = {
    "valid": N_("checked and genuine"),
    "invalid": N_("the check failed, please call us"),
    "unproven": N_("there, but not checked"),
}

# Names that are brands (iDEAL, Vipps, ...) are the same in every language.
METHODS: Final = {
    "card": N_("Card"),
    "creditcard": N_("Card"),
    "applepay": "Apple Pay",
    "googlepay": "Google Pay",
    "ideal": "iDEAL",
    "bancontact": "Bancontact",
    "mobilepay": "MobilePay",
    "vipps": "Vipps",
    "klarna": "Klarna",
    "paypal": "PayPal",
    "wallet": N_("Prepaid credit"),
    "on_account": N_("On account, by invoice"),
}
