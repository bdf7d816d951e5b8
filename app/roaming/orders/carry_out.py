"""Carry an order of a platform out at the charge point, and tell the platform what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from app.charging.chargers.calls.command import make_command
from app.charging.chargers.calls.commands import Command
from app.charging.chargers.calls.errors import (
    CallInvalid,
    CallNotSupported,
    CallUnderWay,
    ChargePointOffline,
    ChargePointSilent,
)
from app.charging.chargers.calls.make import Caller
from app.charging.chargers.calls.model import Call
from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.model import Evse, is_elsewhere
from app.charging.chargers.public.read import public_location
from app.charging.chargers.read import get_evse
from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered, PlatformNotFound, PlatformTrouble
from app.roaming.orders.model import ACCEPTED, NOT_SUPPORTED, REJECTED
from app.roaming.platforms.find import get_platform, link_to
from app.roaming.ports import PeerRequest
from app.roaming.wire.codec import encode
from app.roaming.wire.commands import CommandResult

_FAILED: Final = "FAILED"
_INOPERATIVE: Final = "EVSE_INOPERATIVE"
_NEVER_HEARD_OF: Final = frozenset(("NotImplemented", "NotSupported"))
# What charge points say of ReserveNow, CancelReservation and UnlockConnector, in all versions.
RESULTS: Final[Mapping[str, str]] = {
    "Accepted": ACCEPTED,
    "Unlocked": ACCEPTED,
    "Rejected": REJECTED,
    "OngoingAuthorizedTransaction": REJECTED,
    "Occupied": "EVSE_OCCUPIED",
    "Faulted": _INOPERATIVE,
    "Unavailable": _INOPERATIVE,
    "NotSupported": NOT_SUPPORTED,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A *command* for the charge point *identity*; asked once for each *order_id*."""

    identity: str
    command: Command
    order_id: UUID


async def carry_out(asked: Asked, *, operator_id: UUID, desk: RoamingDesk) -> str:
    """Ask the charge point and return what came of it, as OCPI's CommandResultType."""
    caller = Caller(operator_id, "ocpi", key=f"ocpi:{asked.order_id}")
    try:
        made = await make_command(
            asked.identity, asked.command, caller, gateway=desk.calls, database=desk.database
        )
    except (CallNotSupported, CallInvalid):
        return NOT_SUPPORTED
    except ChargePointOffline:
        return _INOPERATIVE
    except (ChargePointSilent, CallUnderWay):
        return "TIMEOUT"
    return _result(made[0])


def answer_later(work: Work, platform_id: UUID, response_url: str, result: str) -> None:
    """Let a platform be told after the commit what came of its command. A step."""
    work.defer("ocpi.answer", platform_id=platform_id, response_url=response_url, result=result)


async def answer_order(
    platform_id: UUID, response_url: str, result: str, *, operator_id: UUID, desk: RoamingDesk
) -> None:
    """Tell a platform what came of its command; it is told once, and learns it otherwise too."""
    async with desk.database.work(operator_id) as work:
        platform = await get_platform(work, platform_id)
        link = await link_to(work, platform, "EMSP", "PTP", desk=desk)
    body = encode(CommandResult(result=result), platform.speaks)
    try:
        await desk.peers.call(link, PeerRequest("POST", response_url, body))
    except (PlatformTrouble, PlatformNotFound, OcpiNotOffered):
        return


async def our_evse(work: Work, location_id: str, evse_uid: str | None) -> Evse | None:
    """
    Return an EVSE of ours that a platform names, or None. A step.

    Who names a location alone means its EVSE, where there is one.
    """
    if evse_uid is None:
        evse_uid = await _only_evse(work, location_id)
    try:
        evse = await get_evse(work, evse_uid or "")
    except EvseNotFound:
        return None
    is_there = evse.location.location_id.lower() == location_id.lower()
    return evse if is_there and not is_elsewhere(evse.identity) else None


async def _only_evse(work: Work, location_id: str) -> str | None:
    location = await public_location(work, location_id)
    if location is None or len(location.evses) != 1:
        return None
    return location.evses[0].evse_uid


def _result(call: Call) -> str:
    reply = call.reply
    if reply.answer is None:
        code = "" if reply.error is None else reply.error.code
        return NOT_SUPPORTED if code in _NEVER_HEARD_OF else _FAILED
    status: str = msgspec.json.decode(reply.answer).get("status", "")
    return RESULTS.get(status, _FAILED)
