"""Which part of which payment a line of a settlement is."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from app.funds.payments.model import OperationKind, PartKind, Payment
from app.funds.payments.ports import PartStatus
from app.funds.payments.providers.settlements import Movement, SettlementLine

# What is taken without a capture of ours has no part: it is claimed under this name.
TAKEN: Final = "taken"
_PARTS: Final = {
    Movement.PAYMENT: PartKind.CAPTURE,
    Movement.REFUND: PartKind.REFUND,
    Movement.CHARGEBACK: PartKind.CHARGEBACK,
    Movement.CHARGEBACK_REVERSED: PartKind.REVERSAL,
}
# These move the payment's money; a payout and a fee are the account's own.
OF_PAYMENTS: Final = frozenset({*_PARTS, Movement.REFUND_RETURNED, Movement.SHARE})
# What a refund that came back had left: it is the same part, the other way round.
_RETURNED: Final = "returned:"
_SHARE: Final = "share:"
# Which way the operator's part goes with an order, as our balance at the provider changes.
_SIGNS: Final = {OperationKind.CAPTURE: -1, OperationKind.ROUTE: -1, OperationKind.REFUND: 1}


class LineState(StrEnum):
    """BOOKED needed no payment, MATCHED has its part of one, SUSPENSE waits to be explained."""

    BOOKED = "booked"
    MATCHED = "matched"
    SUSPENSE = "suspense"


@dataclass(frozen=True, slots=True)
class Claim:
    """The part of a payment that a line is; a part can be claimed once."""

    payment_id: UUID
    part: str


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line as it was taken over, and what it turned out to be."""

    account_id: UUID
    line: SettlementLine
    state: LineState
    claim: Claim | None = None

    @property
    def line_id(self) -> UUID:
        """Return the id, which follows from the account and the line's key."""
        return uuid5(self.account_id, self.line.key)


def claim_of(line: SettlementLine, payment: Payment, claimed: Collection[str]) -> str | None:
    """
    Return the part of *payment* that *line* is, or None: none that fits is left.

    By the part's own reference, else one of the same kind and amount that no line has *claimed*.
    """
    if line.movement is Movement.REFUND_RETURNED:
        return _returned(line, payment, claimed)
    if line.movement is Movement.SHARE:
        return _share(line, payment, claimed)
    kind = _PARTS[line.movement]
    fitting = [
        part.provider_ref
        for part in payment.parts
        if part.kind is kind
        and part.status is not PartStatus.PENDING
        and part.amount.minor == abs(line.gross.minor)
        and part.amount.currency == line.gross.currency
    ]
    if kind is PartKind.CAPTURE and not any(part.kind is kind for part in payment.parts):
        fitting = [TAKEN] if payment.taken == line.gross else []
    return _first(fitting, line, claimed)


def _returned(line: SettlementLine, payment: Payment, claimed: Collection[str]) -> str | None:
    failed = [
        f"{_RETURNED}{part.provider_ref}"
        for part in payment.parts
        if part.kind is PartKind.REFUND
        and part.status in (PartStatus.FAILED, PartStatus.CANCELLED)
        and part.amount == line.gross
    ]
    return _first(failed, line, claimed)


def _share(line: SettlementLine, payment: Payment, claimed: Collection[str]) -> str | None:
    """Return which order gave the operator its part, or took it back; or what failed of it."""
    fitting = []
    for order in payment.operations:
        if order.share is None or order.kind not in _SIGNS or order.provider_ref is None:
            continue
        minor = _SIGNS[order.kind] * order.share.minor
        if abs(minor) == abs(line.gross.minor):
            way = "" if minor == line.gross.minor else _RETURNED
            fitting.append(f"{_SHARE}{way}{order.provider_ref}")
    return _first(fitting, line, claimed)


def _first(fitting: list[str], line: SettlementLine, claimed: Collection[str]) -> str | None:
    left = [part for part in fitting if part not in claimed]
    named = [part for part in left if part.rpartition(":")[2] == line.part_ref]
    return next(iter(named or left), None)
