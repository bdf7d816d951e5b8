"""Hear what a platform tells of a session of ours: live data, its end, and its record."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.charging.chargers.model import is_elsewhere
from app.charging.sessions.metering.measure import record_samples
from app.charging.sessions.model import (
    MeterSample,
    SampleReport,
    SessionState,
    StartReport,
    StopReport,
)
from app.charging.sessions.model import Session as OurSession
from app.charging.sessions.read import session_of_id_tag
from app.charging.sessions.start import start_transaction
from app.charging.sessions.stop import stop_transaction
from app.directpay.elsewhere.tell import ask_about_session, start_refused, tariff_shown_for
from app.infra.database import Work
from app.roaming.abroad import store
from app.roaming.abroad.cards import begin_with_card, session_of_card
from app.roaming.abroad.check import doubts_of
from app.roaming.abroad.model import Charge
from app.roaming.debts.book import book_theirs
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid
from app.roaming.platforms.model import Platform
from app.roaming.received.keep import keep, keep_for_good
from app.roaming.received.model import CDRS, SESSIONS, Name
from app.roaming.wire.sessions import Cdr, Session

_WATT_HOURS = 1000
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_OVER = ("COMPLETED", "INVALID")


@dataclass(frozen=True, slots=True)
class _Told:
    """Our session that a platform speaks of, and what the platform calls it."""

    session: OurSession
    their_id: str
    started_at: datetime


async def hear_session(platform: Platform, told: Session, *, desk: RoamingDesk) -> bool:
    """
    Keep a session of *platform*, and let it be the live data of ours; True when it was new.

    What is older than what is known changes nothing. The end only counts with the CDR. Raises
    OcpiInvalid when it was at no time that anybody charges.
    """
    _expect_charging_times(told)
    name = Name(platform.platform_id, SESSIONS, told.country_code, told.party_id, told.id)
    if told.status.upper() in ("ACTIVE", "COMPLETED"):
        await begin_with_card(platform, told, desk=desk)
    async with desk.database.work(platform.operator_id) as work:
        kept = await keep(work, name, told)
        ours = await session_told_of(work, platform, told)
    if ours is None or not kept.is_changed:
        return kept.is_new
    await _follow(platform, told, ours, desk)
    return kept.is_new


async def hear_cdr(platform: Platform, told: Cdr, *, desk: RoamingDesk) -> bool:
    """
    Keep a CDR of *platform*, and end our session by it; True when it was new.

    It is checked before: what differs from the tariff that the driver saw goes on the work list,
    and the driver pays what that tariff says. Raises OcpiInvalid when it is another CDR with the
    id of a known one, or at no time that anybody charges.
    """
    _expect_charging_times(told)
    name = Name(platform.platform_id, CDRS, told.country_code, told.party_id, told.id)
    if not told.credit:
        await begin_with_card(platform, told, desk=desk)
    async with desk.database.work(platform.operator_id) as work:
        kept = await keep_for_good(work, name, told)
        ours = await session_told_of(work, platform, told)
        known = None if ours is None else await store.charge_of(work, ours.session_id)
        if kept.is_new:
            await _book(work, platform, told, ours)
    if ours is None or told.credit or (known and known.recorded_at and not kept.is_new):
        return kept.is_new
    await _end(platform, told, ours, desk)
    return kept.is_new


def _expect_charging_times(told: Session | Cdr) -> None:
    times = (told.start_date_time, told.end_date_time, told.last_updated)
    periods = (one.start_date_time for one in told.charging_periods)
    for at in (*times, *periods):
        if at is not None and not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            raise OcpiInvalid(f"nobody charges in the year {at.year}", field="start_date_time")


async def _book(work: Work, platform: Platform, told: Cdr, ours: OurSession | None) -> None:
    """Owe what the CDR asks for, or not, and let a person know what is odd about that."""
    session_id = None if ours is None else ours.session_id
    debt = await book_theirs(work, platform.platform_id, told, session_id)
    if ours is None:
        return
    if told.credit:
        await ask_about_session(work, ours.session_id, _credit(told))
    if debt.doubt is not None:
        detail = f"CDR {told.id} is not booked: {debt.doubt}"
        await ask_about_session(work, ours.session_id, detail)


async def session_told_of(work: Work, platform: Platform, told: Session | Cdr) -> OurSession | None:
    """Return the session of ours that a platform speaks of, or None. A step."""
    for id_tag in filter(None, (told.authorization_reference, told.cdr_token.uid)):
        session = await session_of_id_tag(work, id_tag)
        if session is not None and is_elsewhere(session.identity):
            point = await store.point_of(work, session.evse_uid)
            if point is not None and point.platform_id == platform.platform_id:
                return session
    return await session_of_card(work, platform, told)


async def _follow(platform: Platform, told: Session, ours: OurSession, desk: RoamingDesk) -> None:
    status = told.status.upper()
    if status == "INVALID" and ours.state is SessionState.PENDING:
        await start_refused(ours.session_id, operator_id=ours.operator_id, database=desk.database)
        return
    if status not in ("ACTIVE", *_OVER):
        return
    found = _Told(ours, told.id, told.start_date_time)
    await _begin(found, desk)
    now = desk.clock.now()
    await record_samples(_samples(found, [_reading(told, now)]), database=desk.database)
    over_since = now if status in _OVER else None
    async with desk.database.work(ours.operator_id) as work:
        charge = Charge(ours.session_id, platform.platform_id, told.id, over_since)
        await store.put_charge(work, charge)


async def _end(platform: Platform, told: Cdr, ours: OurSession, desk: RoamingDesk) -> None:
    now = desk.clock.now()
    found = _Told(ours, told.session_id or ours.transaction_id or told.id, told.start_date_time)
    await _begin(found, desk)
    async with desk.database.work(ours.operator_id) as work:
        shown = await tariff_shown_for(work, ours.session_id)
        if ours.state is SessionState.WITHDRAWN:
            await ask_about_session(work, ours.session_id, _unpaid(told))
        elif shown is not None:
            for doubt in await doubts_of(work, told, ours, shown[1], shown[0].held):
                await ask_about_session(work, ours.session_id, doubt)
        charge = Charge(ours.session_id, platform.platform_id, found.their_id, now)
        await store.put_charge(work, charge)
    await stop_transaction(_stop(found, told, now), database=desk.database)
    # Last: should anything before be cut off, the platform's repetition does it again.
    async with desk.database.work(ours.operator_id) as work:
        await store.put_charge(work, replace(charge, recorded_at=now))


async def _begin(found: _Told, desk: RoamingDesk) -> None:
    """Bind the platform's session to ours; safe to repeat."""
    ours = found.session
    if ours.state in (SessionState.ACTIVE, SessionState.COMPLETED):
        return
    report = StartReport(
        operator_id=ours.operator_id,
        identity=ours.identity,
        evse_no=ours.evse_no,
        connector_no=None,
        id_tag=ours.id_tag,
        remote_start_id=None,
        station_transaction_id=found.their_id,
        meter_start_wh=Decimal(0),
        at=found.started_at,
        received_at=desk.clock.now(),
    )
    await start_transaction(report, database=desk.database)


def _samples(found: _Told, samples: list[MeterSample]) -> SampleReport:
    ours = found.session
    return SampleReport(
        ours.operator_id, ours.identity, found.their_id, ours.evse_no, None, samples
    )


def _reading(told: Session, now: datetime) -> MeterSample:
    at = min(told.end_date_time or told.last_updated, now)
    return MeterSample(at, now, energy_wh=told.kwh * _WATT_HOURS, context="Ocpi.Session")


def _stop(found: _Told, told: Cdr, now: datetime) -> StopReport:
    ours = found.session
    return StopReport(
        operator_id=ours.operator_id,
        identity=ours.identity,
        transaction_id=ours.transaction_id or found.their_id,
        evse_no=ours.evse_no,
        connector_no=None,
        id_tag=None,
        meter_stop_wh=told.total_energy * _WATT_HOURS,
        at=told.end_date_time,
        received_at=now,
        reason="Cdr",
        samples=_registers(told, now),
    )


def _registers(told: Cdr, now: datetime) -> list[MeterSample]:
    """Return the energy at the beginning of each period, where periods state any."""
    found, energy = [], Decimal(0)
    for period in sorted(told.charging_periods, key=lambda one: one.start_date_time):
        found.append(
            MeterSample(
                period.start_date_time, now, energy_wh=energy * _WATT_HOURS, context="Ocpi.Cdr"
            )
        )
        energy += sum((one.volume for one in period.dimensions if one.type == "ENERGY"), Decimal(0))
    return found if energy else []


def _unpaid(told: Cdr) -> str:
    amount = f"{told.total_cost.gross} {told.currency}"
    return f"CDR {told.id} asks for {amount} of a session that was given up before"


def _credit(told: Cdr) -> str:
    amount = f"{told.total_cost.gross} {told.currency}"
    return f"the platform credits CDR {told.credit_reference_id} with CDR {told.id}: {amount}"
