"""The display of a charge point over the socket: set up after the boot, and told who pays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from app.charging.chargers.display.model import DisplaySecrets
from app.charging.chargers.model import Connector, Evse
from app.charging.chargers.ports import CommandOutcome
from app.charging.chargers.read import get_evse
from app.charging.chargers.setup.model import DisplayDraft, EvseDraft
from app.charging.chargers.setup.save import save_evse
from app.directpay.desk import Secrets
from app.directpay.reader.desk import ReaderDesk
from app.gateways.ocpp.facts import DatabaseFacts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.v2.display import OcppDisplays
from app.gateways.ocpp.v2.screens import Displays
from app.infra.database import Database
from app.people.identity.hosts.book import Hosts
from app.sandbox.chargers.config import ChargerConfig, EvseConfig
from app.sandbox.chargers.station import SandboxCharger
from tests.charging.ocpp.conftest import serving
from tests.charging.ocpp.world import IDENTITY, OPERATOR, PASSWORD, configure
from tests.fakes.clock import FakeClock

SHOWN = Displays(Hosts("https://pay.example").base_of, DisplaySecrets((b"k" * 32,)))


@asynccontextmanager
async def station(
    database: Database, clock: FakeClock, version: str = "ocpp2.1"
) -> AsyncIterator[tuple[SandboxCharger, OcppDisplays]]:
    """A charge point with a display at its first EVSE, and the way to it."""
    await configure(database)
    async with database.work(OPERATOR) as work:
        await save_evse(work, _draft())
    settings = OcppSettings(boot_grace_seconds=0, settle_seconds=0, displays=SHOWN)
    gateway = OcppGateway(DatabaseFacts(ReaderDesk(database, Secrets(b"k" * 32))), clock, settings)
    evses = (EvseConfig(Decimal(22), display=True), EvseConfig(Decimal(22)))
    async with serving(gateway.endpoint) as url:
        config = ChargerConfig(IDENTITY, url, version, PASSWORD, evses)
        async with SandboxCharger(config, clock) as charger, asyncio.timeout(20):
            await charger.online()
            yield charger, OcppDisplays(gateway.commands, SHOWN)


def _draft() -> EvseDraft:
    connector = Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", Decimal(22))
    return EvseDraft(
        evse_uid="E1",
        evse_id="NL*DPY*E1001",
        code="TEST22",
        location_id="LOC1",
        identity=IDENTITY,
        evse_no=1,
        ocpp16_connector_id=1,
        connectors=(connector,),
        physical_reference="1",
        display=DisplayDraft(),
    )


async def evse(database: Database) -> Evse:
    """The EVSE with the display."""
    async with database.work(OPERATOR) as work:
        return await get_evse(work, "E1")


async def address(charger: SandboxCharger, clock: FakeClock) -> str:
    """What the QR code on the display says, once there is one."""
    while (shown := charger.bays[1].display.address(IDENTITY, 1, clock.now())) is None:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return shown


async def test_after_the_boot_the_display_shows_codes_that_count(database, clock):
    """The address leads to the page of the EVSE, and its code is the one that we expect."""
    async with station(database, clock) as (charger, _):
        parts = urlsplit(await address(charger, clock))
        point = await evse(database)
    said = {name: value for name, (value,) in parse_qs(parts.query).items()}

    assert ("pay.example", "/c/TEST22") == (parts.netloc, parts.path)
    assert (IDENTITY, "v1") == (said["id"], said["v"])
    assert point.display is not None
    assert SHOWN.secrets.slot_of(OPERATOR, "E1", point.display, said["totp"], clock.now())


async def test_an_evse_without_a_display_is_left_alone(database, clock):
    """Only what is configured with a display is told about one."""
    async with station(database, clock) as (charger, _):
        await address(charger, clock)

        assert {} == charger.bays[2].display.values


async def test_a_payment_keeps_the_socket(database, clock):
    """Nobody begins at the charge point while somebody pays on the page."""
    async with station(database, clock) as (charger, displays):
        outcome = await displays.announce_payment(await evse(database), 300)

        assert CommandOutcome.ACCEPTED is outcome
        assert charger.bays[1].display.is_kept(clock.now())


async def test_a_new_secret_reaches_the_display(database, clock):
    """Set anew, the display shows codes by it."""
    async with station(database, clock) as (charger, displays):
        await address(charger, clock)
        charger.bays[1].display.values.clear()
        outcome = await displays.show_code(await evse(database))

        assert CommandOutcome.ACCEPTED is outcome
        assert "SharedSecret" in charger.bays[1].display.values


async def test_an_older_version_has_no_such_call(database, clock):
    """OCPP 2.0.1: refused by the charge point, and nothing breaks."""
    async with station(database, clock, "ocpp2.0.1") as (charger, displays):
        outcome = await displays.announce_payment(await evse(database), 300)

        assert CommandOutcome.REJECTED is outcome
        assert {} == charger.bays[1].display.values
