"""Write down a payment that is secured already: somebody else authorised it."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.funds.payments import store
from app.funds.payments.model import OperationKind, OperationState, Payment
from app.funds.payments.outside.snapshot import as_it_is
from app.funds.payments.ports import Origin, ProviderStatus, SettledBy, Strategy
from app.funds.payments.record import record
from app.funds.payments.rules.news import Observed
from app.funds.payments.rules.plan import new_operation
from app.funds.payments.steps import REFERENCE_LENGTH
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Secured:
    """
    An authorisation of *amount*, gross, for *subject_id*, a session, that we did not order.

    *provider_ref* is what the provider behind it calls it, *account_id* where the money is
    expected, *instrument* how the driver knows the card again.
    """

    payment_id: UUID
    subject_id: UUID
    account_id: UUID
    provider_ref: str
    amount: Money
    method: str
    origin: Origin
    settled_by: SettledBy
    instrument: str | None = None


async def secure_outside(work: Work, secured: Secured) -> Payment:
    """Step: write the payment as a hold, and post it; tells PaymentSecured. Once for each id."""
    payment = Payment(
        payment_id=secured.payment_id,
        operator_id=work.operator_id,
        account_id=secured.account_id,
        subject_id=secured.subject_id,
        reference=work.ids.id_tag()[:REFERENCE_LENGTH],
        amount=secured.amount,
        method=secured.method,
        ordered_strategy=Strategy.HOLD,
        opened_at=work.now,
        taken=Money.zero(secured.amount.currency),
        provider_ref=secured.provider_ref,
        orders_ref=secured.provider_ref,
        instrument=secured.instrument,
        origin=secured.origin,
        settled_by=secured.settled_by,
    )
    start = new_operation(payment, OperationKind.START, None, work.now)
    done = replace(start, state=OperationState.SUCCEEDED, provider_ref=secured.provider_ref)
    payment = payment.with_operation(done)
    await store.insert_payment(work, payment)
    held = replace(as_it_is(payment), status=ProviderStatus.AUTHORISED)
    return await record(work, payment, Observed(held))
