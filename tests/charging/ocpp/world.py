"""An operator's charge point in the real database, and a played one that connects to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.charging.chargers.model import Connector, Evse, Location
from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.charging.chargers.read import get_evse
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
from app.charging.chargers.setup.save import (
    save_charge_point,
    save_evse,
    save_holds,
    save_location,
)
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
from app.kernel.money import Money
from app.sandbox.chargers.config import ChargerConfig, EvseConfig
from app.sandbox.chargers.station import SandboxCharger
from tests.charging.ocpp.conftest import serving
from tests.fakes.clock import FakeClock

OPERATOR = UUID("01930000-0000-7000-8000-0000000000aa")
PASSWORD = "00112233445566778899aabbccddeeff"
IDENTITY = "RDAM|1"

_HOLD = Money(5000, "EUR")
_LOCATION = Location(
    location_id="LOC1",
    name="Test",
    address="Kade 1",
    postal_code="3011AA",
    city="Rotterdam",
    country="NL",
    latitude=Decimal("51.92"),
    longitude=Decimal("4.48"),
    time_zone="Europe/Amsterdam",
)


@dataclass(frozen=True, slots=True)
class World:
    """A database with one charge point, a gateway, and the played charge point at it."""

    database: Database
    clock: FakeClock
    gateway: OcppGateway
    charger: SandboxCharger

    async def prepare(self, evse_no: int = 1) -> Session:
        """Prepare a session as a payment would."""
        async with self.database.work(OPERATOR) as work:
            return await prepare_session(work, await get_evse(work, f"E{evse_no}"))

    async def withdraw(self, session: Session) -> None:
        """Give the session up as a cancelled payment would."""
        async with self.database.work(OPERATOR) as work:
            await withdraw_session(work, session.session_id)

    async def start(self, session: Session) -> CommandOutcome:
        """Ask the charge point to start it."""
        return await self.gateway.commands.remote_start(
            RemoteStart(
                operator_id=OPERATOR,
                identity=IDENTITY,
                evse_no=session.evse_no,
                ocpp16_connector_id=session.ocpp16_connector_id,
                id_tag=session.id_tag,
                remote_start_id=session.remote_start_id,
            )
        )

    async def stop(self, session: Session) -> CommandOutcome:
        """Ask the charge point to stop it."""
        now = await self.session(session)
        command = RemoteStop(OPERATOR, IDENTITY, str(now.transaction_id))
        return await self.gateway.commands.remote_stop(command)

    async def session(self, session: Session) -> Session:
        """Return the session as it is now."""
        async with self.database.work(OPERATOR) as work:
            return await get_session(work, session.session_id)

    async def samples(self, session: Session) -> list[MeterSample]:
        """Return its samples."""
        async with self.database.work(OPERATOR) as work:
            return await samples_of(work, session.session_id)

    async def evse(self, evse_no: int = 1) -> Evse:
        """Return the EVSE as it is now."""
        async with self.database.work(OPERATOR) as work:
            return await get_evse(work, f"E{evse_no}")

    async def until(self, session: Session, reached: Callable[[Session], bool]) -> Session:
        """Wait until the session is as *reached* says, and return it."""
        async with asyncio.timeout(60):
            while not reached(found := await self.session(session)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return found

    async def until_evse(self, reached: Callable[[Evse], bool], evse_no: int = 1) -> Evse:
        """Wait until the EVSE is as *reached* says, and return it."""
        async with asyncio.timeout(60):
            while not reached(found := await self.evse(evse_no)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return found


@asynccontextmanager
async def world(
    database: Database,
    clock: FakeClock,
    version: str,
    *,
    starts_when_plugged: bool = False,
    settings: OcppSettings | None = None,
) -> AsyncIterator[World]:
    """Open a world with a charge point of *version* that is connected and accepted."""
    await configure(database)
    patience = settings or OcppSettings(pairing=False, call_seconds=5)
    gateway = OcppGateway(DatabaseFacts(ReaderDesk(database, Secrets(b"k" * 32))), clock, patience)
    async with serving(gateway.endpoint) as url:
        config = ChargerConfig(
            identity=IDENTITY,
            url=url,
            version=version,
            password=PASSWORD,
            evses=(EvseConfig(Decimal(150), "DC"), EvseConfig(Decimal(22), "AC")),
            speed=10,
            starts_when_plugged=starts_when_plugged,
        )
        async with SandboxCharger(config, clock) as charger:
            async with asyncio.timeout(60):
                await charger.online()
            yield World(database, clock, gateway, charger)


async def configure(database: Database, connectors: tuple[int, int] = (1, 2)) -> None:
    """Configure the charge point; *connectors* are the flat numbers that 1.6 has for its EVSEs."""
    async with database.work(OPERATOR) as work:
        await save_location(work, _LOCATION)
        await save_charge_point(work, IDENTITY, PASSWORD)
        holds = {HoldKey(HoldScope.OPERATOR, "", current): _HOLD for current in ("AC", "DC")}
        await save_holds(work, holds)
        for number, power_type, kilowatts in ((1, "DC", 150), (2, "AC_3_PHASE", 22)):
            connector = Connector(
                "1", "IEC_62196_T2_COMBO", "CABLE", power_type, Decimal(kilowatts)
            )
            await save_evse(
                work,
                EvseDraft(
                    evse_uid=f"E{number}",
                    evse_id=f"NL*DPY*E100{number}",
                    code=f"TEST2{number + 1}",
                    location_id="LOC1",
                    identity=IDENTITY,
                    evse_no=number,
                    ocpp16_connector_id=connectors[number - 1],
                    connectors=(connector,),
                    physical_reference=str(number),
                ),
            )
