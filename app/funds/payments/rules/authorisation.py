"""What a journey pays by, wherever the driver agreed to it: one view of every payment."""

from dataclasses import dataclass
from datetime import datetime

from app.funds.payments.model import Payment
from app.funds.payments.ports import Origin, SettledBy, Strategy
from app.funds.payments.rules.plan import hold_deadline
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Authorisation:
    """
    A driver's word that a session will be paid, up to *limit*, which is gross.

    *reference* is ours and short, *provider_ref* that of who settles it (*settled_by*). It is good
    until *valid_until*: what is not settled by then may be gone. *fingerprint* is the same whenever
    the same card is shown to the terminals of one operator; None where that is not known.
    """

    origin: Origin
    strategy: Strategy
    settled_by: SettledBy
    limit: Money
    reference: str
    provider_ref: str | None
    valid_until: datetime
    fingerprint: str | None = None


def authorisation_of(payment: Payment) -> Authorisation:
    """Return *payment* as what a journey pays by."""
    return Authorisation(
        origin=payment.origin,
        strategy=payment.strategy,
        settled_by=payment.settled_by,
        limit=payment.limit,
        reference=payment.reference,
        provider_ref=payment.orders_ref or payment.provider_ref,
        valid_until=hold_deadline(payment),
        fingerprint=payment.fingerprint,
    )
