"""A charge point of OCPP 2.1 with a terminal in it: it says to the real gateway what it is told."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.directpay import store
from app.directpay.integrated.till import Till
from app.directpay.letters.links import PageLinks
from app.directpay.model import Journey
from app.directpay.reader.desk import ReaderDesk
from app.funds.payments.model import Payment
from app.funds.payments.steps import get_payment
from app.gateways.ocpp.facts import DatabaseFacts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.terminals.verbs import TillTerminals
from app.people.identity.hosts.book import Hosts
from app.pricing.vat import NoRegister, VatRegister
from app.sandbox.chargers.words16 import instant
from tests.charging.ocpp.conftest import Raw, raw_charger, serving
from tests.scenarios.world import IDENTITY, OPERATOR, PASSWORD, SECRETS, World

BASE = "https://pay.example"
# Nobody is set up, and nothing is waited for.
QUIET = OcppSettings(pairing=False, keep_seconds=(0, 0))
REF = "PSP-993617895215577D"
CARD = [
    {"additionalIdToken": "VISA", "type": "PaymentBrand"},
    {"additionalIdToken": "1234", "type": "CardLast4Digits"},
]
COMPANY = {
    "name": "Voorbeeld B.V.",
    "address1": "Kade 1",
    "postalCode": "3011 AA",
    "city": "Rotterdam",
    "country": "NL",
}


@dataclass
class Counter:
    """The charge point, its socket, and the world around it."""

    world: World
    raw: Raw
    url: str
    register_wh: int = 1_000_000
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def ask(self, action: str, payload: dict) -> dict:
        """Send a call, let the jobs run that follow from it, and return its answer."""
        frame = await self.raw.ask(action, payload, f"m{next(self.numbers)}")
        assert frame[0] == 3, frame
        await self.world.worker.run_due()
        return frame[2]

    async def event(self, kind: str, trigger: str, **more: Any) -> dict:
        """Send a TransactionEvent; *limit* and *transaction* go into its transactionInfo."""
        info: dict[str, Any] = {"transactionId": more.pop("transaction", "tx-1")}
        if (limit := more.pop("limit", None)) is not None:
            info["transactionLimit"] = {"maxCost": limit}
        at: datetime = more.pop("at", self.world.clock.now())
        context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}
        value = {"value": self.register_wh, "context": context.get(kind, "Sample.Periodic")}
        said = {
            "eventType": kind,
            "timestamp": instant(at),
            "triggerReason": trigger,
            "seqNo": next(self.numbers),
            "transactionInfo": info,
            "evse": {"id": 1, "connectorId": 1},
            "meterValue": [{"timestamp": instant(at), "sampledValue": [value]}],
        }
        return await self.ask("TransactionEvent", {**said, **more})

    async def taps(self, ref: str = REF, limit: float = 60, **more: Any) -> dict:
        """A card is authorised, and the transaction starts with it."""
        return await self.event("Started", "Authorized", idToken=token(ref), limit=limit, **more)

    async def charges(self, kwh: str, minutes: int = 40, **more: Any) -> dict:
        """The car takes *kwh*, and the charge point says so."""
        self.world.clock.advance(minutes=minutes)
        self.register_wh += int(Decimal(kwh) * 1000)
        return await self.event("Updated", "MeterValuePeriodic", **more)

    async def ends(self, **more: Any) -> dict:
        """The transaction ends."""
        return await self.event("Ended", "EVCommunicationLost", **more)

    async def settles(self, amount: object, status: str = "Settled", **more: Any) -> dict:
        """The terminal says what it collected."""
        at = instant(self.world.clock.now())
        said = {"pspRef": REF, "status": status, "settlementAmount": amount, "settlementTime": at}
        return await self.ask("NotifySettlement", {**said, "transactionId": "tx-1", **more})

    async def journey(self, ref: str = REF) -> Journey | None:
        """The journey that the authorisation pays for."""
        async with self.world.database.work(OPERATOR) as work:
            return await store.journey_by_pay_key(work, f"terminal:{IDENTITY}:{ref}")

    async def payment(self, ref: str = REF) -> Payment:
        """The payment of that journey."""
        journey = await self.journey(ref)
        assert journey is not None
        async with self.world.database.work(OPERATOR) as work:
            return await get_payment(work, journey.payment_id)

    async def receipt(self, ref: str = REF) -> Receipt | None:
        """The valid document of that journey."""
        journey = await self.journey(ref)
        assert journey is not None
        async with self.world.database.work(OPERATOR) as work:
            return await receipt_of_session(work, journey.session_id)

    async def page(self, ref: str = REF) -> str:
        """The address of that journey's page."""
        journey = await self.journey(ref)
        assert journey is not None
        return PageLinks(SECRETS, Hosts(BASE).base_of).to_control(
            journey.journey_id, journey.operator_id
        )

    async def passes(self, length: timedelta) -> None:
        """Time goes by, and whatever has its hour then is done."""
        await self.world.passes(seconds=length // timedelta(seconds=1))


def token(ref: str = REF) -> dict:
    """Return the idToken of an authorisation at the terminal."""
    return {"idToken": ref, "type": "DirectPayment", "additionalInfo": CARD}


@asynccontextmanager
async def open_counter(
    world: World,
    register: VatRegister | None = None,
    *,
    settings: OcppSettings = QUIET,
) -> AsyncIterator[Counter]:
    """Connect the charge point of *world* to a real gateway, in OCPP 2.1."""
    till = Till(world.database, SECRETS, Hosts(BASE).base_of, register or NoRegister())
    facts = DatabaseFacts(ReaderDesk(world.database, world.desk.secrets), TillTerminals(till))
    gateway = OcppGateway(facts, world.clock, settings)
    async with (
        serving(gateway.endpoint) as url,
        raw_charger(url, "ocpp2.1", IDENTITY, PASSWORD) as raw,
    ):
        yield Counter(world, raw, url)
