"""Writing the configuration of charging points."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, delete, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.charging.chargers.model import ELSEWHERE, Connector, Location, current_of
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
from app.charging.chargers.stations.credential import Credential
from app.charging.chargers.stations.store import charge_points
from app.charging.chargers.store import evses, holds, locations
from app.infra.database import Work
from app.infra.tables import scoped
from app.kernel.money import Money

# Another platform tells of its charge points when it has something to tell.
_ALWAYS = datetime(9000, 1, 1, tzinfo=UTC)


async def put_location(work: Work, location: Location) -> bool:
    """Insert or overwrite a location; tell whether that changed anything."""
    names = [column.name for column in locations.c[2:] if column.name != "updated_at"]
    values = {name: getattr(location, name) for name in names}
    return await _put(work, locations, {"location_id": location.location_id}, values)


async def put_evse(work: Work, evse: EvseDraft) -> bool:
    """Insert or overwrite an EVSE, its status untouched; tell whether that changed anything."""
    values = {
        "evse_id": evse.evse_id,
        "code": evse.code,
        "location_id": evse.location_id,
        "identity": evse.identity,
        "evse_no": evse.evse_no,
        "ocpp16_connector_id": evse.ocpp16_connector_id,
        "current": current_of(evse.connectors),
        "connectors": [_stored(connector) for connector in evse.connectors],
        "physical_reference": evse.physical_reference,
        "removed_at": None,
        "display_code": None if evse.display is None else asdict(evse.display),
    }
    return await _put(work, evses, {"evse_uid": evse.evse_uid}, values)


async def put_credential(work: Work, identity: str, password: str, *, salt: bytes) -> bool:
    """Insert a charge point or change its password; tell whether that changed anything."""
    its = charge_points.c
    query = scoped(charge_points, work, its.credential, its.next_credential, its.former_credential)
    row = (await work.execute(query.where(its.identity == identity))).one_or_none()
    # The operator's file may name the password from before a rotation: that one is over.
    known = () if row is None else (stored for stored in row if stored is not None)
    if any(Credential.from_bytes(stored).matches(password.encode()) for stored in known):
        return False
    values = {
        "credential": Credential.of(password, salt).to_bytes(),
        "next_credential": None,
        "former_credential": None,
    }
    return await _put(work, charge_points, {"identity": identity}, values)


async def put_elsewhere(work: Work, identity: str, salt: bytes) -> None:
    """Insert a charge point of another platform: nobody knows its password, it has no lease."""
    password = salt.hex() + identity
    values = {
        "credential": Credential.of(password, salt).to_bytes(),
        "protocol": ELSEWHERE,
        "connected": True,
        "last_seen_at": _ALWAYS,
    }
    key = {"operator_id": work.operator_id, "identity": identity}
    await work.execute(insert(charge_points).values(**key, **values).on_conflict_do_nothing())


async def open_elsewhere(work: Work, identities: Collection[str], *, is_open: bool) -> None:
    """Note whether charge points of another platform can be reached."""
    mine = and_(
        charge_points.c.operator_id == work.operator_id,
        charge_points.c.identity.in_(identities),
        charge_points.c.protocol == ELSEWHERE,
    )
    await work.execute(update(charge_points).where(mine).values(connected=is_open))


async def put_hold(work: Work, key: HoldKey, hold: Money) -> None:
    """Insert or overwrite one hold amount."""
    place = {"scope": key.scope, "target": key.target, "current": key.current}
    values = {"minor": hold.minor, "currency": hold.currency}
    statement = insert(holds).values(operator_id=work.operator_id, **place, **values)
    await work.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", *place], set_=values)
    )


async def put_holds(work: Work, wanted: Mapping[HoldKey, Money]) -> bool:
    """Replace the operator's hold amounts; tell whether that changed anything."""
    ours = not_(holds.c.target.startswith(f"{ELSEWHERE}."))
    found = await work.execute(scoped(holds, work).where(ours))
    stored = {
        HoldKey(HoldScope(row.scope), row.target, row.current): Money(row.minor, row.currency)
        for row in found
    }
    if stored == dict(wanted):
        return False
    await work.execute(delete(holds).where(holds.c.operator_id == work.operator_id, ours))
    rows = [
        {
            "operator_id": work.operator_id,
            "scope": key.scope,
            "target": key.target,
            "current": key.current,
            "minor": hold.minor,
            "currency": hold.currency,
        }
        for key, hold in wanted.items()
    ]
    if rows:
        await work.execute(holds.insert().values(rows))
    return True


async def evse_uids(work: Work) -> set[str]:
    """Return the uids of the operator's EVSEs in use."""
    query = scoped(evses, work, evses.c.evse_uid).where(evses.c.removed_at.is_(None))
    return set((await work.execute(query)).scalars())


async def place_of_evse(work: Work, evse_uid: str) -> str | None:
    """Return the id of the location that an EVSE is at, or was; None when there is none."""
    query = scoped(evses, work, evses.c.location_id).where(evses.c.evse_uid == evse_uid)
    found: str | None = (await work.execute(query)).scalar_one_or_none()
    return found


async def remove_evse(work: Work, evse_uid: str) -> str | None:
    """Take an EVSE out of use; return where it was, None when there is none in use."""
    mine = and_(evses.c.operator_id == work.operator_id, evses.c.evse_uid == evse_uid)
    in_use = and_(mine, evses.c.removed_at.is_(None))
    taken = update(evses).where(in_use).values(removed_at=work.now, updated_at=work.now)
    done = await work.execute(taken.returning(evses.c.location_id))
    found: str | None = done.scalar_one_or_none()
    return found


async def owners_of_codes(work: Work, codes: Collection[str]) -> dict[str, tuple[UUID, str]]:
    """Return whose EVSE has which of these codes; *work* is of every operator."""
    query = select(evses.c.code, evses.c.operator_id, evses.c.evse_uid)
    found = await work.execute(query.where(evses.c.code.in_(codes)))
    return {row.code: (row.operator_id, row.evse_uid) for row in found}


async def owners_of_identities(work: Work, identities: Collection[str]) -> dict[str, UUID]:
    """Return whose charge point has which of these identities; *work* is of every operator."""
    query = select(charge_points.c.identity, charge_points.c.operator_id)
    found = await work.execute(query.where(charge_points.c.identity.in_(identities)))
    return {row.identity: row.operator_id for row in found}


async def _put(work: Work, table: Table, key: Mapping[str, str], values: Mapping[str, Any]) -> bool:
    keyed = {"operator_id": work.operator_id, **key}
    columns = [table.c[name] for name in values]
    query = scoped(table, work, *columns).where(
        and_(*(table.c[name] == value for name, value in key.items()))
    )
    row = (await work.execute(query)).one_or_none()
    if row is not None and dict(row._mapping) == dict(values):  # noqa: SLF001 - its public name
        return False
    told = {"updated_at": work.now} if "updated_at" in table.c else {}
    statement = insert(table).values(**keyed, **values, **told)
    changes = {**values, **told}
    await work.execute(statement.on_conflict_do_update(index_elements=[*keyed], set_=changes))
    return True


def _stored(connector: Connector) -> dict[str, str]:
    return {
        "connector_id": connector.connector_id,
        "standard": connector.standard,
        "format": connector.format,
        "power_type": connector.power_type,
        "max_power_kw": str(connector.max_power_kw),
    }
