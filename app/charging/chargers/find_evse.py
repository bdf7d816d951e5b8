"""Find the charging point that a code belongs to."""

from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evse_of_code
from app.infra.database import Database


async def find_evse(code: str, *, database: Database) -> tuple[UUID, Evse]:
    """Return the operator's id and the EVSE whose QR code holds *code*. Raises UnknownCode."""
    async with database.look() as look:
        evse = await evse_of_code(look, code)
    return evse.operator_id, evse
