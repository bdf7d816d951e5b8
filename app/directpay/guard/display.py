"""Only who stands in front of the charge point can pay: the code on its display proves it."""

from datetime import datetime, timedelta
from typing import Final

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evse_of_code
from app.directpay.desk import Desk
from app.directpay.errors import DisplayCodeNeeded
from app.directpay.guard import store
from app.directpay.offers.guess import Presented
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.infra.jobs import Schedule

_LONGEST: Final = 64
# Long after an admission is too old to be used again.
_USED_ARE_KEPT: Final = timedelta(days=1)


async def admit(code: str, shown: str, *, desk: Desk) -> str:
    """
    Return what lets the driver pay for a quarter of an hour who read *shown* on the display.

    "" where the EVSE has no display, for then nothing is needed. Raises UnknownCode, and
    DisplayCodeNeeded when its display did not show that now, a moment ago or in a moment.
    """
    async with desk.database.look() as look:
        evse = await evse_of_code(look, code)
    if evse.display is None:
        return ""
    mine, text = (evse.operator_id, evse.evse_uid), shown[:_LONGEST]
    slot = desk.display_secrets.slot_of(*mine, evse.display, text, look.now)
    if slot is None:
        raise DisplayCodeNeeded("the display does not show this now", code=code)
    return desk.display_secrets.admission(*mine, slot)


async def is_admitted(code: str, presented: Presented, *, desk: Desk) -> bool:
    """Tell whether a driver may pay at *code* with what was *presented*. Raises UnknownCode."""
    async with desk.database.look() as look:
        evse = await evse_of_code(look, code)
    return _slot(evse, presented, look.now, desk) is not None


async def use_admission(work: Work, evse: Evse, presented: Presented, desk: Desk) -> None:
    """
    Step: let one payment begin by what was *presented*, and none after it.

    Raises DisplayCodeNeeded.
    """
    if evse.display is None or not (presented.admission or evse.display.is_required):
        return
    slot = _slot(evse, presented, work.now, desk)
    if slot is None:
        raise DisplayCodeNeeded("no code of the display, or one that is too old", code=evse.code)
    if not await store.use_slot(work, evse.evse_uid, slot):
        raise DisplayCodeNeeded("this code of the display was used before", code=evse.code)


def display_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of what was used up long ago."""

    async def forget() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            await store.forget_slots(work, work.now - _USED_ARE_KEPT)

    return (Schedule("directpay.forget_displays", "53 3 * * *", forget),)


def _slot(evse: Evse, presented: Presented, now: datetime, desk: Desk) -> int | None:
    if evse.display is None:
        return None
    return desk.display_secrets.admitted_slot(
        evse.operator_id, evse.evse_uid, evse.display, presented.admission, now
    )
