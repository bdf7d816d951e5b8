"""List the operators of this installation."""

from app.infra.database import EVERY_OPERATOR, Database
from app.people.identity import store
from app.people.identity.model import Operator


async def list_operators(*, database: Database) -> list[Operator]:
    """Return all operators by slug; an empty list when the database is fresh."""
    async with database.work(EVERY_OPERATOR) as work:
        return await store.every(work)
