"""Pairing codes and attempts in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    Text,
    Uuid,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.charging.chargers.pairing.model import Attempt, Knock, PairingCode
from app.charging.chargers.stations.credential import Credential
from app.charging.chargers.stations.store import charge_points
from app.charging.chargers.store import evses
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

codes = operator_table(
    "pairing_code",
    Column("code_id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_by", Text),
)
Index("uq_pairing_code_digest", codes.c.digest, unique=True)

attempts = operator_table(
    "pairing_attempt",
    Column("identity", Text, primary_key=True),
    Column("address", Text),
    Column("versions", ARRAY(Text), nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("times", Integer, nullable=False),
    Column("code_id", Uuid),
    Column("credential", LargeBinary),
)
_c, _a = codes.c, attempts.c


async def add_code(work: Work, code: PairingCode, digest: bytes) -> None:
    """Insert a code by its digest."""
    names = ("code_id", "made_by", "made_at", "expires_at", "used_by")
    values = {name: getattr(code, name) for name in names}
    await work.execute(insert(codes).values(operator_id=work.operator_id, digest=digest, **values))


async def codes_of(work: Work) -> list[PairingCode]:
    """Return the operator's codes, the latest first."""
    rows = await work.execute(scoped(codes, work).order_by(_c.made_at.desc(), _c.code_id))
    return [
        PairingCode(row.code_id, row.made_by, row.made_at, row.expires_at, row.used_by)
        for row in rows
    ]


async def open_code(work: Work, digest: bytes) -> tuple[UUID, UUID] | None:
    """Return operator and id of an open code, or None; *work* is of every operator."""
    query = select(_c.operator_id, _c.code_id).where(
        _c.digest == digest, _c.used_by.is_(None), _c.expires_at > work.now
    )
    row = (await work.execute(query)).one_or_none()
    return None if row is None else (row.operator_id, row.code_id)


async def keep_attempt(
    work: Work, knock: Knock, code_id: UUID | None, credential: Credential | None
) -> None:
    """Insert an attempt, or count it once more."""
    latest = {
        "address": knock.address,
        "versions": list(knock.versions),
        "last_at": work.now,
        "code_id": code_id,
        "credential": None if credential is None else credential.to_bytes(),
    }
    new = insert(attempts).values(
        operator_id=work.operator_id,
        identity=knock.identity,
        first_at=work.now,
        times=1,
        **latest,
    )
    await work.execute(
        new.on_conflict_do_update(
            index_elements=["operator_id", "identity"], set_=latest | {"times": _a.times + 1}
        )
    )


async def attempts_of(work: Work) -> list[Attempt]:
    """Return the operator's attempts, the latest first."""
    rows = await work.execute(scoped(attempts, work).order_by(_a.last_at.desc(), _a.identity))
    return [_attempt(row) for row in rows]


async def attempts_with(work: Work, code_id: UUID) -> list[Attempt]:
    """Return those of the operator's attempts that showed a code, the latest first."""
    rows = await work.execute(
        scoped(attempts, work).where(_a.code_id == code_id).order_by(_a.last_at.desc(), _a.identity)
    )
    return [_attempt(row) for row in rows]


async def number_of_attempts(work: Work) -> int:
    """Return how many attempts the operator has."""
    found = await work.execute(scoped(attempts, work, func.count()))
    return int(found.scalar_one())


async def take_attempt(work: Work, identity: str) -> tuple[UUID, bytes] | None:
    """Delete an attempt that showed a code; return the code's id and the credential, or None."""
    its = (_a.operator_id == work.operator_id, _a.identity == identity, _a.code_id.is_not(None))
    done = await work.execute(delete(attempts).where(*its).returning(_a.code_id, _a.credential))
    row = done.one_or_none()
    return None if row is None else (row.code_id, row.credential)


async def use_code(work: Work, code_id: UUID, identity: str) -> bool:
    """Let a code be used by a charge point; False when it was used, or has expired."""
    mine = (_c.operator_id == work.operator_id, _c.code_id == code_id)
    is_open = (_c.used_by.is_(None), _c.expires_at > work.now)
    done = await work.execute(update(codes).where(*mine, *is_open).values(used_by=identity))
    return done.rowcount > 0


async def add_charge_point(work: Work, identity: str, credential: bytes) -> bool:
    """Insert a charge point; False when somebody has one of this identity."""
    values = {"operator_id": work.operator_id, "identity": identity, "credential": credential}
    done = await work.execute(insert(charge_points).values(values).on_conflict_do_nothing())
    return done.rowcount > 0


async def move_evse(work: Work, evse_uid: str, identity: str, number: int) -> bool:
    """Let an EVSE be that of a charge point by number; False when there is none in use."""
    mine = (evses.c.operator_id == work.operator_id, evses.c.evse_uid == evse_uid)
    values: dict[str, Any] = {
        "identity": identity,
        "evse_no": number,
        "ocpp16_connector_id": number,
        "status": "Unknown",
        "connector_states": {},
    }
    done = await work.execute(
        update(evses).where(*mine, evses.c.removed_at.is_(None)).values(values)
    )
    return done.rowcount > 0


async def forget(work: Work, before: datetime) -> None:
    """Delete the attempts and the codes of all operators that are over since *before*."""
    await work.execute(delete(attempts).where(_a.last_at < before))
    is_over = or_(_c.expires_at < before, _c.used_by.is_not(None) & (_c.made_at < before))
    await work.execute(delete(codes).where(is_over))


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        identity=row.identity,
        address=row.address,
        versions=tuple(row.versions),
        first_at=row.first_at,
        last_at=row.last_at,
        times=row.times,
        has_code=row.code_id is not None,
    )
