"""A payment as a provider would have it that can't be asked: what we were told of it so far."""

from app.funds.payments.model import PartKind, Payment, PaymentStatus
from app.funds.payments.ports import Part, ProviderStatus, Snapshot


def as_it_is(payment: Payment) -> Snapshot:
    """Return *payment* in a provider's words, as it is known now."""
    is_new = payment.status is PaymentStatus.CREATED
    return Snapshot(
        provider_ref=payment.provider_ref or str(payment.payment_id),
        status=ProviderStatus.OPEN if is_new else ProviderStatus(payment.status.value),
        amount=payment.amount,
        captured=payment.captured,
        refunded=payment.refunded,
        method=payment.method,
        checkout_url=None,
        capture_before=None,
        instrument=payment.instrument,
        captures=_parts(payment, PartKind.CAPTURE),
        refunds=_parts(payment, PartKind.REFUND),
        authorised=payment.raised,
    )


def _parts(payment: Payment, kind: PartKind) -> tuple[Part, ...]:
    return tuple(
        Part(part.provider_ref, part.status, part.amount)
        for part in payment.parts
        if part.kind is kind
    )
