"""Tell charge points what is paid there: when they come, at the start, and at the end."""

import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.charging.cdrs.read import energy_of
from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_of, get_evse
from app.charging.sessions.events import SessionStarted
from app.charging.sessions.model import Session
from app.charging.sessions.read import get_session
from app.directpay import store
from app.directpay.authorised.events import JourneyChanged
from app.directpay.board.notices import Agreed, Default, Final, Place, PriceBoard
from app.directpay.board.running import place_of
from app.directpay.model import Ended, Stage
from app.directpay.prices.show import vat_at
from app.directpay.prices.terms import agreed_tariff, terms_at
from app.infra.database import Database, Reactors, Work
from app.infra.i18n import format_energy, format_money, speaking
from app.kernel.errors import Problem
from app.kernel.money import Money
from app.pricing.tariffs.engine import plan_of, price_block
from app.pricing.tariffs.words.prices import Change, price_sentences

log = logging.getLogger(__name__)

Telling = Callable[[Work], Awaitable[None]]


def board_reactors(board: PriceBoard) -> Reactors:
    """Return what tells the *board*, once the transaction that it is about is committed."""

    async def started(work: Work, event: SessionStarted) -> None:
        _afterwards(work, lambda later: _tell_start(later, event.session_id, board))

    async def changed(work: Work, event: JourneyChanged) -> None:
        if event.stage is Stage.ENDED:
            _afterwards(work, lambda later: _tell_end(later, event.journey_id, board))

    return {
        SessionStarted: (started,),
        JourneyChanged: (changed,),
    }


async def tell_defaults(
    operator_id: UUID, identity: str, *, board: PriceBoard, database: Database
) -> None:
    """Tell the *board* what whoever comes pays at a charge point; without a price, nothing."""
    await _tell(operator_id, lambda work: _tell_defaults(work, identity, board), database)


def _afterwards(work: Work, telling: Telling) -> None:
    operator_id = work.operator_id
    work.then(lambda database: _tell(operator_id, telling, database))


async def _tell(operator_id: UUID, telling: Telling, database: Database) -> None:
    try:
        async with database.work(operator_id) as work:
            await telling(work)
    except Problem as problem:
        # What is shown at the charge point is a courtesy: the page has it, too.
        log.warning("a charge point was not told a price: %s", problem.detail)


async def _tell_defaults(work: Work, identity: str, board: PriceBoard) -> None:
    for evse in await evses_of(work, identity):
        terms = await terms_at(work, evse)
        tariff = terms.tariff.tariff
        board.tell(Default(place_of(evse), tariff, vat_at(evse, work.now)))


async def _tell_start(work: Work, session_id: UUID, board: PriceBoard) -> None:
    journey = await store.journey_of_session(work, session_id)
    if journey is None:
        return
    session = await get_session(work, session_id)
    evse = await get_evse(work, journey.evse_uid)
    version = await agreed_tariff(work, journey, work.now)
    vat, zone = vat_at(evse, work.now), evse.location.time_zone
    block = price_block(plan_of(version), session.started_at or work.now, zone, vat)
    with speaking(journey.locale):
        text = " ".join(price_sentences(block, Change(block.next_change, zone)))
    board.tell(
        Agreed(
            place=_place(evse, session),
            id_tag=session.id_tag,
            language=journey.locale,
            text=text,
            tariff=version.tariff,
            vat=vat,
            limit=journey.held,
        )
    )


async def _tell_end(work: Work, journey_id: UUID, board: PriceBoard) -> None:
    journey = await store.get_journey(work, journey_id)
    if journey is None or not isinstance(journey.state, Ended):
        return
    session = await get_session(work, journey.session_id)
    if session.transaction_id is None:
        return
    evse = await get_evse(work, journey.evse_uid)
    cost = Money(journey.state.charged_minor, journey.held.currency)
    energy_kwh = await energy_of(work, session)
    with speaking(journey.locale):
        text = f"{format_energy(energy_kwh)} · {format_money(cost)}"
    board.tell(Final(_place(evse, session), journey.locale, text, cost))


def _place(evse: Evse, session: Session) -> Place:
    return place_of(evse, session.transaction_id or "")
