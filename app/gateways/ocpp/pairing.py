"""After a connection: ask for what we don't know, set what the price of a session needs."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta

from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.link.session import NoAnswer, NotSent, Refused
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.orders import status_order
from app.gateways.ocpp.registry import Line
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.v2 import variables
from app.gateways.ocpp.v2.display import set_up_displays
from app.gateways.ocpp.v2.terminal import set_up_terminals
from app.gateways.ocpp.v16 import configuration
from app.kernel.clock import Clock

log = logging.getLogger(__name__)

_SET_UP_LASTS = timedelta(hours=6)


class Pairing:
    """
    Sets up the charge points that come to this process, a few at the same time.

    When all of them come back at once, the others wait: their messages matter more.
    """

    def __init__(self, facts: Facts, clock: Clock, settings: OcppSettings) -> None:
        """Ask *facts* for what is to be shown at charge points."""
        self._facts = facts
        self._clock = clock
        self._settings = settings
        self._places = asyncio.Semaphore(settings.set_up_at_once)

    async def pair(self, line: Line) -> None:
        """
        Ask for the status where it is unknown and set the charge point up; returns when it can't.

        A charge point that connects again does not boot (OCPP-J 1.6, 5.4) and may be silent.
        """
        if not self._settings.pairing:
            return
        booted = await _wait_for_boot(line, self._settings)
        async with self._places:
            due = booted or _set_up_is_old(line, self._clock)
            if due and await _patiently(line, self._set_up(line)):
                line.station.paired_at = self._clock.now()
            if not line.station.status_seen:
                await _patiently(line, _ask_for_status(line, self._settings))

    async def _set_up(self, line: Line) -> None:
        version, settings = line.station.version, self._settings
        keys = configuration if version is Version.V16 else variables
        reserves = await keys.set_up(line, settings)
        await self._note_reserves(line.station, reserves)
        if version is Version.V21:
            await set_up_displays(line, settings)
            await self._facts.show_defaults(line.station.charge_point)
            seconds = settings.pairing_call_seconds
            await set_up_terminals(line, self._clock, self._facts.terminals, seconds=seconds)

    async def _note_reserves(self, station: Station, reserves: bool | None) -> None:  # noqa: FBT001 - what it said
        """Keep what a charge point says for the first time, or otherwise than before."""
        if reserves is None or reserves == station.charge_point.reserves:
            return
        await self._facts.reserves(station.charge_point, reserves=reserves)
        station.charge_point = replace(station.charge_point, reserves=reserves)


async def _patiently(line: Line, conversation: Coroutine[None, None, None]) -> bool:
    """Hold a *conversation*; tell whether it came to its end, for some never answer what is new."""
    try:
        await conversation
    except (NotSent, NoAnswer) as failure:
        log.info("%s: %s", line.station.name, failure)
        return False
    return True


async def _wait_for_boot(line: Line, settings: OcppSettings) -> bool:
    try:
        async with asyncio.timeout(settings.boot_grace_seconds):
            await line.station.booted.wait()
    except TimeoutError:
        return False
    await asyncio.sleep(settings.settle_seconds)
    return True


def _set_up_is_old(line: Line, clock: Clock) -> bool:
    paired_at = line.station.paired_at
    return paired_at is None or clock.now() - paired_at > _SET_UP_LASTS


async def _ask_for_status(line: Line, settings: OcppSettings) -> None:
    for evse in line.station.charge_point.evses:
        order = status_order(line.station, evse.evse_no)
        try:
            await line.session.call(
                order.action, order.payload, seconds=settings.pairing_call_seconds
            )
        except Refused as refusal:
            log.info("%s tells no status: %s", line.station.name, refusal)
