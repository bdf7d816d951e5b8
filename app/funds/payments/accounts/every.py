"""The accounts of all operators, for what comes back by the clock."""

from uuid import UUID

from app.funds.payments.accounts import store
from app.infra.database import Work


async def every_account(work: Work) -> list[tuple[UUID, UUID, str]]:
    """Step: return operator, id and provider of every account there ever was; no secret."""
    rows = await store.find_all(work)
    return [(row.operator_id, row.account_id, row.provider) for row in rows]
