"""The statuses of charge points, of their EVSEs and their connectors, in the database."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, Text, Uuid, bindparam, column, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.reports import ConnectorState
from app.charging.chargers.status.standing import EvseStanding, Standing
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime

_operator = bindparam("operator", type_=Uuid)
_identities = bindparam("identities", type_=ARRAY(Text))
# The charge point before its EVSEs, each in its order: as whoever comes and goes locks them.
_LOCKED = Ready(
    text(
        """
        SELECT identity, status, state FROM charge_point
        WHERE operator_id = :operator AND identity = ANY(:identities)
        ORDER BY identity FOR NO KEY UPDATE
        """
    )
    .bindparams(_operator, _identities)
    .columns(column("identity"), column("status"), column("state"))
)
_THEIR_EVSES = Ready(
    text(
        """
        SELECT identity, evse_uid, evse_no, ocpp16_connector_id, status, connector_states
        FROM evse
        WHERE operator_id = :operator AND identity = ANY(:identities) AND removed_at IS NULL
        ORDER BY identity, evse_no FOR NO KEY UPDATE
        """
    )
    .bindparams(_operator, _identities)
    .columns(
        column("identity"),
        column("evse_uid"),
        column("evse_no"),
        column("ocpp16_connector_id"),
        column("status"),
        column("connector_states"),
    )
)
_SET_EVSES = Ready(
    text(
        """
        UPDATE evse SET
            status = status_,
            connector_states = CAST(states_ AS jsonb),
            status_since = coalesce(changed_at_, status_since),
            updated_at = CASE WHEN changed_at_ IS NULL THEN updated_at ELSE :now END
        FROM unnest(:uids, :statuses, :states, :instants)
            AS said(uid_, status_, states_, changed_at_)
        WHERE operator_id = :operator AND evse_uid = uid_
        RETURNING evse_uid
        """
    )
    .bindparams(
        _operator,
        bindparam("uids", type_=ARRAY(Text)),
        bindparam("statuses", type_=ARRAY(Text)),
        bindparam("states", type_=ARRAY(Text)),
        bindparam("instants", type_=ARRAY(UtcDateTime)),
        bindparam("now", type_=UtcDateTime),
    )
    .columns(column("evse_uid"))
)
_SET_STATIONS = Ready(
    text(
        """
        UPDATE charge_point SET status = status_, state = CAST(state_ AS jsonb)
        FROM unnest(:identities, :statuses, :states) AS said(identity_, status_, state_)
        WHERE operator_id = :operator AND identity = identity_
        RETURNING identity
        """
    )
    .bindparams(
        _operator,
        _identities,
        bindparam("statuses", type_=ARRAY(Text)),
        bindparam("states", type_=ARRAY(Text)),
    )
    .columns(column("identity"))
)


async def locked(work: Work, identities: Collection[str]) -> dict[str, Standing]:
    """Return how these charge points stand, by identity; their rows and their EVSEs' are locked."""
    asked = {"operator": work.operator_id, "identities": sorted(identities)}
    found = {row.identity: _standing(row) for row in await work.rows(_LOCKED, asked)}
    for row in await work.rows(_THEIR_EVSES, asked):
        if row.identity in found:
            found[row.identity].evses.append(_evse(row))
    return found


async def save(work: Work, standings: Iterable[Standing]) -> None:
    """Write what was news to these."""
    whole = list(standings)
    await _save_evses(work, [evse for each in whole for evse in each.evses if evse.is_news])
    await _save_stations(work, [each for each in whole if each.is_news])


async def _save_evses(work: Work, news: Collection[EvseStanding]) -> None:
    if not news:
        return
    asked = {
        "operator": work.operator_id,
        "now": work.now,
        "uids": [evse.evse_uid for evse in news],
        "statuses": [evse.status for evse in news],
        "states": [_dumped(evse.states) for evse in news],
        "instants": [evse.changed_at for evse in news],
    }
    await work.rows(_SET_EVSES, asked)


async def _save_stations(work: Work, news: Collection[Standing]) -> None:
    if not news:
        return
    asked = {
        "operator": work.operator_id,
        "identities": [each.identity for each in news],
        "statuses": [each.status for each in news],
        "states": [json.dumps(each.state.dump()) for each in news if each.state is not None],
    }
    await work.rows(_SET_STATIONS, asked)


def _standing(row: Row[Any]) -> Standing:
    state = None if row.state is None else ConnectorState.load(row.state)
    return Standing(row.identity, EvseStatus(row.status), state, [])


def _evse(row: Row[Any]) -> EvseStanding:
    return EvseStanding(
        evse_uid=row.evse_uid,
        evse_no=row.evse_no,
        ocpp16_connector_id=row.ocpp16_connector_id,
        status=EvseStatus(row.status),
        states={
            number: ConnectorState.load(state) for number, state in row.connector_states.items()
        },
    )


def _dumped(states: dict[str, ConnectorState]) -> str:
    return json.dumps({number: state.dump() for number, state in states.items()})
