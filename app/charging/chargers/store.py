"""Locations, EVSEs, charge points and hold amounts in the database."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    Numeric,
    Row,
    Text,
    and_,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.charging.chargers.connectors import connectors_of
from app.charging.chargers.display.model import DisplayCode
from app.charging.chargers.model import (
    Evse,
    EvseStatus,
    Location,
    effective_status,
)
from app.charging.chargers.stations.model import ChargePoint, EvseOnStation
from app.charging.chargers.stations.store import charge_points, is_reachable
from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table
from app.kernel.money import Money

locations = operator_table(
    "location",
    Column("location_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("latitude", Numeric(9, 6), nullable=False),
    Column("longitude", Numeric(9, 6), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, server_default=func.now()),
)
Index("ix_location_latitude", locations.c.operator_id, locations.c.latitude)

# "E-mobility ID-codes": separators mean nothing, and neither does the case.
_plain_id = literal_column("upper(translate(evse_id, '*-', ''))", Text)
evses = operator_table(
    "evse",
    Column("evse_uid", Text, primary_key=True),
    Column("evse_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("location_id", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("evse_no", Integer, nullable=False),
    Column("ocpp16_connector_id", Integer, nullable=False),
    Column("current", Text, nullable=False),
    Column("connectors", JSONB, nullable=False),
    Column("physical_reference", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="Unknown"),
    Column("status_since", UtcDateTime),
    Column("connector_states", JSONB, nullable=False, server_default="{}"),
    Column("removed_at", UtcDateTime),
    Column("display_code", JSONB),
    Column("display_rotation", Integer, nullable=False, server_default="1"),
    Column("display_rotated_at", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False, server_default=func.now()),
    Index("ix_evse_evse_id", _plain_id),
)
Index("uq_evse_code", evses.c.code, unique=True)
Index(
    "uq_evse_evse_no",
    *(evses.c.operator_id, evses.c.identity, evses.c.evse_no),
    unique=True,
    postgresql_where=evses.c.removed_at.is_(None),
)
Index("ix_evse_location", evses.c.operator_id, evses.c.location_id)

holds = operator_table(
    "hold_amount",
    Column("scope", Text, primary_key=True),  # 'evse' | 'location' | 'operator'
    Column("target", Text, primary_key=True),
    Column("current", Text, primary_key=True),
    Column("minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
)

_PLACE = ("name", "address", "postal_code", "city", "country", "latitude", "longitude", "time_zone")
_at_location = and_(
    locations.c.operator_id == evses.c.operator_id, locations.c.location_id == evses.c.location_id
)
_on_charge_point = and_(
    charge_points.c.operator_id == evses.c.operator_id, charge_points.c.identity == evses.c.identity
)
# The nearest hold amount counts: each level is one look into the key.
_own, _local, _general = (
    holds.alias(f"{scope}_hold") for scope in ("evse", "location", "operator")
)
_hold_minor = func.coalesce(_own.c.minor, _local.c.minor, _general.c.minor)
_hold_currency = func.coalesce(_own.c.currency, _local.c.currency, _general.c.currency)


def _hold_at(hold: FromClause, scope: str, target: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        hold.c.operator_id == evses.c.operator_id,
        hold.c.scope == scope,
        hold.c.target == target,
        hold.c.current == evses.c.current,
    )


# An EVSE with its place, its connection and its hold amount.
EVSE = (
    select(
        evses,
        *(locations.c[name].label(f"location_{name}") for name in _PLACE),
        charge_points.c.connected,
        charge_points.c.last_seen_at,
        charge_points.c.status.label("station_status"),
        _hold_minor.label("minor"),
        _hold_currency.label("currency"),
    )
    .join(locations, _at_location)
    .join(charge_points, _on_charge_point)
    .outerjoin(_own, _hold_at(_own, "evse", evses.c.evse_uid))
    .outerjoin(_local, _hold_at(_local, "location", evses.c.location_id))
    .outerjoin(_general, _hold_at(_general, "operator", literal("")))
    .where(evses.c.removed_at.is_(None), _hold_minor.is_not(None))
)

_OF_CODE = Ready(EVSE.where(evses.c.code == bindparam("of_code")))
_its = (evses.c.operator_id == bindparam("of_operator"), evses.c.evse_uid == bindparam("of_evse"))
_OF_UID = Ready(EVSE.where(*_its))
_NAMED = Ready(
    EVSE.where(
        evses.c.operator_id == bindparam("of_operator"),
        evses.c.evse_uid == any_(bindparam("of_evses", type_=ARRAY(Text))),
    )
)
_OF_EVSE_ID = Ready(EVSE.where(_plain_id == bindparam("of_evse_id")).limit(2))
_STATE = Ready(
    select(
        evses.c.status,
        evses.c.status_since,
        charge_points.c.connected,
        charge_points.c.last_seen_at,
        charge_points.c.status.label("station_status"),
    )
    .join(charge_points, _on_charge_point)
    .where(*_its, evses.c.removed_at.is_(None))
)


# The EVSEs of one charge point.
OF_STATION = (
    evses.c.operator_id == bindparam("of_operator"),
    evses.c.identity == bindparam("of_identity"),
)
_OF_STATION = Ready(EVSE.where(*OF_STATION).order_by(evses.c.evse_no))
# An identity is unique in the installation, so it tells the operator, too.
_ON_STATIONS = Ready(
    select(evses)
    .join(charge_points, _on_charge_point)
    .where(
        evses.c.identity == any_(bindparam("of_identities", type_=ARRAY(Text))),
        evses.c.removed_at.is_(None),
    )
    .order_by(evses.c.evse_no)
)


async def evse_of_code(look: Look, code: str) -> Evse | None:
    """Return the EVSE with this *code*, whosever it is, or None."""
    row = await look.row(_OF_CODE, {"of_code": code})
    return None if row is None else evse_of(row, look.now)


async def evse_of_evse_id(look: Look, plain: str) -> Evse | None:
    """Return the EVSE with this EVSE id, in capitals without separators; None unless it is one."""
    rows = await look.rows(_OF_EVSE_ID, {"of_evse_id": plain})
    return evse_of(rows[0], look.now) if len(rows) == 1 else None


def evse_now(evse: Evse) -> Question[Evse | None]:
    """Ask for *evse* with its status and connection of now; None when it was taken away."""
    asked = {"of_operator": evse.operator_id, "of_evse": evse.evse_uid}
    return Question(
        _STATE, asked, lambda row, now: None if row is None else replace(evse, **_state(row, now))
    )


def evse_of_uid(operator_id: UUID, evse_uid: str) -> Question[Evse | None]:
    """Ask for the operator's EVSE with this uid; None: there is none."""
    asked = {"of_operator": operator_id, "of_evse": evse_uid}
    return Question(_OF_UID, asked, lambda row, now: None if row is None else evse_of(row, now))


async def evses_named(work: Work, evse_uids: Collection[str]) -> list[Evse]:
    """Return the operator's EVSEs in use with these uids."""
    asked = {"of_operator": work.operator_id, "of_evses": list(evse_uids)}
    return [evse_of(row, work.now) for row in await work.rows(_NAMED, asked)]


async def evses_among(
    work: Work, location_ids: Sequence[str], evse_uids: Sequence[str]
) -> list[Evse]:
    """Return the operator's EVSEs in use at these places or of these uids; all where none is."""
    query = EVSE.where(evses.c.operator_id == work.operator_id)
    if location_ids or evse_uids:
        named = evses.c.location_id.in_(location_ids) | evses.c.evse_uid.in_(evse_uids)
        query = query.where(named)
    rows = await work.execute(query.order_by(evses.c.location_id, evses.c.evse_uid))
    return [evse_of(row, work.now) for row in rows]


async def every_evse(work: Work) -> list[Evse]:
    """Return all EVSEs in use; *work* is of every operator."""
    query = EVSE.order_by(evses.c.operator_id, evses.c.location_id, evses.c.evse_uid)
    return [evse_of(row, work.now) for row in await work.execute(query)]


async def evses_of_station(work: Work, identity: str) -> list[Evse]:
    """Return the EVSEs of a charge point by number."""
    asked = {"of_operator": work.operator_id, "of_identity": identity}
    rows = await work.rows(_OF_STATION, asked)
    return [evse_of(row, work.now) for row in rows]


async def evses_on(
    look: Look, charge_points_: Sequence[ChargePoint]
) -> dict[str, tuple[EvseOnStation, ...]]:
    """Return the EVSEs of charge points, as they know them, by identity and number."""
    asked = [each.identity for each in charge_points_]
    found: dict[str, list[EvseOnStation]] = {identity: [] for identity in asked}
    for row in await look.rows(_ON_STATIONS, {"of_identities": asked}):
        found[row.identity].append(_on_station(row))
    return {identity: tuple(evses) for identity, evses in found.items()}


def _on_station(row: Row[Any]) -> EvseOnStation:
    strongest = max(connectors_of(row.connectors), key=lambda each: each.max_power_kw)
    return EvseOnStation(
        evse_no=row.evse_no,
        ocpp16_connector_id=row.ocpp16_connector_id,
        power_type=strongest.power_type,
        max_power_kw=strongest.max_power_kw,
        evse_uid=row.evse_uid,
        code=row.code,
        display=_display(row),
    )


def evse_of(row: Row[Any], now: datetime) -> Evse:
    """Return the EVSE in a *row* of `EVSE`, as it is *now*."""
    place = {name: getattr(row, f"location_{name}") for name in _PLACE}
    return Evse(
        operator_id=row.operator_id,
        evse_uid=row.evse_uid,
        evse_id=row.evse_id,
        code=row.code,
        location=Location(location_id=row.location_id, **place),
        identity=row.identity,
        evse_no=row.evse_no,
        ocpp16_connector_id=row.ocpp16_connector_id,
        connectors=connectors_of(row.connectors),
        physical_reference=row.physical_reference,
        hold=Money(row.minor, row.currency),
        display=_display(row),
        **_state(row, now),
    )


def _display(row: Row[Any]) -> DisplayCode | None:
    if row.display_code is None:
        return None
    return DisplayCode(
        **row.display_code, rotation=row.display_rotation, rotated_at=row.display_rotated_at
    )


def _state(row: Row[Any], now: datetime) -> dict[str, Any]:
    return {
        "status": effective_status(EvseStatus(row.status), EvseStatus(row.station_status)),
        "connected": is_reachable(row, now),
        "status_since": row.status_since,
    }
