"""Find the charging point that a code belongs to."""

from uuid import UUID

from app.charging.chargers import store
from app.charging.chargers.errors import UnknownCode
from app.charging.chargers.model import Evse
from app.infra.database import EVERY_OPERATOR, Database


async def find_evse(code: str, *, database: Database) -> tuple[UUID, Evse]:
    """Return the operator's id and the EVSE whose QR code holds *code*. Raises UnknownCode."""
    async with database.work(EVERY_OPERATOR) as work:
        evse = await store.evse_of_code(work, code.strip().upper())
    if evse is None:
        raise UnknownCode("no charging point has this code", code=code[:40])
    return evse.operator_id, evse
