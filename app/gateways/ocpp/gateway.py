"""The gateway as a whole: endpoint, commands, and the signs of life of its connections."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final, TypeAlias

from app.charging.chargers.calls.ports import CallGateway
from app.gateways.ocpp.commands import Commands, LocalCommands
from app.gateways.ocpp.desk.calls import Calls
from app.gateways.ocpp.endpoint import OcppEndpoint
from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.presence import Together
from app.gateways.ocpp.prices.board import OcppBoard
from app.gateways.ocpp.registry import Registry
from app.gateways.ocpp.settings import OcppSettings
from app.kernel.clock import Clock

log = logging.getLogger(__name__)

# RFC 6455's registry: the server restarts, and whoever is there shall come back.
_RESTART: Final = 1012
_GOODBYE: Final = "this server restarts: please connect again"
_LEAVE_TOGETHER: Final = 100
_LEAVE_EVERY_SECONDS: Final = 0.05  # seconds

# Given the commands and the sockets of this process, and how long a call may take in seconds.
Join: TypeAlias = Callable[[Commands, Registry, int], Together]


class OcppGateway:
    """
    All that speaks OCPP in one process.

    *endpoint* is the ASGI application for `/ocpp/`, *commands* the `ChargerGateway`. `running()`
    must be open while the server serves, also in a process that only commands.
    """

    def __init__(
        self,
        facts: Facts,
        clock: Clock,
        settings: OcppSettings | None = None,
        *,
        join: Join | None = None,
        board: OcppBoard | None = None,
    ) -> None:
        """
        Serve with the verbs in *facts*; with *join* others may hold sockets too.

        The *board* shows prices at the charge points that are connected here.
        """
        self._facts = facts
        self._clock = clock
        self._settings = settings or OcppSettings()
        self.registry = Registry()
        self.endpoint = OcppEndpoint(facts, self.registry, clock, self._settings)
        if board is not None:
            board.serve(self.registry, self._settings)
        self._local = LocalCommands(self.registry, clock, self._settings)
        self.commands: Commands = self._local
        self._others: Together | None = None
        if join is not None:
            self._others = join(self._local, self.registry, self._settings.call_seconds)
            self.commands = self.endpoint.presence = self._others
        self.calls: CallGateway = Calls(self.commands)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Show signs of life and listen to the other processes, as long as the block lasts."""
        async with contextlib.AsyncExitStack() as stack:
            if self._others is not None:
                await stack.enter_async_context(self._others.running())
            notes = [
                asyncio.create_task(self._touch_for_ever()),
                asyncio.create_task(self._record_for_ever()),
            ]
            try:
                yield
            finally:
                for note in notes:
                    note.cancel()
                await asyncio.wait(notes)
                await self._facts.written()
                await self.record()

    async def drain(self) -> None:
        """
        Let every charge point go: it has its answers, and connects to another process.

        Nobody is let in any more. A few at a time, so that the others can take them in.
        """
        self.endpoint.is_closed = True
        seconds = self._settings.finish_seconds
        while lines := self.registry.lines():
            leaving = lines[:_LEAVE_TOGETHER]
            finishing = (
                line.session.finish(_RESTART, _GOODBYE, seconds=seconds) for line in leaving
            )
            await asyncio.gather(*finishing)
            await asyncio.sleep(_LEAVE_EVERY_SECONDS)

    async def record(self) -> None:
        """Put the commands on record that were sent since the last time."""
        await self._facts.commanded(self._local.take_made())

    async def touch(self) -> None:
        """Note which charge points are alive now."""
        now = self._clock.now()
        stations = self.registry.connected()
        await self._facts.touched({(each.operator_id, each.identity): now for each in stations})

    async def _record_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.record_seconds)
            try:
                await self.record()
            except Exception:
                log.exception("commands that were sent could not be put on record")

    async def _touch_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.touch_seconds)
            try:
                await self.touch()
            except Exception:
                log.exception("could not note who is alive; the lease lasts for another try")
