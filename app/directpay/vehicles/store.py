"""Vehicles that were seen and nobody has agreed to, and what drivers agreed to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Row, Text, Uuid, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.directpay.store import journey
from app.directpay.vehicles.model import Sighting
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

sightings = operator_table(
    "vehicle_sighting",
    Column("evse_uid", Text, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("session_id", Uuid),
)
consents = operator_table(
    "vehicle_consent",
    Column("token_id", Uuid, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("words", Text, nullable=False),
    Column("agreed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
_s, _c = sightings.c, consents.c
Index("ix_vehicle_sighting_seen_at", _s.seen_at)
Index("ix_vehicle_sighting_session", _s.operator_id, _s.session_id)
Index("ix_vehicle_consent_driver", _c.operator_id, _c.driver_id)


async def see(work: Work, evse_uid: str, uid: str) -> None:
    """Note the vehicle that is at an EVSE; the one before has gone."""
    key = {"operator_id": work.operator_id, "evse_uid": evse_uid}
    values = {"uid": uid, "seen_at": work.now, "session_id": None}
    statement = insert(sightings).values(**key, **values)
    await work.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


async def link(work: Work, evse_uid: str, session_id: UUID, since: datetime) -> None:
    """Let the vehicle that was seen at an EVSE *since* then be that of a session."""
    its = (_s.operator_id == work.operator_id, _s.evse_uid == evse_uid, _s.seen_at >= since)
    free = _s.session_id.is_(None)
    await work.execute(update(sightings).where(*its, free).values(session_id=session_id))


async def leave(work: Work, evse_uids: Sequence[str]) -> None:
    """Forget the vehicles at EVSEs that no session began with: they have gone."""
    its = (_s.operator_id == work.operator_id, _s.evse_uid.in_(evse_uids))
    await work.execute(delete(sightings).where(*its, _s.session_id.is_(None)))


async def offered_to(work: Work, driver_id: UUID, since: datetime) -> list[Sighting]:
    """Return the vehicles of a driver's sessions that were seen *since* then, the newest first."""
    own = and_(
        journey.c.operator_id == _s.operator_id,
        journey.c.session_id == _s.session_id,
        journey.c.driver_id == driver_id,
    )
    query = scoped(sightings, work).where(
        _s.seen_at >= since, select(journey.c.journey_id).where(own).exists()
    )
    return [_sighting(row) for row in await work.execute(query.order_by(_s.seen_at.desc()))]


async def forget(work: Work, uid: str) -> None:
    """Forget where a vehicle was seen."""
    its = (_s.operator_id == work.operator_id, _s.uid == uid)
    await work.execute(delete(sightings).where(*its))


async def forget_old(work: Work, *, unlinked_before: datetime, linked_before: datetime) -> int:
    """Forget the vehicles of all operators that were seen before; return how many."""
    old = or_(
        _s.seen_at < linked_before,
        and_(_s.session_id.is_(None), _s.seen_at < unlinked_before),
    )
    return (await work.execute(delete(sightings).where(old))).rowcount


async def add_consent(work: Work, token_id: UUID, driver_id: UUID, words: str) -> None:
    """Write what a driver agreed to; agreed again, it counts from now on."""
    key = {"operator_id": work.operator_id, "token_id": token_id}
    values = {"driver_id": driver_id, "words": words, "agreed_at": work.now, "ended_at": None}
    statement = insert(consents).values(**key, **values)
    await work.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


async def end_consent(work: Work, token_id: UUID) -> None:
    """Write that a driver agrees to it no longer."""
    its = (_c.operator_id == work.operator_id, _c.token_id == token_id, _c.ended_at.is_(None))
    await work.execute(update(consents).where(*its).values(ended_at=work.now))


def _sighting(row: Row[tuple[object, ...]]) -> Sighting:
    return Sighting(row.evse_uid, row.uid, row.seen_at, row.session_id)
