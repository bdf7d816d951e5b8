"""A charge point that says, in each version's own words, exactly what a test wants."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.model import MeterSample, Session
from app.charging.sessions.prepare import prepare_session
from app.charging.sessions.read import get_session, samples_of
from app.charging.sessions.withdraw import withdraw_session
from app.directpay.desk import Secrets
from app.directpay.reader.desk import ReaderDesk
from app.gateways.ocpp.facts import DatabaseFacts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from app.infra.database import Database
from app.sandbox.chargers.words16 import instant
from tests.charging.ocpp.conftest import Raw, raw_charger, serving
from tests.charging.ocpp.world import IDENTITY, OPERATOR, PASSWORD, configure
from tests.fakes.clock import FakeClock

_OF_2 = {"Preparing": "Occupied", "Charging": "Occupied", "Finishing": "Occupied"}


@dataclass
class Talker:
    """
    One charge point of *version* at the real gateway and database; each message is answered.

    *connectors* are the flat numbers of 1.6 by EVSE.
    """

    database: Database
    clock: FakeClock
    gateway: OcppGateway
    url: str
    version: str
    raw: Raw
    connectors: tuple[int, int]
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def is_16(self) -> bool:
        """Tell whether it speaks 1.6."""
        return self.version == "ocpp1.6"

    async def ask(self, action: str, payload: dict) -> dict:
        """Send a call with an id of its own and return the payload of its result."""
        answer = await self.raw.ask(action, payload, f"m{next(self.numbers)}")
        assert answer[0] == 3, answer
        return answer[2]

    async def boot(self) -> dict:
        """Tell that it started."""
        station = {"vendorName": "V", "model": "M"}
        if self.is_16:
            said = {"chargePointVendor": "V", "chargePointModel": "M"}
            return await self.ask("BootNotification", said)
        return await self.ask("BootNotification", {"reason": "PowerUp", "chargingStation": station})

    async def status(self, word: str, at: datetime, evse: int = 1) -> None:
        """Tell a status in the words of 1.6; EVSE 0 is the whole charge point."""
        if self.is_16:
            connector = self.connectors[evse - 1] if evse else 0
            said = {"connectorId": connector, "errorCode": "NoError", "status": word}
        else:
            word, connector = _OF_2.get(word, word), 1 if evse else 0
            said = {"evseId": evse, "connectorId": connector, "connectorStatus": word}
        await self.ask("StatusNotification", {**said, "timestamp": instant(at)})

    async def authorize(self, tag: str) -> str:
        """Show a tag to the reader and return the verdict."""
        if self.is_16:
            return (await self.ask("Authorize", {"idTag": tag}))["idTagInfo"]["status"]
        said = {"idToken": {"idToken": tag, "type": "ISO14443"}}
        return (await self.ask("Authorize", said))["idTokenInfo"]["status"]

    async def start(
        self, tag: str, wh: int = 1000, *, evse: int = 1, at: datetime | None = None, name: str = ""
    ) -> tuple[str, str]:
        """Start a transaction (2.x: called *name*); return its id and the verdict on the tag."""
        at = at or self.clock.now()
        if self.is_16:
            said = {"connectorId": self.connectors[evse - 1], "idTag": tag, "meterStart": wh}
            answer = await self.ask("StartTransaction", {**said, "timestamp": instant(at)})
            return str(answer["transactionId"]), answer["idTagInfo"]["status"]
        name = name or f"tx-{tag}-{evse}"
        token = {"idToken": {"idToken": tag, "type": "Central"}}
        values = self.meter_value(wh, at, "Transaction.Begin")
        event = self._event("Started", name, at, evse) | token | {"meterValue": [values]}
        answer = await self.ask("TransactionEvent", event)
        return name, answer["idTokenInfo"]["status"]

    async def sample(
        self, transaction: str, wh: object, *, evse: int = 1, at: datetime | None = None
    ) -> None:
        """Send a register of a transaction; without an id it is the connector's alone."""
        at = at or self.clock.now()
        values = [self.meter_value(wh, at)]
        if self.is_16:
            said: dict[str, Any] = {"connectorId": self.connectors[evse - 1], "meterValue": values}
            if transaction:
                said["transactionId"] = int(transaction)
            await self.ask("MeterValues", said)
        elif transaction:
            event = self._event("Updated", transaction, at, evse) | {"meterValue": values}
            await self.ask("TransactionEvent", event)
        else:
            await self.ask("MeterValues", {"evseId": evse, "meterValue": values})

    async def stop(
        self, transaction: str, wh: int, *, tag: str = "", at: datetime | None = None
    ) -> dict:
        """Stop a transaction and return the answer."""
        at = at or self.clock.now()
        if self.is_16:
            said: dict[str, Any] = {"transactionId": int(transaction), "meterStop": wh}
            said |= {"timestamp": instant(at), "reason": "Local"}
            return await self.ask("StopTransaction", said | ({"idTag": tag} if tag else {}))
        token = {"idToken": {"idToken": tag, "type": "ISO14443"}} if tag else {}
        values = self.meter_value(wh, at, "Transaction.End")
        event = self._event("Ended", transaction, at, 1) | {"meterValue": [values]} | token
        return await self.ask("TransactionEvent", event)

    def meter_value(self, wh: object, at: datetime, context: str = "Sample.Periodic") -> dict:
        """Return a meter value with one register in Wh."""
        value = str(wh) if self.is_16 else wh
        return {"timestamp": instant(at), "sampledValue": [{"value": value, "context": context}]}

    def _event(self, kind: str, transaction: str, at: datetime, evse: int) -> dict:
        triggers = {"Started": "RemoteStart", "Updated": "MeterValuePeriodic"}
        return {
            "eventType": kind,
            "timestamp": instant(at),
            "triggerReason": triggers.get(kind, "StopAuthorized"),
            "seqNo": next(self.numbers),
            "transactionInfo": {"transactionId": transaction},
            "evse": {"id": evse, "connectorId": 1},
        }

    @asynccontextmanager
    async def again(self) -> AsyncIterator["Talker"]:
        """Connect once more: the older socket goes."""
        async with raw_charger(self.url, self.version, IDENTITY, PASSWORD) as raw:
            yield Talker(
                self.database,
                self.clock,
                self.gateway,
                self.url,
                self.version,
                raw,
                self.connectors,
                self.numbers,
            )

    async def prepare(self, evse: int = 1) -> Session:
        """Prepare a session as a payment would."""
        async with self.database.work(OPERATOR) as work:
            return await prepare_session(work, await get_evse(work, f"E{evse}"))

    async def withdraw(self, session: Session) -> None:
        """Give the session up as a payment that went back would."""
        async with self.database.work(OPERATOR) as work:
            await withdraw_session(work, session.session_id)

    async def session(self, session: Session) -> Session:
        """Return the session as it is now."""
        async with self.database.work(OPERATOR) as work:
            return await get_session(work, session.session_id)

    async def samples(self, session: Session) -> list[MeterSample]:
        """Return its raw samples."""
        async with self.database.work(OPERATOR) as work:
            return await samples_of(work, session.session_id)

    async def evse(self, number: int = 1) -> Evse:
        """Return the EVSE as it is now."""
        async with self.database.work(OPERATOR) as work:
            return await get_evse(work, f"E{number}")


@asynccontextmanager
async def talking(
    database: Database,
    clock: FakeClock,
    version: str,
    *,
    connectors: tuple[int, int] = (1, 2),
    settings: OcppSettings | None = None,
) -> AsyncIterator[Talker]:
    """Connect a charge point of *version* that says what the test says."""
    await configure(database, connectors)
    patience = settings or OcppSettings(pairing=False, call_seconds=5)
    gateway = OcppGateway(DatabaseFacts(ReaderDesk(database, Secrets(b"k" * 32))), clock, patience)
    async with (
        serving(gateway.endpoint) as url,
        raw_charger(url, version, IDENTITY, PASSWORD) as raw,
    ):
        yield Talker(database, clock, gateway, url, version, raw, connectors)


def wh(number: int | str) -> Decimal:
    """Return watt-hours."""
    return Decimal(number)
