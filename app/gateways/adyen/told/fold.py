"""
All that Adyen told of a payment, folded: any order and any repetition of notices ends the same.

Adyen has no way to ask how a payment stands. Its answers only say that an order was received; the
webhooks say what came of it, and a failure can follow a success. Their dates are not signed and
decide nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.funds.payments.ports import (
    Notice,
    OrderedPayment,
    Part,
    PartStatus,
    ProviderStatus,
    Snapshot,
    Strategy,
)
from app.gateways.adyen.told.notices import item_of
from app.gateways.adyen.wire import WireItem
from app.gateways.adyen.words import instrument, method_of, strategy_of
from app.kernel.money import Money

_RELEASES: Final = frozenset({"CANCELLATION", "TECHNICAL_CANCEL"})
_REFUNDS: Final = frozenset({"REFUND", "REFUND_WITH_DATA"})
# Whichever it was, it gave everything back: what was captured, or what was only held.
_EITHER: Final = frozenset({"CANCEL_OR_REFUND"})
_REFUND_FAILURES: Final = frozenset({"REFUND_FAILED", "REFUNDED_REVERSED"})
_CHARGEBACKS: Final = frozenset({"CHARGEBACK", "SECOND_CHARGEBACK"})
_REVERSALS: Final = frozenset({"CHARGEBACK_REVERSED", "PREARBITRATION_WON"})
_LAST_DIGITS: Final = re.compile(r"(?:^|:)(\d{4})(?::|$)")


@dataclass(frozen=True, slots=True)
class _Told:
    """The items of one payment, sorted, each of them once."""

    items: tuple[WireItem, ...]

    def of(self, codes: Iterable[str]) -> list[WireItem]:
        """Return the items with one of the event *codes*."""
        wanted = set(codes)
        return [item for item in self.items if item.event_code in wanted]

    def parts(self, codes: Iterable[str], failures: Iterable[str] = ()) -> tuple[Part, ...]:
        """Return what the *codes* made, each with its last word: a failure after a success."""
        made = {item.psp_reference: _part(item) for item in self.of(codes)}
        for failure in self.of(failures):
            ref = failure.psp_reference
            made[ref] = Part(ref, PartStatus.FAILED, failure.amount.money())
        return tuple(made[ref] for ref in sorted(made))

    def refused(self, code: str) -> tuple[Part, ...]:
        """Return what was ordered with *code* and not carried out."""
        return tuple(part for part in self.parts({code}) if part.status is PartStatus.FAILED)


def recall(ordered: OrderedPayment, notices: Sequence[Notice]) -> Snapshot:
    """Return how the payment stands after all *notices*; raise ValueError for an amount of none."""
    unique = {notice.key: item_of(notice) for notice in notices}
    told = _Told(tuple(unique[key] for key in sorted(unique)))
    paid = next((item for item in told.of({"AUTHORISATION"}) if item.success == "true"), None)
    orders_ref = paid.psp_reference if paid else _evidence(told)
    snapshot = _unpaid(ordered, orders_ref)
    if orders_ref is None:
        return snapshot
    is_taken = ordered.strategy is not Strategy.HOLD or any(map(_is_ok, told.of({"CAPTURE"})))
    snapshot = replace(
        snapshot,
        amount=paid.amount.money() if paid else ordered.amount,
        method=_method(paid),
        instrument=_instrument(paid),
        captures=told.parts({"CAPTURE"}, {"CAPTURE_FAILED"}),
        refunds=told.parts(_REFUNDS | _EITHER if is_taken else _REFUNDS, _REFUND_FAILURES),
        releases=told.parts(_RELEASES if is_taken else _RELEASES | _EITHER),
        refused_raises=told.refused("AUTHORISATION_ADJUSTMENT"),
        chargebacks=told.parts(_CHARGEBACKS),
        reversals=told.parts(_REVERSALS),
    )
    return _with_amounts(ordered, snapshot, told)


def _unpaid(ordered: OrderedPayment, orders_ref: str | None) -> Snapshot:
    nothing = Money.zero(ordered.amount.currency)
    return Snapshot(
        provider_ref=ordered.provider_ref or orders_ref or "",
        status=ProviderStatus.OPEN,
        amount=ordered.amount,
        captured=nothing,
        refunded=nothing,
        method=None,
        checkout_url=None,
        capture_before=None,
        instrument=None,
        reference=ordered.reference,
        orders_ref=orders_ref,
    )


def _with_amounts(ordered: OrderedPayment, snapshot: Snapshot, told: _Told) -> Snapshot:
    method = snapshot.method or ordered.method
    holds = strategy_of(method, snapshot.amount.currency) is Strategy.HOLD
    if not holds or ordered.strategy is not Strategy.HOLD:
        paid = replace(snapshot, status=ProviderStatus.PAID, captured=snapshot.amount)
        return replace(paid, refunded=_sum(snapshot, snapshot.refunds))
    # A hold only ever grows, so the largest adjustment is the last.
    raised = [item.amount.money() for item in told.of({"AUTHORISATION_ADJUSTMENT"}) if _is_ok(item)]
    authorised = max([snapshot.amount, *raised])
    return replace(
        snapshot,
        status=_status_of_hold(snapshot, authorised, told),
        authorised=authorised,
        captured=_sum(snapshot, snapshot.captures),
        refunded=_sum(snapshot, snapshot.refunds),
    )


def _status_of_hold(snapshot: Snapshot, authorised: Money, told: _Told) -> ProviderStatus:
    """Return the status; every notice moves it forward, so it matters not when one is seen."""
    # What was captured once left the hold, also when the capture failed afterwards.
    captured = _sum(snapshot, told.parts({"CAPTURE"}))
    released = any(part.status is PartStatus.SUCCEEDED for part in snapshot.releases)
    expired = any(_is_ok(item) for item in told.of({"EXPIRE"}))
    # Without multiple capture Adyen lets the rest go by itself: there is nothing to release then,
    # and the refusal says so.
    if captured >= authorised or (captured and (expired or snapshot.releases)):
        return ProviderStatus.PAID
    if released:
        return ProviderStatus.CANCELLED
    return ProviderStatus.EXPIRED if expired else ProviderStatus.AUTHORISED


def _evidence(told: _Told) -> str | None:
    """Return the payment that a later event is about: its own webhook may be lost or late."""
    named = [item.original_reference for item in told.items if _is_ok(item)]
    return next((ref for ref in named if ref), None)


def _part(item: WireItem) -> Part:
    status = PartStatus.SUCCEEDED if _is_ok(item) else PartStatus.FAILED
    return Part(item.psp_reference, status, item.amount.money())


def _is_ok(item: WireItem) -> bool:
    return item.success == "true"


def _sum(snapshot: Snapshot, parts: Iterable[Part]) -> Money:
    total = Money.zero(snapshot.amount.currency)
    for part in parts:
        if part.status is PartStatus.SUCCEEDED:
            total += part.amount
    return total


def _method(paid: WireItem | None) -> str | None:
    return method_of(paid.payment_method) if paid and paid.payment_method else None


def _instrument(paid: WireItem | None) -> str | None:
    if paid is None or not paid.payment_method:
        return None
    found = _LAST_DIGITS.search(paid.reason or "")
    digits = paid.additional_data.get("cardSummary") or (found[1] if found else None)
    return instrument(paid.payment_method, digits)
