"""Keep the means that pays a session, because the driver ticked the box."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.funds.means.keep import keep_means
from app.funds.means.model import KeptMeans
from app.funds.payments.steps import PaymentOrder
from app.infra.database import Work


@dataclass(frozen=True, slots=True)
class Consent:
    """A signed-in driver's wish to keep a means; *words* is the version of what was agreed to."""

    driver_id: UUID
    words: str


async def keep_with(
    work: Work, ordered: PaymentOrder, consent: Consent, customer: str
) -> PaymentOrder:
    """
    Step: note the consent, and return *ordered* as a payment whose provider keeps the means.

    Only the provider of this account knows the *customer*, so no other takes the payment.
    """
    assert ordered.account_id is not None, "a way to pay has an account"  # noqa: S101
    await keep_means(
        work,
        KeptMeans(
            means_id=ordered.payment_id,
            driver_id=consent.driver_id,
            account_id=ordered.account_id,
            customer=customer,
            method=ordered.method,
            words=consent.words,
            locale=ordered.locale,
            agreed_at=work.now,
        ),
    )
    return replace(ordered, customer=customer, alternatives=())
