"""
What a provider has told of a payment, folded: facts only ever win over weaker facts.

Statuses have a rank, a capture or refund has a rank of its own, and the higher one stays. So any
order, any repetition and any loss of snapshots before the last lead to the same payment.
"""

from collections.abc import Iterable
from dataclasses import replace

from app.funds.payments.model import PartKind, Payment, PaymentStatus, SeenPart
from app.funds.payments.ports import Part, PartStatus, Snapshot
from app.kernel.money import Money

# A failure can follow a success (Mollie: a refund that the bank sends back), never the reverse.
_PART_RANKS = {
    PartStatus.PENDING: 0,
    PartStatus.SUCCEEDED: 1,
    PartStatus.CANCELLED: 2,
    PartStatus.FAILED: 3,
}


def fits(payment: Payment, snapshot: Snapshot) -> bool:
    """Tell whether *snapshot* can be of this payment: the same amount and the same object."""
    same_object = payment.provider_ref in (None, snapshot.provider_ref)
    return same_object and snapshot.amount == payment.amount


def apply(payment: Payment, snapshot: Snapshot) -> Payment:
    """
    Return *payment* with what *snapshot* adds to it; the snapshot must fit.

    Commutative and idempotent. Operations are not touched: see `decide`.
    """
    seen = PaymentStatus(snapshot.status.value)
    # Who came back refused may pay with the next card: what was never secured is not over.
    is_first = snapshot.orders_ref is not None and payment.orders_ref is None
    if seen.rank > payment.status.rank or is_first:
        payment = replace(
            payment,
            status=seen,
            method=snapshot.method or payment.method,
            instrument=snapshot.instrument,
            checkout_url=snapshot.checkout_url,
            capture_before=snapshot.capture_before,
        )
    elif seen is payment.status:
        payment = replace(
            payment,
            instrument=payment.instrument or snapshot.instrument,
            checkout_url=payment.checkout_url or snapshot.checkout_url,
            capture_before=payment.capture_before or snapshot.capture_before,
        )
    return replace(
        payment,
        provider_ref=snapshot.provider_ref,
        orders_ref=payment.orders_ref or snapshot.orders_ref,
        taken=_taken(payment, snapshot),
        raised=_raised(payment, snapshot),
        fingerprint=payment.fingerprint or snapshot.fingerprint,
        parts=_merged(payment.parts, snapshot),
    )


def _taken(payment: Payment, snapshot: Snapshot) -> Money:
    if snapshot.captures or snapshot.captured <= payment.taken:
        return payment.taken
    return snapshot.captured


def _raised(payment: Payment, snapshot: Snapshot) -> Money | None:
    """Return what the hold has grown to: it only ever grows, so the largest is the last."""
    if snapshot.authorised is None or snapshot.authorised <= payment.limit:
        return payment.raised
    return snapshot.authorised


def _merged(parts: tuple[SeenPart, ...], snapshot: Snapshot) -> tuple[SeenPart, ...]:
    merged = {(part.kind, part.provider_ref): part for part in parts}
    for part in [
        *_seen(PartKind.CAPTURE, snapshot.captures),
        *_seen(PartKind.REFUND, snapshot.refunds),
        *_seen(PartKind.RELEASE, snapshot.releases),
        *_seen(PartKind.CHARGEBACK, snapshot.chargebacks),
        *_seen(PartKind.REVERSAL, snapshot.reversals),
        *_seen(PartKind.RAISE, snapshot.refused_raises),
    ]:
        old = merged.get((part.kind, part.provider_ref))
        if old is None or _PART_RANKS[part.status] > _PART_RANKS[old.status]:
            merged[part.kind, part.provider_ref] = part
    return tuple(merged[key] for key in sorted(merged))


def _seen(kind: PartKind, parts: Iterable[Part]) -> list[SeenPart]:
    return [SeenPart(kind, part.provider_ref, part.status, part.amount) for part in parts]
