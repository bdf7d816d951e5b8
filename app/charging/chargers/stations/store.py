"""Charge points in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
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
    any_,
    bindparam,
    column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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
    # Whether it keeps EVSEs for somebody; null: it never said.
    Column("reserves", Boolean),
)
Index("uq_charge_point_identity", charge_points.c.identity, unique=True)

_TOUCH = text(
    """
    WITH seen AS (
        SELECT charge_point.ctid AS row, at
        FROM unnest(:operators, :identities, :instants) AS seen(operator_id, identity, at)
        JOIN charge_point USING (operator_id, identity)
        ORDER BY identity FOR NO KEY UPDATE OF charge_point
    )
    UPDATE charge_point SET last_seen_at = greatest(last_seen_at, seen.at)
    FROM seen WHERE charge_point.ctid = seen.row
    """
).bindparams(
    bindparam("operators", type_=ARRAY(Uuid)),
    bindparam("identities", type_=ARRAY(Text)),
    bindparam("instants", type_=ARRAY(UtcDateTime)),
)


# Ten thousand charge points may come back at the same moment: these are made once.
_FOUND = Ready(
    select(charge_points).where(
        charge_points.c.identity == any_(bindparam("of_identities", type_=ARRAY(Text)))
    )
)
# Rows in the order of the identity, as `_TOUCH` takes them: two never wait for each other.
_BOOTED = Ready(
    text(
        """
        WITH locked AS (
            SELECT charge_point.ctid AS row, said.*
            FROM unnest(:identities, :vendors, :models, :serials, :firmwares, :instants)
                AS said(identity_, vendor_, model_, serial_, firmware_, at_)
            JOIN charge_point ON charge_point.identity = said.identity_
            WHERE operator_id = :operator
            ORDER BY identity_ FOR NO KEY UPDATE OF charge_point
        )
        UPDATE charge_point SET
            vendor = vendor_,
            model = model_,
            serial_number = serial_,
            firmware = firmware_,
            booted_at = at_,
            last_seen_at = at_
        FROM locked WHERE charge_point.ctid = locked.row
        RETURNING identity
        """
    )
    .bindparams(
        *(
            bindparam(name, type_=ARRAY(Text))
            for name in ("identities", "vendors", "models", "serials", "firmwares")
        ),
        bindparam("instants", type_=ARRAY(UtcDateTime)),
        bindparam("operator", type_=Uuid),
    )
    .columns(column("identity"))
)
_NOTED = Ready(
    text(
        """
        WITH locked AS (
            SELECT charge_point.ctid AS row, noted.*
            FROM unnest(:identities, :protocols, :connections)
                AS noted(identity_, protocol_, connection_)
            JOIN charge_point ON charge_point.identity = noted.identity_
            WHERE operator_id = :operator
                AND (protocol_ IS NOT NULL OR charge_point.connection = noted.connection_)
            ORDER BY identity_ FOR NO KEY UPDATE OF charge_point
        )
        UPDATE charge_point SET
            connected = protocol_ IS NOT NULL,
            connection = CASE WHEN protocol_ IS NOT NULL THEN connection_ END,
            protocol = coalesce(protocol_, protocol),
            connected_at = CASE WHEN protocol_ IS NOT NULL THEN :now ELSE connected_at END,
            last_seen_at = :now
        FROM locked WHERE charge_point.ctid = locked.row
        RETURNING identity
        """
    )
    .bindparams(
        bindparam("identities", type_=ARRAY(Text)),
        bindparam("protocols", type_=ARRAY(Text)),
        bindparam("connections", type_=ARRAY(Text)),
        bindparam("operator", type_=Uuid),
        bindparam("now", type_=UtcDateTime),
    )
    .columns(column("identity"))
)


class Noted(NamedTuple):
    """A connection by its name: open in a *protocol*, or gone (None)."""

    identity: str
    protocol: str | None
    connection: str


async def by_identities(look: Look, identities: Sequence[str]) -> dict[str, ChargePoint]:
    """Return the charge points with these identities, whosever they are, by identity."""
    rows = await look.rows(_FOUND, {"of_identities": identities})
    return {row.identity: _charge_point(row, look.now) for row in rows}


async def note(work: Work, noted: Sequence[Noted]) -> set[str]:
    """
    Note that connections opened, or that they went; each charge point at most once.

    Returns the identities that changed: a newer connection outlives the end of an older one.
    """
    identities, protocols, connections = zip(*noted, strict=True)
    values = {"identities": identities, "protocols": protocols, "connections": connections}
    asked = {"operator": work.operator_id, "now": work.now}
    return {row.identity for row in await work.rows(_NOTED, asked | values)}


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


async def booted(work: Work, reports: Sequence[BootReport]) -> None:
    """Keep what charge points said of themselves, each once."""
    asked = {
        "operator": work.operator_id,
        "identities": [report.identity for report in reports],
        "vendors": [report.vendor for report in reports],
        "models": [report.model for report in reports],
        "serials": [report.serial_number for report in reports],
        "firmwares": [report.firmware for report in reports],
        "instants": [report.received_at for report in reports],
    }
    await work.rows(_BOOTED, asked)


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
        reserves=row.reserves,
    )


async def set_reserves(work: Work, identity: str, *, reserves: bool) -> None:
    """Note whether a charge point keeps EVSEs for somebody."""
    its = (charge_points.c.operator_id == work.operator_id, charge_points.c.identity == identity)
    await work.execute(update(charge_points).where(*its).values(reserves=reserves))
