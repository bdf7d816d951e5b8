"""The displays of charge points that speak OCPP 2.1: set up after a boot, and told later."""

import logging
from collections.abc import Mapping
from typing import Any

from app.charging.chargers.display.ports import CodeDisplays
from app.charging.chargers.model import Evse
from app.charging.chargers.ports import CommandOutcome
from app.gateways.ocpp.commands import Commands
from app.gateways.ocpp.link.session import NoAnswer, NotSent, Refused
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.registry import Line
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.v2.screens import Displays, Screen, is_shown

log = logging.getLogger(__name__)


async def set_up_displays(line: Line, settings: OcppSettings) -> None:
    """
    Let each EVSE with a display show its codes. Raises NotSent or NoAnswer.

    What a charge point refuses is noted: its display goes on showing what it did.
    """
    displays, station = settings.displays, line.station
    if displays is None or station.version is not Version.V21:
        return
    for evse in station.charge_point.evses:
        if evse.display is None:
            continue
        screen = Screen(station.operator_id, evse.evse_uid, evse.evse_no, evse.code, evse.display)
        try:
            answer = await line.session.call(
                "SetVariables",
                displays.variables(screen),
                seconds=settings.pairing_call_seconds,
            )
        except Refused as refusal:
            log.warning("%s shows no code: %s", station.name, refusal)
            continue
        if not is_shown(answer):
            log.warning("%s takes no code for the display of EVSE %s", station.name, evse.evse_no)


class OcppDisplays(CodeDisplays):
    """Commands for displays; a charge point of another version than 2.1 refuses them."""

    def __init__(self, commands: Commands, displays: Displays) -> None:
        """Reach the charge points by *commands*."""
        self._commands = commands
        self._displays = displays

    async def show_code(self, evse: Evse) -> CommandOutcome:
        """Let the display of *evse* show codes by its newest secret from now on."""
        if evse.display is None:
            return CommandOutcome.NOT_SENT
        screen = Screen(evse.operator_id, evse.evse_uid, evse.evse_no, evse.code, evse.display)
        outcome, answer = await self._call(evse, "SetVariables", self._displays.variables(screen))
        if outcome is CommandOutcome.ACCEPTED and not is_shown(answer):
            return CommandOutcome.REJECTED
        return outcome

    async def announce_payment(self, evse: Evse, seconds: int) -> CommandOutcome:
        """Let nobody else begin at *evse* for so long (OCPP 2.1, NotifyWebPaymentStarted)."""
        payload = {"evseId": evse.evse_no, "timeout": seconds}
        return (await self._call(evse, "NotifyWebPaymentStarted", payload))[0]

    async def _call(
        self, evse: Evse, action: str, payload: Mapping[str, Any]
    ) -> tuple[CommandOutcome, Mapping[str, Any]]:
        try:
            answer = await self._commands.call(evse.operator_id, evse.identity, action, payload)
        except NotSent as failure:
            log.info("%s", failure)
            return CommandOutcome.NOT_SENT, {}
        except NoAnswer as failure:
            log.warning("%s", failure)
            return CommandOutcome.UNKNOWN, {}
        except Refused as refusal:
            log.info("%s refused %s: %s", evse.identity, action, refusal)
            return CommandOutcome.REJECTED, {}
        return CommandOutcome.ACCEPTED, answer
