"""Cards at the reader in the words of OCPP 1.6, 2.0.1 and 2.1, over the real gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest

from app.directpay.model import Ending
from app.directpay.reader.desk import ReaderDesk
from app.gateways.ocpp.facts import DatabaseFacts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from app.sandbox.chargers.words16 import instant
from tests.audit.books import breaches
from tests.charging.ocpp.conftest import raw_charger, serving
from tests.charging.ocpp.talker import Talker
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.readers import CARD, follows, has_card
from tests.scenarios.wallets import Driver, known_driver
from tests.scenarios.world import IDENTITY, PASSWORD, World, open_world, world_reactors

QUIET = OcppSettings(pairing=False, keep_seconds=(0, 0))
VERSIONS = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")


@pytest.fixture
async def world(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[World]:
    """A world whose books are right in the end."""
    opened = await open_world(make_database(world_reactors()), sql, clock)
    yield opened
    assert [] == await breaches(opened.database)


@pytest.fixture
async def anna(world: World) -> Driver:
    """A driver with 50.00 of credit."""
    driver = await known_driver(world)
    await driver.is_given(5000)
    return driver


@asynccontextmanager
async def talks(world: World, version: str) -> AsyncIterator[Talker]:
    """The world's charge point speaks *version* to the real gateway."""
    facts = DatabaseFacts(ReaderDesk(world.database, world.desk.secrets))
    gateway = OcppGateway(facts, world.clock, QUIET)
    async with (
        serving(gateway.endpoint) as url,
        raw_charger(url, version, IDENTITY, PASSWORD) as raw,
    ):
        yield Talker(world.database, world.clock, gateway, url, version, raw, (1, 2))


async def asks(talker: Talker, uid: str = CARD, kind: str = "ISO14443") -> dict:
    """Show a card, and return all that is told of it."""
    if talker.is_16:
        return (await talker.ask("Authorize", {"idTag": uid}))["idTagInfo"]
    said = {"idToken": {"idToken": uid, "type": kind}}
    return (await talker.ask("Authorize", said))["idTokenInfo"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_card_charges_from_authorize_to_receipt(world: World, anna: Driver, version: str):
    """Authorize, start, meter values, stop with the same card: 10 kWh cost 5.00."""
    await has_card(world, anna.driver_id)
    async with talks(world, version) as talker:
        assert "Accepted" == (await asks(talker))["status"]
        transaction, status = await talker.start(CARD, 1_000_000)
        assert "Accepted" == status
        await follows(world)
        world.clock.advance(minutes=30)
        await talker.sample(transaction, 1_006_000)
        world.clock.advance(minutes=30)
        await talker.stop(transaction, 1_010_000, tag=CARD)
        await world.worker.run_due()

    assert Ending.CHARGED is (await world.sees()).ending
    assert 4500 == (await anna.wallet()).balance.minor
    assert [] == world.chargers.stops


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_group_of_a_card_is_told(world: World, anna: Driver, version: str):
    """Another card of the group may stop: both versions learn whose parent it is."""
    await has_card(world, anna.driver_id, group_id="FAMILY-12", language="nl")
    async with talks(world, version) as talker:
        told = await asks(talker)

    soon = instant(world.clock.now() + timedelta(minutes=5))
    if version == "ocpp1.6":
        assert {"status": "Accepted", "parentIdTag": "FAMILY-12", "expiryDate": soon} == told
    else:
        group = {"idToken": "FAMILY-12", "type": "Central"}
        more = {"cacheExpiryDateTime": soon, "language1": "nl"}
        assert {"status": "Accepted", "groupIdToken": group, **more} == told


@pytest.mark.parametrize("version", VERSIONS)
async def test_missing_credit_is_told_in_each_versions_word(
    world: World, anna: Driver, version: str
):
    """1.6 has no word for it; the transaction that starts anyway is stopped."""
    await has_card(world, anna.driver_id)
    await anna.pays(4800)
    await world.starts()
    await world.stops()
    bob = await known_driver(world, "bob@example.com")
    poor = "04B1C2D3E4F580"
    await has_card(world, bob.driver_id, poor)
    word = "Blocked" if version == "ocpp1.6" else "NoCredit"
    async with talks(world, version) as talker:
        assert word == (await asks(talker, poor))["status"]
        transaction, status = await talker.start(poor, 1_000_000)
        await world.worker.run_due()

    assert word == status
    assert transaction == world.chargers.stops[-1].transaction_id


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_start_over_a_bad_line_is_one(world: World, anna: Driver, version: str):
    """The same message again gets the same transaction, and reserves nothing more."""
    await has_card(world, anna.driver_id)
    at = world.clock.now()
    async with talks(world, version) as talker:
        first = await talker.start(CARD, 1_000_000, at=at)
        again = await talker.start(CARD, 1_000_000, at=at)
        await talker.stop(first[0], 1_000_000)
        await world.worker.run_due()

    assert first == again
    rows = world.worker.sql.execute("SELECT count(*) FROM journey").fetchone()
    assert (1,) == rows


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_the_cable_may_come_before_the_card(world: World, anna: Driver, version: str):
    """2.x: the transaction starts with the cable; the event that brings the card names no EVSE."""
    await has_card(world, anna.driver_id)
    async with talks(world, version) as talker:
        at = world.clock.now()
        begun = talker._event("Started", "tx-cable", at, 1) | {"triggerReason": "CablePluggedIn"}
        values = {"meterValue": [talker.meter_value(1_000_000, at, "Transaction.Begin")]}
        await talker.ask("TransactionEvent", begun | values)
        world.clock.advance(minutes=1)
        event = talker._event("Updated", "tx-cable", world.clock.now(), 1)
        event |= {"triggerReason": "Authorized"}
        event.pop("evse")
        card = {"idToken": {"idToken": CARD, "type": "ISO14443"}}
        told = await talker.ask("TransactionEvent", event | card)
        assert "Accepted" == told["idTokenInfo"]["status"]
        await follows(world)
        world.clock.advance(minutes=30)
        await talker.stop("tx-cable", 1_010_000, tag=CARD)
        await world.worker.run_due()

    assert Ending.CHARGED is (await world.sees()).ending
    assert 4500 == (await anna.wallet()).balance.minor


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_a_keypad_is_no_card(world: World, anna: Driver, version: str):
    """Whoever types the uid of a card starts nothing with it."""
    await has_card(world, anna.driver_id)
    async with talks(world, version) as talker:
        assert "Invalid" == (await asks(talker, CARD, "KeyCode"))["status"]
