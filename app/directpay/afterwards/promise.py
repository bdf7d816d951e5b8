"""Promise a session's price: checked with the provider, then noted with the journey."""

from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.model import Evse
from app.directpay import store as journeys
from app.directpay.afterwards import store
from app.directpay.afterwards.errors import ChargeAfterRefused
from app.directpay.afterwards.model import Promise, PromiseState
from app.directpay.afterwards.rule import limit_in
from app.directpay.desk import Desk
from app.directpay.errors import PaymentsDown
from app.directpay.model import Journey
from app.funds.means.errors import MeansNotFound
from app.funds.means.model import KeptMeans, Removal
from app.funds.means.read import lock_means
from app.funds.means.remove import end_means
from app.funds.payments.ports import Origin, Strategy
from app.funds.payments.providers.keeping import kept_for
from app.funds.payments.steps import PaymentOrder
from app.infra.database import Work
from app.infra.jobs import TryAgain
from app.kernel.money import Money
from app.people.identity.drivers.read import get_driver


@dataclass(frozen=True, slots=True)
class Chosen:
    """A signed-in driver's own choice: pay afterwards, with a means that they keep."""

    driver_id: UUID
    means_id: UUID


@dataclass(frozen=True, slots=True)
class Promised:
    """A means that its provider still keeps, as *token*, and the most that the session may cost."""

    means: KeptMeans
    token: str
    amount: Money


async def promised_at(evse: Evse, chosen: Chosen, *, desk: Desk) -> Promised:
    """
    Return what a session at *evse* is promised with, after asking the provider for the means.

    Raises ChargeAfterRefused, MeansNotFound, and PaymentsDown when the provider does not answer.
    """
    operator_id = evse.operator_id
    async with desk.database.work(operator_id) as work:
        limit = await limit_in(work, evse.hold.currency)
        means = await lock_means(work, chosen.means_id, chosen.driver_id)
    if limit is None:
        raise ChargeAfterRefused("this operator charges nothing afterwards", reason="not_offered")
    try:
        kept = await kept_for(means.keeping(operator_id), desk=desk.payments)
    except TryAgain as error:
        raise PaymentsDown("the provider does not answer", method=means.method) from error
    if not kept:
        await _is_gone(means, operator_id, desk)
        raise MeansNotFound("the provider keeps it no longer", means_id=means.means_id)
    return Promised(means, kept[0].token, limit)


async def promise(
    work: Work, journey: Journey, evse: Evse, promised: Promised, page: str
) -> PaymentOrder:
    """
    Step: note the promise and return the payment that stands for it, which moves no money.

    *page* is the address that what is charged later leads back to.

    The receipt goes to the driver's own address. Raises ChargeAfterRefused as long as the driver
    has not paid another session, or one runs; MeansNotFound.
    """
    means = await lock_means(work, promised.means.means_id, promised.means.driver_id)
    new = Promise(
        journey_id=journey.journey_id,
        driver_id=means.driver_id,
        means_id=means.means_id,
        account_id=means.account_id,
        customer=means.customer,
        token=promised.token,
        method=means.method,
        limit=journey.held,
        page=page,
    )
    if not await store.add(work, new):
        raise await _refusal(work, means.driver_id)
    address = (await get_driver(work, means.driver_id)).email
    await journeys.set_receipt_email(work, journey.journey_id, address)
    return _stands_for(means, journey, evse)


def _stands_for(means: KeptMeans, journey: Journey, evse: Evse) -> PaymentOrder:
    """Return the payment that is secured by nothing but the driver's word."""
    return PaymentOrder(
        payment_id=journey.payment_id,
        subject_id=journey.session_id,
        amount=journey.held,
        method=means.method,
        strategy=Strategy.CHARGE_AFTER,
        locale=journey.locale,
        description=f"{evse.location.name} {evse.evse_id}",
        return_url="",
        country=evse.location.country,
        account_id=means.account_id,
        origin=Origin.PROMISE,
        instrument=means.instrument or None,
    )


async def _refusal(work: Work, driver_id: UUID) -> ChargeAfterRefused:
    before = await store.open_of(work, driver_id)
    if before is not None and before.state is PromiseState.OWED:
        return ChargeAfterRefused("a session before is not paid yet", reason="unpaid")
    return ChargeAfterRefused("another session is not paid yet", reason="under_way")


async def _is_gone(means: KeptMeans, operator_id: UUID, desk: Desk) -> None:
    async with desk.database.work(operator_id) as work:
        still = await lock_means(work, means.means_id, means.driver_id)
        await end_means(work, still, Removal.GONE)
