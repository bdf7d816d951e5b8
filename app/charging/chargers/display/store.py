"""The secrets of displays in the database: only how many there were."""

from sqlalchemy import update

from app.charging.chargers.store import evses
from app.infra.database import Work


async def rotate(work: Work, evse_uid: str) -> None:
    """Count one secret more for the display of an EVSE, from now on."""
    its = (evses.c.operator_id == work.operator_id, evses.c.evse_uid == evse_uid)
    rotation = evses.c.display_rotation + 1
    await work.execute(
        update(evses).where(*its).values(display_rotation=rotation, display_rotated_at=work.now)
    )
