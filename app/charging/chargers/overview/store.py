"""Charge points with their EVSEs, read from the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, not_, select

from app.charging.chargers.model import EvseStatus, effective_status
from app.charging.chargers.overview.model import ChargePointState, EvseState, Filter
from app.charging.chargers.reports import ConnectorState
from app.charging.chargers.stations.store import LEASE, charge_points, is_reachable
from app.charging.chargers.store import evses
from app.infra.database import Work
from app.infra.tables import scoped

_p, _e = charge_points.c, evses.c


async def charge_point(work: Work, identity: str) -> ChargePointState | None:
    """Return the operator's charge point, or None."""
    found = await _read(work, [_p.identity == identity], 1)
    return next(iter(found), None)


async def charge_points_of(work: Work, wanted: Filter) -> Sequence[ChargePointState]:
    """Return the operator's charge points as *wanted*, by identity."""
    return await _read(work, _conditions(work, wanted), wanted.most)


def _conditions(work: Work, wanted: Filter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [_p.identity > wanted.after]
    if wanted.connected is not None:
        reachable = and_(_p.connected, _p.last_seen_at > work.now - LEASE)
        where.append(reachable if wanted.connected else not_(reachable))
    if wanted.protocol is not None:
        where.append(_p.protocol == wanted.protocol)
    its = [_e.operator_id == _p.operator_id, _e.identity == _p.identity, _e.removed_at.is_(None)]
    if wanted.location_id is not None:
        where.append(exists().where(*its, _e.location_id == wanted.location_id))
    if wanted.status is not None:
        where.append(exists().where(*its, _e.status == wanted.status))
    return where


async def _read(
    work: Work, where: Sequence[ColumnElement[bool]], most: int
) -> list[ChargePointState]:
    query = scoped(charge_points, work).where(*where).order_by(_p.identity).limit(most)
    rows = (await work.execute(query)).all()
    beside = await _evses(work, [row.identity for row in rows])
    return [_state(row, beside[row.identity], work.now) for row in rows]


async def _evses(work: Work, identities: Sequence[str]) -> defaultdict[str, list[Row[Any]]]:
    query = select(evses).where(_e.operator_id == work.operator_id, _e.removed_at.is_(None))
    query = query.where(_e.identity.in_(identities)).order_by(_e.evse_no)
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in await work.execute(query):
        found[row.identity].append(row)
    return found


def _state(row: Row[Any], beside: Sequence[Row[Any]], now: datetime) -> ChargePointState:
    connected, whole = is_reachable(row, now), EvseStatus(row.status)
    return ChargePointState(
        identity=row.identity,
        protocol=row.protocol,
        connected=connected,
        connected_since=row.connected_at if connected else None,
        last_seen_at=row.last_seen_at,
        status=whole,
        vendor=row.vendor,
        model=row.model,
        serial_number=row.serial_number,
        firmware=row.firmware,
        booted_at=row.booted_at,
        security_profile=row.security_profile,
        certificate=row.certificate,
        password_changes=row.next_credential is not None,
        evses=tuple(_evse(each, whole) for each in beside),
    )


def _evse(row: Row[Any], whole: EvseStatus) -> EvseState:
    states = {number: ConnectorState.load(state) for number, state in row.connector_states.items()}
    return EvseState(
        evse_uid=row.evse_uid,
        evse_id=row.evse_id,
        location_id=row.location_id,
        evse_no=row.evse_no,
        ocpp16_connector_id=row.ocpp16_connector_id,
        status=effective_status(EvseStatus(row.status), whole),
        status_since=row.status_since,
        connectors=states,
    )
