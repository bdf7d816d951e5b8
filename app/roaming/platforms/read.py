"""Read the platforms of an operator."""

from app.infra.database import EVERY_OPERATOR, Database, Work
from app.roaming.platforms import store
from app.roaming.platforms.model import Platform


async def all_platforms(work: Work) -> list[Platform]:
    """Return the operator's platforms by name, those that are gone too. A step."""
    return await store.of_operator(work)


async def connected_platforms(work: Work) -> list[Platform]:
    """Return the operator's connected platforms. A step."""
    return [each for each in await store.of_operator(work) if each.is_connected]


async def every_connected(*, database: Database) -> list[Platform]:
    """Return the connected platforms of all operators."""
    async with database.work(EVERY_OPERATOR) as work:
        return await store.connected(work)
