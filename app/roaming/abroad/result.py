"""Hear what came of a command: a start that a platform accepted may still fail at the charger."""

from app.charging.sessions.read import session_of_id_tag
from app.roaming.abroad import store
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiObjectUnknown
from app.roaming.platforms.model import Platform
from app.roaming.wire.commands import CommandResult

_DONE = "ACCEPTED"


async def hear_result(
    platform: Platform, kind: str, reference: str, result: CommandResult, *, desk: RoamingDesk
) -> None:
    """
    Give up the journey whose start failed at the charger.

    A stop that failed is asked for again by the journey itself. Raises OcpiObjectUnknown.
    """
    if kind != "START_SESSION" or result.result.upper() == _DONE:
        return
    async with desk.database.work(platform.operator_id) as work:
        session = await session_of_id_tag(work, reference)
        point = None if session is None else await store.point_of(work, session.evse_uid)
        if session is None or point is None or point.platform_id != platform.platform_id:
            raise OcpiObjectUnknown("no such command was sent", module="commands")
        work.defer("ocpi.start_refused", session_id=session.session_id)
