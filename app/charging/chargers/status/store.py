"""The statuses of EVSEs and their connectors in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, bindparam, case, update
from sqlalchemy.dialects.postgresql import JSONB

from app.charging.chargers.model import Evse, status_of
from app.charging.chargers.reports import ConnectorState
from app.charging.chargers.store import EVSE, OF_STATION, evse_of, evses
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime

_itself = (
    evses.c.operator_id == bindparam("of_operator"),
    evses.c.evse_uid == bindparam("of_evse"),
)
_LOCKED = Ready(EVSE.where(*OF_STATION).order_by(evses.c.evse_no).with_for_update(of=evses))
_new_status: ColumnElement[str] = bindparam("status", type_=Text)
_SET_STATUS = Ready(
    update(evses)
    .where(*_itself)
    .values(
        status=_new_status,
        status_since=case(
            (evses.c.status == _new_status, evses.c.status_since),
            else_=bindparam("since", type_=UtcDateTime),
        ),
        connector_states=bindparam("states", type_=JSONB),
        updated_at=case(
            (evses.c.status == _new_status, evses.c.updated_at),
            else_=bindparam("told_at", type_=UtcDateTime),
        ),
    )
)


class Reported(NamedTuple):
    """An EVSE with what each of its connectors last reported."""

    evse: Evse
    states: dict[str, ConnectorState]


async def locked(work: Work, identity: str) -> list[Reported]:
    """Return the EVSEs of a charge point by number; their rows are locked."""
    asked = {"of_operator": work.operator_id, "of_identity": identity}
    return [
        Reported(
            evse_of(row, work.now),
            {number: ConnectorState.load(state) for number, state in row.connector_states.items()},
        )
        for row in await work.rows(_LOCKED, asked)
    ]


async def set_evse_status(
    work: Work, evse_uid: str, states: Mapping[str, ConnectorState], *, since: datetime
) -> None:
    """Keep the status of an EVSE and of its connectors; *since* moves only when it changed."""
    values = {
        "status": status_of(state.status for state in states.values()),
        "since": since,
        "told_at": work.now,
        "states": {number: state.dump() for number, state in states.items()},
    }
    asked = {"of_operator": work.operator_id, "of_evse": evse_uid}
    await work.rows(_SET_STATUS, asked | values)
