"""Number an operator: its id is made once, before anything of it is saved."""

from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database
from app.people.identity import store


async def operator_id_for(slug: str, *, database: Database) -> UUID:
    """Return the id of the operator with this *slug*, or a new id when there is none."""
    async with database.work(EVERY_OPERATOR) as work:
        operator = await store.by_slug(work, slug)
        return work.ids.uuid7(work.now) if operator is None else operator.operator_id
