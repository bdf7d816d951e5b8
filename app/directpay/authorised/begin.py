"""Begin a journey with a payment that is secured: the driver agreed at a terminal."""

from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.prepare import prepare_session
from app.directpay import store
from app.directpay.advance import move
from app.directpay.desk import Secrets, token_digest
from app.directpay.errors import PointBusy, PointOffline, PointOutOfOrder
from app.directpay.model import Journey, Paying
from app.directpay.news import PaymentSecured
from app.directpay.offers.site import site_of
from app.directpay.pay import free_the_socket
from app.directpay.prices.terms import terms_at
from app.funds.payments.steps import get_payment
from app.infra.database import Work
from app.pricing.promotions.codes import CodeKeys
from app.pricing.promotions.model import Asked
from app.pricing.promotions.reserve import reserve
from app.pricing.tariffs.errors import NoTariff


@dataclass(frozen=True, slots=True)
class Agreed:
    """
    What a driver agreed to, and on which payment; the ids are made before anything is asked.

    *session_id* is what the payment is for. The tariff is the one that was shown: *variant* and
    *rule_id* are those of `Journey`.
    """

    journey_id: UUID
    session_id: UUID
    payment_id: UUID
    evse_uid: str
    tariff_id: str
    tariff_version: int
    rule_id: UUID
    variant: str
    locale: str


async def begin_authorised(work: Work, agreed: Agreed, *, secrets: Secrets) -> Journey | None:
    """
    Step: begin the journey that *agreed* pays for, in the transaction that secured the payment.

    The charge point is asked by a job of the same commit, so nothing is lost in between. None, and
    nothing begun, when the socket can't be used (any more): the money is the caller's to give back.
    """
    try:
        evse = await get_evse(work, agreed.evse_uid)
        choice = (await terms_at(work, evse)).choice
        await free_the_socket(work, evse)
    except (EvseNotFound, NoTariff, PointBusy, PointOffline, PointOutOfOrder):
        return None
    journey = await _journey(work, agreed, evse)
    token = secrets.token(journey.journey_id)
    if not await store.insert_journey(
        work,
        journey,
        token_digest=token_digest(token),
        pay_key=f"authorised:{agreed.payment_id}",
    ):
        return None
    await prepare_session(work, evse, agreed.session_id)
    codes = CodeKeys((secrets.key, *secrets.former))
    await reserve(work, agreed.session_id, site_of(evse, choice), Asked("", ""), codes)
    return await move(work, journey, PaymentSecured())


async def _journey(work: Work, agreed: Agreed, evse: Evse) -> Journey:
    payment = await get_payment(work, agreed.payment_id)
    return Journey(
        journey_id=agreed.journey_id,
        operator_id=work.operator_id,
        code=evse.code,
        evse_uid=evse.evse_uid,
        payment_id=agreed.payment_id,
        session_id=agreed.session_id,
        tariff_id=agreed.tariff_id,
        tariff_version=agreed.tariff_version,
        rule_id=agreed.rule_id,
        variant=agreed.variant,
        held=payment.limit,
        locale=agreed.locale,
        began_at=work.now,
        version=1,
        state=Paying(kept_until=work.now, until=work.now),
    )
