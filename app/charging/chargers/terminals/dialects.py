"""
How makers' charge points without OCPP 2.1 tell of the terminal in them: by DataTransfer (pure).

Each row says how a maker's messages are read; *source* is where they can be looked up. A charge
point starts what was paid at its terminal with one idTag, always the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_CENTS: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class CardAuthorised:
    """The card that pays for a *transaction* was authorised for *amount*, as *reference*."""

    transaction: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CardCollected:
    """*amount* was collected for what was authorised as *reference*."""

    reference: str
    amount: Decimal


Word = CardAuthorised | CardCollected


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    The words of one maker.

    *vendor_id* is that of its DataTransfer, *tag* the idTag of its card sessions from the factory.
    *read* returns what a message means, by its messageId and its data; None: nothing of this.
    """

    name: str
    vendor_id: str
    tag: str
    read: Callable[[str, Mapping[str, Any]], Word | None]
    source: str


def dialect_of_vendor(vendor_id: str) -> Dialect | None:
    """Return the dialect of a DataTransfer's vendorId, or None."""
    return next((each for each in DIALECTS if each.vendor_id == vendor_id), None)


def dialect_named(name: str) -> Dialect | None:
    """Return the dialect with this *name*, or None."""
    return next((each for each in DIALECTS if each.name == name), None)


def _read_ies(message: str, data: Mapping[str, Any]) -> Word | None:
    """Read `Payment`: amounts are cents; what is paid before (Prepayment) is not supported."""
    if message != "Payment" or data.get("PaymentType") != "Preauthorization":
        return None
    reference, transaction = data.get("PosTransactionId"), data.get("OcppTransactionId")
    if data.get("State") == "Accepted" and (amount := _number(data.get("PreAuthoAmount"))):
        return CardAuthorised(str(transaction), str(reference), amount * _CENTS)
    if data.get("State") == "Ended" and (bill := _number(data.get("Bill"))) is not None:
        return CardCollected(str(reference), bill * _CENTS)
    return None


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


DIALECTS: Final = (
    Dialect(
        name="ies",
        vendor_id="IES",
        tag="paidByPOS",
        read=_read_ies,
        source="the charge point simulator road-labs/chargestation-one, handlers ocpp-16/ies",
    ),
)
