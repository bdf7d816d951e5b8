"""The gateway as a whole: endpoint, commands, and the heartbeat of its leases."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from app.gateways.ocpp.commands import LocalCommands
from app.gateways.ocpp.endpoint import OcppEndpoint
from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.registry import Registry
from app.gateways.ocpp.settings import OcppSettings
from app.kernel.clock import Clock

log = logging.getLogger(__name__)


class OcppGateway:
    """
    All that speaks OCPP in one process.

    *endpoint* is the ASGI application for `/ocpp/`, *commands* the `ChargerGateway` of the charge
    points connected here. `running()` must be open while the server serves.
    """

    def __init__(self, facts: Facts, clock: Clock, settings: OcppSettings | None = None) -> None:
        """Serve with the verbs in *facts*."""
        self._facts = facts
        self._clock = clock
        self._settings = settings or OcppSettings()
        self.registry = Registry()
        self.endpoint = OcppEndpoint(facts, self.registry, clock, self._settings)
        self.commands = LocalCommands(self.registry, clock, self._settings)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Note again and again which charge points are alive, as long as the block lasts."""
        notes = asyncio.create_task(self._touch())
        try:
            yield
        finally:
            notes.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await notes

    async def _touch(self) -> None:
        while True:
            await asyncio.sleep(self._settings.touch_seconds)
            now = self._clock.now()
            stations = self.registry.connected()
            seen = {(station.operator_id, station.identity): now for station in stations}
            try:
                await self._facts.touched(seen)
            except Exception:
                log.exception("could not note that %d charge points are alive", len(seen))
