"""A card of ours is held to a reader elsewhere: the journey begins with what is told of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.charging.chargers.read import get_evse
from app.charging.sessions.model import Session as OurSession
from app.charging.sessions.model import StartReport
from app.charging.sessions.read import session_of_transaction
from app.charging.tokens.read import token_of_uid
from app.directpay.reader.desk import ReaderDesk
from app.directpay.reader.start import start_at_reader
from app.infra.database import Work
from app.roaming.abroad.model import Point
from app.roaming.abroad.read import usable_points
from app.roaming.desk import RoamingDesk
from app.roaming.platforms.find import our_party
from app.roaming.platforms.model import Party, Platform
from app.roaming.wire.sessions import Cdr, Session
from app.roaming.wire.tokens import LocationReferences
from app.roaming.wire.values import CdrToken


@dataclass(frozen=True, slots=True)
class Use:
    """A session elsewhere, by whatever tells of it: whose token, at which EVSE, since when."""

    token: CdrToken
    place: LocationReferences
    their_id: str
    started_at: datetime


def use_of(told: Session | Cdr) -> Use:
    """Return what a session, or its CDR, says of who charges where."""
    if isinstance(told, Session):
        place = LocationReferences(location_id=told.location_id, evse_uids=(told.evse_uid,))
        return Use(told.cdr_token, place, told.id, told.start_date_time)
    where = told.cdr_location
    place = LocationReferences(location_id=where.id, evse_uids=(where.evse_uid,))
    return Use(told.cdr_token, place, told.session_id or told.id, told.start_date_time)


async def session_of_card(work: Work, platform: Platform, told: Session | Cdr) -> OurSession | None:
    """Return the session that a card of ours began, which *platform* speaks of, or None. A step."""
    use = use_of(told)
    point = await _point(work, platform, use)
    if point is None:
        return None
    return await session_of_transaction(work, point.identity, use.their_id)


async def begin_with_card(platform: Platform, told: Session | Cdr, *, desk: RoamingDesk) -> None:
    """
    Begin the journey of a card of ours that charges at *platform*; safe to repeat.

    It is that of a card at a reader of our own: its driver's credit, or an account, pays. One that
    may not, or at a socket that is not offered here, is recorded as nobody's, and its platform is
    asked to stop it.
    """
    use = use_of(told)
    async with desk.database.work(platform.operator_id) as work:
        point = await _point(work, platform, use)
        if point is None or await token_of_uid(work, use.token.uid) is None:
            return
        if await session_of_transaction(work, point.identity, use.their_id) is not None:
            return
        evse = await get_evse(work, point.evse_uid)
        report = StartReport(
            operator_id=work.operator_id,
            identity=point.identity,
            evse_no=evse.evse_no,
            connector_no=None,
            id_tag=use.token.uid,
            remote_start_id=None,
            station_transaction_id=use.their_id,
            meter_start_wh=Decimal(0),
            at=use.started_at,
            received_at=work.now,
        )
    await start_at_reader(report, desk=ReaderDesk(desk.database, desk.secrets))


async def _point(work: Work, platform: Platform, use: Use) -> Point | None:
    """Return where one of our cards is used, or None: it is none of ours, or not offered here."""
    token = use.token
    if not platform.takes_cards:
        return None
    if Party(token.country_code.upper(), token.party_id.upper()) != await our_party(work):
        return None
    return next(iter(await usable_points(work, platform.platform_id, use.place)), None)
