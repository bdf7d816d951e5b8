"""Charge points in the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    Text,
    Update,
    Uuid,
    bindparam,
    column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.charging.chargers.reports import ConnectorState
from app.charging.chargers.stations.credential import Credential
from app.charging.chargers.stations.model import BootReport, ChargePoint
from app.infra.database import Work
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

# A charge point that was not heard of for so long is offline, whatever became of its process.
LEASE = timedelta(seconds=120)

charge_points = operator_table(
    "charge_point",
    Column("identity", Text, primary_key=True),
    Column("credential", LargeBinary, nullable=False),
    Column("next_credential", LargeBinary),
    Column("former_credential", LargeBinary),
    Column("security_profile", Integer),
    Column("certificate", Text),
    Column("protocol", Text),
    Column("connected", Boolean, nullable=False, server_default=text("false")),
    Column("connection", Text),
    Column("connected_at", UtcDateTime),
    Column("last_seen_at", UtcDateTime),
    Column("status", Text, nullable=False, server_default="Unknown"),
    Column("state", JSONB),
    Column("vendor", Text),
    Column("model", Text),
    Column("serial_number", Text),
    Column("firmware", Text),
    Column("booted_at", UtcDateTime),
)
Index("uq_charge_point_identity", charge_points.c.identity, unique=True)

_TOUCH = text(
    """
    UPDATE charge_point SET last_seen_at = greatest(last_seen_at, seen.at)
    FROM unnest(:operators, :identities, :instants) AS seen(operator_id, identity, at)
    WHERE charge_point.operator_id = seen.operator_id AND charge_point.identity = seen.identity
    """
).bindparams(
    bindparam("operators", type_=ARRAY(Uuid)),
    bindparam("identities", type_=ARRAY(Text)),
    bindparam("instants", type_=ARRAY(UtcDateTime)),
)


# Ten thousand charge points may come back at the same moment: these are made once.
_of_operator = charge_points.c.operator_id == bindparam("of_operator")
_of_identity = charge_points.c.identity == bindparam("of_identity")
_its = update(charge_points).where(_of_operator, _of_identity)
_FOUND = Ready(select(charge_points).where(_of_identity))
_CONNECTED = Ready(_its, "connected", "connection", "protocol", "connected_at", "last_seen_at")
_BOOTED = Ready(_its, "vendor", "model", "serial_number", "firmware", "booted_at", "last_seen_at")
_DISCONNECTED = Ready(
    text(
        """
        UPDATE charge_point SET connected = false, connection = NULL, last_seen_at = :now
        WHERE operator_id = :of_operator AND identity = :of_identity AND connection = :connection
        RETURNING identity
        """
    )
    .bindparams(
        bindparam("now", type_=UtcDateTime),
        bindparam("of_operator", type_=Uuid),
        bindparam("of_identity", type_=Text),
        bindparam("connection", type_=Text),
    )
    .columns(column("identity"))
)


async def by_identity(look: Look, identity: str) -> ChargePoint | None:
    """Return the charge point with this identity, whosever it is, or None."""
    row = await look.row(_FOUND, {"of_identity": identity})
    return None if row is None else _charge_point(row, look.now)


async def connect(work: Work, identity: str, *, protocol: str, connection: str) -> None:
    """Note that a charge point is connected by *connection*."""
    values = {"connected": True, "connection": connection, "protocol": protocol}
    values |= {"connected_at": work.now, "last_seen_at": work.now}
    await work.rows(_CONNECTED, _key(work, identity) | values)


async def disconnect(work: Work, identity: str, *, connection: str) -> bool:
    """Note that *connection* is gone; False when another one took its place before."""
    values = {"now": work.now, "connection": connection}
    return await work.row(_DISCONNECTED, _key(work, identity) | values) is not None


async def disconnect_all(work: Work) -> None:
    """Note that no charge point is connected; *work* is of every operator."""
    await work.execute(
        update(charge_points)
        .where(charge_points.c.connected, charge_points.c.connection.is_not(None))
        .values(connected=False, connection=None)
    )


async def touch(work: Work, seen: Mapping[tuple[UUID, str], datetime]) -> None:
    """Move the time of last contact of many charge points forward, in one statement."""
    await work.execute(
        _TOUCH,
        {
            "operators": [operator_id for operator_id, _ in seen],
            "identities": [identity for _, identity in seen],
            "instants": list(seen.values()),
        },
    )


async def booted(work: Work, report: BootReport) -> None:
    """Keep what the charge point said of itself."""
    values = {
        "vendor": report.vendor,
        "model": report.model,
        "serial_number": report.serial_number,
        "firmware": report.firmware,
        "booted_at": report.received_at,
        "last_seen_at": report.received_at,
    }
    await work.rows(_BOOTED, _key(work, report.identity) | values)


def _key(work: Work, identity: str) -> dict[str, Any]:
    return {"of_operator": work.operator_id, "of_identity": identity}


async def station_state(work: Work, identity: str) -> ConnectorState | None:
    """Return what the station last reported of itself as a whole, or None; its row is locked."""
    query = scoped(charge_points, work, charge_points.c.state).with_for_update()
    found = await work.execute(query.where(charge_points.c.identity == identity))
    stored = found.scalar_one_or_none()
    return None if stored is None else ConnectorState.load(stored)


async def offered_credential(work: Work, identity: str) -> Credential | None:
    """Return the credential that was offered and has not come back, or None; its row is locked."""
    query = scoped(charge_points, work, charge_points.c.next_credential).with_for_update()
    found = await work.execute(query.where(charge_points.c.identity == identity))
    stored = found.scalar_one_or_none()
    return None if stored is None else Credential.from_bytes(stored)


async def offer_credential(work: Work, identity: str, credential: Credential | None) -> None:
    """Let another password be good, too, until the charge point comes back with it; None: no."""
    stored = None if credential is None else credential.to_bytes()
    await work.execute(_station(work, identity).values(next_credential=stored))


async def take_credential(work: Work, identity: str) -> None:
    """Let the offered password be the only one: the charge point came back with it."""
    offered = charge_points.c.next_credential
    await work.execute(
        _station(work, identity)
        .where(offered.is_not(None))
        .values(
            credential=offered,
            former_credential=charge_points.c.credential,
            next_credential=None,
        )
    )


async def set_security(
    work: Work, identity: str, *, profile: int | None, certificate: str | None
) -> None:
    """Set what the charge point must show."""
    values = {"security_profile": profile, "certificate": certificate}
    await work.execute(_station(work, identity).values(values))


async def set_station_state(work: Work, identity: str, state: ConnectorState) -> None:
    """Keep the state of the station as a whole (connector 0, EVSE 0)."""
    values = {"status": state.status, "state": state.dump()}
    await work.execute(_station(work, identity).values(values))


def _station(work: Work, identity: str) -> Update:
    return update(charge_points).where(
        charge_points.c.operator_id == work.operator_id, charge_points.c.identity == identity
    )


def is_reachable(row: Row[Any], now: datetime) -> bool:
    """Tell whether the charge point in *row* is connected and was heard of within the lease."""
    seen: datetime | None = row.last_seen_at
    return bool(row.connected) and seen is not None and seen > now - LEASE


def _charge_point(row: Row[Any], now: datetime) -> ChargePoint:
    following: bytes | None = row.next_credential
    return ChargePoint(
        operator_id=row.operator_id,
        identity=row.identity,
        credential=Credential.from_bytes(row.credential),
        evses=(),
        protocol=row.protocol,
        connected=is_reachable(row, now),
        last_seen_at=row.last_seen_at,
        next_credential=None if following is None else Credential.from_bytes(following),
        security_profile=row.security_profile,
        certificate=row.certificate,
    )
