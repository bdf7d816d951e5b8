"""Pages of locations with their EVSEs, straight from the tables."""

import operator
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.charging.chargers.connectors import connectors_in
from app.charging.chargers.model import (
    ELSEWHERE,
    Connector,
    EvseStatus,
    Location,
    effective_status,
)
from app.charging.chargers.stations.store import charge_points, is_reachable
from app.charging.chargers.store import evses, holds, locations
from app.charging.chargers.terminals.store import terminals
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, scoped
from app.kernel.money import Money

_l, _e = locations.c, evses.c
# In the order of the fields of a Location, and when it changed.
_LOCATION = (
    *(_l.location_id, _l.name, _l.address, _l.postal_code, _l.city, _l.country),
    *(_l.latitude, _l.longitude, _l.time_zone, _l.updated_at),
)
_TOUCHED = Ready(
    text(
        """
        UPDATE evse SET updated_at = :now
        WHERE operator_id = :operator AND identity = ANY(:identities) AND removed_at IS NULL
        RETURNING evse_uid
        """
    )
    .bindparams(
        bindparam("operator", type_=Uuid),
        bindparam("identities", type_=ARRAY(Text)),
        bindparam("now", type_=UtcDateTime),
    )
    .columns(column("evse_uid"))
)


class PublicEvse(msgspec.Struct, frozen=True):
    """
    An EVSE as others may know it; UNKNOWN while its charge point cannot be reached.

    *reserves* says that it can be kept for somebody, *has_terminal* that cards are taken at a
    terminal in the charge point.
    """

    evse_uid: str
    evse_id: str
    code: str
    connectors: tuple[Connector, ...]
    physical_reference: str
    status: EvseStatus
    updated_at: datetime
    reserves: bool = False
    has_terminal: bool = False

    @property
    def max_power_kw(self) -> Decimal:
        """Return the power of its strongest connector."""
        return max(each.max_power_kw for each in self.connectors)


class PublicLocation(msgspec.Struct, frozen=True):
    """A location with its EVSEs in use; *updated_at* is when the latest of all changed."""

    location: Location
    evses: tuple[PublicEvse, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Which locations are wanted: changed from *since* and before *until*, after a key, so many."""

    since: datetime | None = None
    until: datetime | None = None
    offset: int = 0
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where something stands, as far as taxes care; *country* has two letters."""

    country: str
    postal_code: str


async def addresses_of(work: Work, names: Collection[str]) -> dict[str, Address]:
    """Return where these locations and EVSEs are, by their ids."""
    joined = _e.operator_id == _l.operator_id, _e.location_id == _l.location_id
    columns = (_l.location_id, _e.evse_uid, _l.country, _l.postal_code)
    query = scoped(locations, work, *columns).outerjoin(evses, and_(*joined))
    query = query.where(or_(_l.location_id.in_(names), _e.evse_uid.in_(names)))
    found: dict[str, Address] = {}
    for row in await work.execute(query):
        address = Address(row.country, row.postal_code)
        found |= {row.location_id: address, row.evse_uid: address}
    return found


async def page_of(work: Work, window: Window) -> list[PublicLocation]:
    """Return a page of the operator's own locations by id. A step."""
    query = _changed(scoped(locations, work, *_LOCATION), work, window).order_by(_l.location_id)
    if window.after is None:
        query = query.offset(window.offset)
    else:
        query = query.where(_l.location_id > window.after)
    rows = (await work.execute(query.where(_ours()).limit(window.limit))).all()
    return await _with_evses(work, rows)


async def count_of(work: Work, window: Window) -> int:
    """Return how many locations there are in all pages of *window*. A step."""
    query = _changed(scoped(locations, work, func.count()), work, window)
    found: int = (await work.execute(query.where(_ours()))).scalar_one()
    return found


async def location_of(work: Work, location_id: str) -> PublicLocation | None:
    """Return one of the operator's own locations, or None. A step."""
    query = scoped(locations, work, *_LOCATION)
    query = query.where(_ours(), _l.location_id == location_id)
    found = await _with_evses(work, (await work.execute(query)).all())
    return found[0] if found else None


async def locations_named(work: Work, location_ids: Collection[str]) -> list[PublicLocation]:
    """Return these of the operator's locations, in any order, those of other platforms too."""
    return await _with_evses(work, await work.rows(_NAMED, _at(work, location_ids)))


async def location_of_evse(work: Work, evse_uid: str) -> PublicLocation | None:
    """Return the location of an EVSE, or None. A step."""
    query = scoped(evses, work, _e.location_id).where(_e.evse_uid == evse_uid)
    location_id = (await work.execute(query)).scalar_one_or_none()
    return None if location_id is None else await location_of(work, location_id)


async def touch_evses(work: Work, identities: Sequence[str]) -> list[str]:
    """Note that the EVSEs of charge points changed: these came or went. Return their uids."""
    asked = {"operator": work.operator_id, "identities": identities, "now": work.now}
    return [row.evse_uid for row in await work.rows(_TOUCHED, asked)]


def _ours() -> ColumnElement[bool]:
    return not_(_l.location_id.startswith(f"{ELSEWHERE}."))


def _changed(query: Select[Any], work: Work, window: Window) -> Select[Any]:
    """Narrow *query* to what changed within the *window*, in the location or one of its EVSEs."""
    for bound, within in ((window.since, operator.ge), (window.until, operator.lt)):
        if bound is not None:
            its = and_(
                _e.operator_id == work.operator_id,
                _e.location_id == _l.location_id,
                within(_e.updated_at, bound),
            )
            any_of_its = select(_e.evse_uid).where(its).exists()
            query = query.where(or_(within(_l.updated_at, bound), any_of_its))
    return query


async def _with_evses(work: Work, rows: Collection[Row[Any]]) -> list[PublicLocation]:
    found = await _evses_at(work, [row.location_id for row in rows])
    return [_public(row, found.get(row.location_id, [])) for row in rows]


def _public(row: Row[Any], its: list[PublicEvse]) -> PublicLocation:
    updated_at = max([row.updated_at, *(one.updated_at for one in its)])
    return PublicLocation(Location(*tuple(row)[:-1]), tuple(its), updated_at)


async def _evses_at(work: Work, location_ids: Collection[str]) -> dict[str, list[PublicEvse]]:
    found: dict[str, list[PublicEvse]] = {}
    for row in await work.rows(_EVSES_AT, _at(work, location_ids)):
        found.setdefault(row.location_id, []).append(_evse(row, work.now))
    return found


def _at(work: Work, location_ids: Collection[str]) -> dict[str, object]:
    return {"of_operator": work.operator_id, "at_locations": list(location_ids)}


def _are_at(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    its, names = table.c, bindparam("at_locations", type_=ARRAY(Text))
    mine = its.operator_id == bindparam("of_operator", type_=Uuid)
    return mine, its.location_id == any_(names)


def _evses_statement() -> Select[Any]:
    its = charge_points.c
    on = and_(its.operator_id == _e.operator_id, its.identity == _e.identity)
    names = ("location_id", "evse_uid", "evse_id", "code", "physical_reference")
    return (
        select(
            *(_e[name] for name in (*names, "status", "status_since", "updated_at")),
            cast(_e.connectors, Text).label("connectors"),
            its.connected,
            its.last_seen_at,
            its.status.label("station_status"),
            its.reserves,
            _has_terminal().label("has_terminal"),
        )
        .join(charge_points, on)
        .where(*_are_at(evses), _e.removed_at.is_(None))
        .order_by(_e.location_id, _e.evse_uid)
    )


def _has_terminal() -> ColumnElement[bool]:
    """Tell of an EVSE whether a terminal of its own, or one of all of them (0), takes cards."""
    t = terminals.c
    there = and_(t.operator_id == _e.operator_id, t.identity == _e.identity)
    its = and_(there, or_(t.evse_no == 0, t.evse_no == _e.evse_no), t.problem.is_(None))
    return select(t.evse_no).where(its).exists()


def _evse(row: Row[Any], now: datetime) -> PublicEvse:
    status = effective_status(EvseStatus(row.status), EvseStatus(row.station_status))
    return PublicEvse(
        evse_uid=row.evse_uid,
        evse_id=row.evse_id,
        code=row.code,
        connectors=connectors_in(row.connectors),
        physical_reference=row.physical_reference,
        status=status if is_reachable(row, now) else EvseStatus.UNKNOWN,
        updated_at=max(row.updated_at, row.status_since or row.updated_at),
        reserves=bool(row.reserves),
        has_terminal=row.has_terminal,
    )


async def largest_hold(work: Work, currency: str) -> Money | None:
    """Return the largest hold amount of the operator's own EVSEs in *currency*, or None."""
    h = holds.c
    mine = (h.currency == currency, not_(h.target.startswith(f"{ELSEWHERE}.")))
    most = (await work.execute(scoped(holds, work, func.max(h.minor)).where(*mine))).scalar()
    return None if most is None else Money(most, currency)


_NAMED: Final = Ready(select(*_LOCATION).where(*_are_at(locations)))
_EVSES_AT: Final = Ready(_evses_statement())
