"""Passkeys and their ceremonies in the database."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    Row,
    Text,
    Uuid,
    delete,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.people.identity.passkeys.model import Ceremony, Passkey

passkey = operator_table(
    "driver_passkey",
    Column("passkey_id", Uuid, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("rp_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)
Index("uq_driver_passkey_credential", passkey.c.operator_id, passkey.c.credential_id, unique=True)
Index("ix_driver_passkey_driver", passkey.c.operator_id, passkey.c.driver_id)
ceremony = operator_table(
    "driver_passkey_ceremony",
    Column("ceremony_id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("rp_id", Text, nullable=False),
    Column("driver_id", Uuid),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)
Index("uq_driver_passkey_ceremony_digest", ceremony.c.operator_id, ceremony.c.digest, unique=True)
Index("ix_driver_passkey_ceremony_asked_at", ceremony.c.asked_at)


async def add_ceremony(work: Work, new: Ceremony) -> None:
    """Insert a ceremony."""
    await work.execute(insert(ceremony).values(operator_id=work.operator_id, **asdict(new)))


async def use_ceremony(work: Work, digest: bytes) -> Ceremony | None:
    """Return the ceremony of a device as it was, and let it be used from now on; or None."""
    asked = scoped(ceremony, work).where(ceremony.c.digest == digest).with_for_update()
    row = (await work.execute(asked)).one_or_none()
    if row is None:
        return None
    columns = dict(row._mapping)  # noqa: SLF001 - a named tuple's fields
    del columns["operator_id"]
    found = Ceremony(**columns)
    its = (
        ceremony.c.operator_id == work.operator_id,
        ceremony.c.ceremony_id == found.ceremony_id,
        ceremony.c.used_at.is_(None),
    )
    await work.execute(update(ceremony).where(*its).values(used_at=work.now))
    return found


async def add(work: Work, new: Passkey) -> bool:
    """Insert a passkey; False when somebody has it already."""
    added = insert(passkey).values(asdict(new)).on_conflict_do_nothing()
    return bool((await work.execute(added)).rowcount)


async def lock(work: Work, credential_id: bytes) -> Passkey | None:
    """Return the passkey that an authenticator calls so, locked until the work ends; or None."""
    asked = scoped(passkey, work).where(passkey.c.credential_id == credential_id)
    row = (await work.execute(asked.with_for_update())).one_or_none()
    return None if row is None else _passkey(row)


async def of_driver(work: Work, driver_id: UUID) -> list[Passkey]:
    """Return the passkeys of a driver, the oldest first."""
    asked = scoped(passkey, work).where(passkey.c.driver_id == driver_id)
    rows = await work.execute(asked.order_by(passkey.c.since, passkey.c.passkey_id))
    return [_passkey(row) for row in rows]


async def lock_own(work: Work, driver_id: UUID, passkey_id: UUID) -> Passkey | None:
    """Return a driver's passkey, locked until the work ends; or None."""
    its = (passkey.c.driver_id == driver_id, passkey.c.passkey_id == passkey_id)
    asked = scoped(passkey, work).where(*its).with_for_update()
    row = (await work.execute(asked)).one_or_none()
    return None if row is None else _passkey(row)


async def note_use(work: Work, used: Passkey, sign_count: int) -> None:
    """Write that a passkey was used, and what its authenticator has counted."""
    its = (passkey.c.operator_id == used.operator_id, passkey.c.passkey_id == used.passkey_id)
    values = {"sign_count": sign_count, "used_at": work.now}
    await work.execute(update(passkey).where(*its).values(values))


async def rename(work: Work, named: Passkey) -> None:
    """Write what a locked passkey is called."""
    its = (passkey.c.operator_id == named.operator_id, passkey.c.passkey_id == named.passkey_id)
    await work.execute(update(passkey).where(*its).values(name=named.name))


async def remove(work: Work, driver_id: UUID, passkey_id: UUID) -> bool:
    """Delete a driver's passkey; False when the driver has none such."""
    its = (
        passkey.c.operator_id == work.operator_id,
        passkey.c.driver_id == driver_id,
        passkey.c.passkey_id == passkey_id,
    )
    return bool((await work.execute(delete(passkey).where(*its))).rowcount)


async def forget_driver(work: Work, driver_id: UUID) -> None:
    """Delete all passkeys of a driver, and the ceremonies in which more were to be made."""
    for table in (passkey, ceremony):
        its = (table.c.operator_id == work.operator_id, table.c.driver_id == driver_id)
        await work.execute(delete(table).where(*its))


async def forget_ceremonies(work: Work, asked_before: datetime) -> int:
    """Delete ceremonies that were asked for before; return how many, of everyone."""
    return (await work.execute(delete(ceremony).where(ceremony.c.asked_at < asked_before))).rowcount


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(**row._mapping)  # noqa: SLF001 - a named tuple's fields
