"""Begin a journey for a transaction that a charge point began by itself: nothing is asked of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.sessions.close import make_room
from app.charging.sessions.prepare import prepare_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.authorised.events import JourneyChanged
from app.directpay.decide import PLUG_IN_WITHIN, Task
from app.directpay.desk import Secrets, token_digest
from app.directpay.model import LIVE_STAGES, Journey, Stage, Waiting
from app.directpay.news import Overtaken
from app.directpay.offers.site import site_of
from app.directpay.prices.terms import terms_at
from app.directpay.reader.model import KEPT_OFFLINE
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.read import get_operator
from app.pricing.promotions.codes import CodeKeys
from app.pricing.promotions.model import Asked
from app.pricing.promotions.reserve import reserve
from app.pricing.tariffs.choice.model import Choice
from app.pricing.tariffs.errors import NoTariff


@dataclass(frozen=True, slots=True)
class Begun:
    """
    A transaction that a charge point has begun, and the payment that will pay for it.

    *pay_key* is the same however often it is told; *began_at* is by the charge point's clock.
    """

    transaction_id: str
    pay_key: str
    payment_id: UUID
    limit: Money
    began_at: datetime | None


async def begin_running(
    work: Work, evse: Evse, begun: Begun, *, secrets: Secrets
) -> Journey | None:
    """
    Step: write the journey, and the session that the transaction will be bound to by its idTag.

    On the terms of when it began; what ran there before is over, and who is still paying on a page
    is too late. None, and nothing begun, when somebody else has paid for the socket, or the same
    transaction runs already. Raises NoTariff.
    """
    since = _since(work, begun)
    choice = await _choice(work, evse, since)
    if not await _is_free(work, evse, begun):
        return None
    journey = Journey(
        journey_id=work.ids.uuid7(work.now),
        operator_id=work.operator_id,
        code=evse.code,
        evse_uid=evse.evse_uid,
        payment_id=begun.payment_id,
        session_id=work.ids.uuid7(work.now),
        tariff_id=choice.tariff.tariff_id,
        tariff_version=choice.tariff.version,
        rule_id=choice.rule.rule_id,
        variant=choice.tariff.variant,
        held=begun.limit,
        locale=(await get_operator(work)).languages[0],
        began_at=work.now,
        version=1,
        state=Waiting(plug_in_by=work.now + PLUG_IN_WITHIN),
    )
    digest = token_digest(secrets.token(journey.journey_id))
    if not await store.insert_journey(work, journey, token_digest=digest, pay_key=begun.pay_key):
        return None
    await prepare_session(work, evse, journey.session_id, since=since)
    codes = CodeKeys((secrets.key, *secrets.former))
    await reserve(work, journey.session_id, site_of(evse, choice), Asked("", ""), codes)
    work.defer(Task.WAKE, at=work.now + PLUG_IN_WITHIN, journey_id=journey.journey_id)
    await work.emit(JourneyChanged.of(journey))
    return journey


async def _is_free(work: Work, evse: Evse, begun: Begun) -> bool:
    if not await make_room(work, evse, begun.transaction_id, began_at=begun.began_at):
        return False
    live = await store.live_journey_at(work, evse.evse_uid)
    if live is not None and live.stage is Stage.PAYING:
        live = await tell(work, live.journey_id, Overtaken())
    return live is None or live.stage not in LIVE_STAGES


async def _choice(work: Work, evse: Evse, since: datetime) -> Choice:
    """Return the tariff of *since*, or of now where there was none: the card is charged anyway."""
    try:
        return (await terms_at(work, evse, at=since)).choice
    except NoTariff:
        return (await terms_at(work, evse)).choice


def _since(work: Work, begun: Begun) -> datetime:
    """Return when it began, by the charge point's clock if that can be."""
    at = begun.began_at
    return at if at is not None and work.now - KEPT_OFFLINE <= at <= work.now else work.now
