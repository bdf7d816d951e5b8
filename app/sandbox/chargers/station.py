"""A played charge point as a whole: its connection, its EVSEs, and what people do to it."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

from app.kernel.clock import Clock, SystemClock
from app.sandbox.chargers.answers import Answers
from app.sandbox.chargers.bay import Bay
from app.sandbox.chargers.car import Car
from app.sandbox.chargers.config import ChargerConfig
from app.sandbox.chargers.faults import Faults
from app.sandbox.chargers.outbox import Item, Outbox
from app.sandbox.chargers.wire import OcppClient, Offline, ServerError
from app.sandbox.chargers.words2 import Words2
from app.sandbox.chargers.words16 import Words16
from app.sandbox.terminal import Card

log = logging.getLogger(__name__)

_TICKS_PER_SECOND: Final = 20
_RECONNECT_SECONDS: Final = 1
_DEFAULTS: Final = {
    "MeterValueSampleInterval": "60",
    "MeterValuesSampledData": "Energy.Active.Import.Register",
    "ConnectionTimeOut": "120",
    "AuthorizeRemoteTxRequests": "false",
    "StopTransactionOnInvalidId": "false",
    "SupportedFeatureProfiles": "Core,RemoteTrigger,SmartCharging",
    "HeartbeatInterval": "300",
    "AuthorizationKey": "",
    "CustomDisplayCostAndPrice": "true",
}


class SandboxCharger:
    """
    A charge point that connects, boots and obeys: `async with SandboxCharger(config) as charger`.

    People do `plug`, `unplug`, `go_offline`, `go_online`, `reboot`, and switch `faults`.
    """

    def __init__(self, config: ChargerConfig, clock: Clock | None = None) -> None:
        """Build it; it connects when the block begins."""
        self.config = config
        self.faults = Faults()
        self.words: Words16 | Words2 = Words16() if config.version == "ocpp1.6" else Words2()
        self.settings = dict(_DEFAULTS)
        self.shown: dict[str, Mapping[str, Any]] = {}
        self._clock = clock or SystemClock()
        self._built_at = self._clock.now()
        self._answers = Answers(self)
        self.client = OcppClient(config, self._answer)
        self._outbox = Outbox()
        self._wanted, self._online = asyncio.Event(), asyncio.Event()
        self._wanted.set()
        self._booted = self._restarted = self._told = False
        self._tasks: list[asyncio.Task[None]] = []
        self.bays = {
            number: Bay(number, evse, self) for number, evse in enumerate(config.evses, start=1)
        }

    async def __aenter__(self) -> Self:
        """Switch it on."""
        self._tasks = [
            asyncio.create_task(self._stay_connected()),
            asyncio.create_task(self._tick()),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Switch it off."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.close()

    def now(self) -> datetime:
        """Return the time of its clock, which a fault starts in 1970."""
        now = self._clock.now()
        if self.faults.clock_1970:
            return datetime(1970, 1, 1, tzinfo=UTC) + (now - self._built_at)
        return now

    def seconds(self, setting: str) -> timedelta:
        """Return a configured interval, divided by the speed."""
        value = self.settings[setting]
        return timedelta(seconds=int(value) if value.isdigit() else 0) / self.config.speed

    def say(self, item: Item) -> None:
        """Tell the server, now or when it is back."""
        if item.durable or self._online.is_set():
            self._outbox.add(item)

    @property
    def is_online(self) -> bool:
        """Tell whether it is connected and accepted."""
        return self._online.is_set()

    async def online(self) -> None:
        """Wait until it is connected and accepted."""
        await self._online.wait()

    async def said_everything(self) -> None:
        """Wait until the server has answered all that there was to tell."""
        await self._outbox.delivered()

    def plug(self, evse_no: int = 1, car: Car | None = None) -> None:
        """Plug a car in."""
        self.bays[evse_no].plug(car)

    def tap(self, evse_no: int = 1) -> Card | None:
        """Tap a card at the terminal; None: nothing can be paid there now."""
        return self.bays[evse_no].tap()

    def unplug(self, evse_no: int = 1) -> None:
        """Unplug the car."""
        self.bays[evse_no].unplug()

    async def go_offline(self) -> None:
        """Lose the connection until `go_online`; charging goes on."""
        self._wanted.clear()
        await self.client.close()

    def go_online(self) -> None:
        """Get the connection back."""
        self._wanted.set()

    async def reboot(self) -> None:
        """Restart: transactions end with the power, the connection goes and comes."""
        for bay in self.bays.values():
            bay.lose_power()
        self._booted, self._restarted = False, True
        await self.client.close()

    def restart(self) -> None:
        """Restart after the answer to a Reset is out."""
        task = asyncio.create_task(self._reboot_soon())
        self._tasks.append(task)

    def report_boot(self) -> None:
        """Tell of the boot again."""
        self.say(Item(lambda: self.words.boot(self.config, restarted=False), durable=False))

    def _answer(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return None if self.faults.mute else self._answers.answer(action, payload)

    async def _reboot_soon(self) -> None:
        await asyncio.sleep(1 / _TICKS_PER_SECOND)
        await self.reboot()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1 / _TICKS_PER_SECOND)
            for bay in self.bays.values():
                bay.tick()

    async def _stay_connected(self) -> None:
        while True:
            await self._wanted.wait()
            try:
                # A password that the server has set counts from the next connection.
                self.client.password = self.settings["AuthorizationKey"] or self.config.password
                await self.client.open()
                await self._converse()
            except Offline as error:
                log.info("%s", error)
            self._online.clear()
            await asyncio.sleep(_RECONNECT_SECONDS / self.config.speed)

    async def _converse(self) -> None:
        speaker = asyncio.create_task(self._speak())
        try:
            await self.client.read()
        finally:
            speaker.cancel()
            await asyncio.gather(speaker, return_exceptions=True)

    async def _speak(self) -> None:
        try:
            if not self._booted:
                await self._boot()
            self._outbox.forget_what_is_stale()
            self._online.set()
            for bay in self.bays.values():
                bay.announce(again=not self._told)
            self._told = True
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._outbox.deliver(self.client.call))
                tasks.create_task(self._beat())
        except* (Offline, ServerError) as errors:
            log.info("%s: %s", self.config.identity, errors.exceptions)
            await self.client.close()

    async def _boot(self) -> None:
        while True:
            message = self.words.boot(self.config, restarted=self._restarted)
            answer = await self.client.call(*message)
            self.settings["HeartbeatInterval"] = str(answer.get("interval", 300))
            if answer.get("status") == "Accepted":
                self._booted, self._told = True, False
                return
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(int(self.settings["HeartbeatInterval"]) or 300)
            await self.client.call("Heartbeat", {})
