"""Look up who uses a code or an identity: both are unique in the whole installation."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.setup import store
from app.infra.database import EVERY_OPERATOR, Database


@dataclass(frozen=True, slots=True)
class Owners:
    """Codes with their operator and EVSE, identities with their operator."""

    codes: dict[str, tuple[UUID, str]]
    identities: dict[str, UUID]


async def find_owners(
    *, codes: Collection[str], identities: Collection[str], database: Database
) -> Owners:
    """Return who uses these *codes* and *identities* now."""
    async with database.work(EVERY_OPERATOR) as work:
        return Owners(
            await store.owners_of_codes(work, codes),
            await store.owners_of_identities(work, identities),
        )
