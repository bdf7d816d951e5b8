"""Find the charge points that knock."""

from collections.abc import Sequence
from dataclasses import replace

from app.charging.chargers import store as evses
from app.charging.chargers.stations import store
from app.charging.chargers.stations.model import ChargePoint
from app.infra.database import Database


async def find_charge_point(identity: str, *, database: Database) -> ChargePoint | None:
    """Return the charge point with this OCPP identity, or None when nobody configured it."""
    (found,) = await find_charge_points([identity], database=database)
    return found


async def find_charge_points(
    identities: Sequence[str], *, database: Database
) -> Sequence[ChargePoint | None]:
    """Return for each identity its charge point, or None when nobody configured it."""
    async with database.look() as look:
        found = await store.by_identities(look, identities)
        on_them = await evses.evses_on(look, list(found.values())) if found else {}
    known = {identity: replace(each, evses=on_them[identity]) for identity, each in found.items()}
    return [known.get(identity) for identity in identities]
