"""Find an operator: by the name in its addresses, or by its id."""

from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database
from app.people.identity import store
from app.people.identity.errors import OperatorNotFound
from app.people.identity.model import Operator
from app.people.identity.read import get_operator


async def find_operator(slug: str, *, database: Database) -> Operator:
    """Return the operator with this *slug*. Raises OperatorNotFound."""
    operator = None
    if "\0" not in slug:  # PostgreSQL's texts hold none
        async with database.work(EVERY_OPERATOR) as work:
            operator = await store.by_slug(work, slug)
    if operator is None:
        raise OperatorNotFound("no operator has this name", slug=slug)
    return operator


async def operator_with_id(operator_id: UUID, *, database: Database) -> Operator:
    """Return the operator with this id. Raises OperatorNotFound."""
    async with database.work(operator_id) as work:
        return await get_operator(work)
