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
        notes = asyncio.create_task(self._touch_for_ever())
        try:
            yield
        finally:
            notes.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await notes

    async def touch(self) -> None:
        """Note which charge points are alive now."""
        now = self._clock.now()
        stations = self.registry.connected()
        await self._facts.touched({(each.operator_id, each.identity): now for each in stations})

    async def _touch_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.touch_seconds)
            try:
                await self.touch()
            except Exception:
                log.exception("could not note who is alive; the lease lasts for another try")
