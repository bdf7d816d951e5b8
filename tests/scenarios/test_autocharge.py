"""Stories of cars that start by themselves: agreed to once, taken back, and strangers forgotten."""

from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest

from app.charging.chargers.model import EvseStatus
from app.charging.tokens.errors import TokenNotFound
from app.charging.tokens.model import Token
from app.directpay.errors import VehicleRefused
from app.directpay.model import Ending
from app.directpay.vehicles.agree import agree, offers_for, take_back
from app.directpay.vehicles.forget import forget_strangers
from app.directpay.vehicles.model import MOST_VEHICLES, WORDS, VehicleKeys, vehicle_in
from app.people.identity.drivers.model import Driver as Known
from app.people.identity.drivers.read import get_driver
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.readers import has_card, shows, taps
from tests.scenarios.test_readers_on_the_wire import asks, talks
from tests.scenarios.wallets import Driver, known_driver
from tests.scenarios.world import OPERATOR, World, open_world, world_reactors

MAC = "A1B2C3D4E5F6"
CAR = f"VID:{MAC}"


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
    """A driver with credit and a card."""
    driver = await known_driver(world)
    await driver.is_given(20_000)
    await has_card(world, driver.driver_id)
    return driver


async def known(driver: Driver) -> Known:
    """Return who the driver is."""
    async with driver.world.database.work(OPERATOR) as work:
        return await get_driver(work, driver.driver_id)


async def charges(world: World, uid: str | None = None) -> None:
    """A whole session: 2 kWh, and the car drives away."""
    await (taps(world) if uid is None else taps(world, uid))
    await world.charges(minutes=10, kwh="2")
    await world.stops()
    await world.worker.run_due()
    await world.reports(EvseStatus.AVAILABLE)


async def agrees(driver: Driver) -> Token:
    """The car is seen, the driver pays with the card, and lets it start by itself."""
    world = driver.world
    await shows(world, CAR)
    await charges(world)
    (offer,) = await offers_for(await known(driver), desk=world.desk)
    return await agree(await known(driver), offer.session_id, WORDS, desk=world.desk)


def traces(world: World) -> list[str]:
    """Return the tables in which the car's own id stands."""
    tables = [
        name
        for (name,) in world.worker.sql.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    ]
    return [
        name
        for name in tables
        if world.worker.sql.execute(
            f"SELECT 1 FROM {name} AS t WHERE t::text ILIKE '%{MAC}%' LIMIT 1"
        ).fetchone()
    ]


async def test_a_car_starts_by_itself_once_its_driver_agreed(world: World, anna: Driver):
    """Strange at first, offered after the session, and from then on as good as the card."""
    assert "Invalid" == (await shows(world, CAR)).status
    await agrees(anna)
    assert [] == await offers_for(await known(anna), desk=world.desk)

    assert "Accepted" == (await shows(world, CAR)).status
    await charges(world, CAR)

    # twice 2 kWh x 0.50
    assert Ending.CHARGED is (await world.sees()).ending
    assert 19_800 == (await anna.wallet()).balance.minor
    assert [] == traces(world)


async def test_a_driver_takes_it_back(world: World, anna: Driver):
    """The car is a stranger again; nobody else can take it back."""
    car = await agrees(anna)
    bob = await known_driver(world, "bob@example.com")
    with pytest.raises(TokenNotFound):
        await take_back(await known(bob), car.token_id, desk=world.desk)

    await take_back(await known(anna), car.token_id, desk=world.desk)

    assert "Invalid" == (await shows(world, CAR)).status
    rows = world.worker.sql.execute("SELECT ended_at IS NULL FROM vehicle_consent").fetchall()
    assert [(False,)] == rows


async def test_a_stranger_leaves_no_trace(world: World):
    """Its start is nobody's, its id stands nowhere, and its digest goes within the hour."""
    answer = await taps(world, CAR)
    await world.stops()

    assert ("Invalid", False) == (answer.status, answer.accepted)
    assert [] == traces(world)
    assert (1,) == world.worker.sql.execute("SELECT count(*) FROM vehicle_sighting").fetchone()
    world.clock.advance(minutes=31)
    assert 1 == await forget_strangers(database=world.database)
    assert (0,) == world.worker.sql.execute("SELECT count(*) FROM vehicle_sighting").fetchone()


async def test_a_car_that_drove_away_is_not_the_next_ones(world: World, anna: Driver):
    """Seen, gone, and another car pays: nothing is offered to its driver."""
    await world.reports(EvseStatus.PREPARING)
    await shows(world, CAR)
    await world.reports(EvseStatus.AVAILABLE)
    await charges(world)

    assert [] == await offers_for(await known(anna), desk=world.desk)


async def test_an_old_sighting_is_nobodys(world: World, anna: Driver):
    """A quarter of an hour later, whoever pays is perhaps somebody else."""
    await shows(world, CAR)
    world.clock.advance(minutes=16)
    await charges(world)

    assert [] == await offers_for(await known(anna), desk=world.desk)


async def test_only_whose_session_it_was_may_agree(world: World, anna: Driver):
    """Not another driver, not on other words, not for a session without a car."""
    await shows(world, CAR)
    await charges(world)
    (offer,) = await offers_for(await known(anna), desk=world.desk)
    bob = await known(await known_driver(world, "bob@example.com"))

    for who, session_id, words in (
        (bob, offer.session_id, WORDS),
        (await known(anna), offer.session_id, "2020-01-01"),
        (await known(anna), UUID(int=7), WORDS),
    ):
        with pytest.raises(VehicleRefused):
            await agree(who, session_id, words, desk=world.desk)


async def test_a_driver_has_so_many_cars(world: World, anna: Driver):
    """The sixth car is refused."""
    for number in range(MOST_VEHICLES):
        await shows(world, f"VID:0000000000A{number}")
        await charges(world)
        (offer,) = await offers_for(await known(anna), desk=world.desk)
        await agree(await known(anna), offer.session_id, WORDS, desk=world.desk)

    with pytest.raises(VehicleRefused):
        await agrees(anna)


async def test_without_credit_the_car_waits(world: World):
    """A car is as good as its driver's credit."""
    bob = await known_driver(world, "bob@example.com")
    await bob.is_given(700, key="bob")
    await has_card(world, bob.driver_id)
    await agrees(bob)
    await charges(world)

    told, answer = await shows(world, CAR), await taps(world, CAR)

    assert "Accepted" == told.status == answer.status
    await world.charges(minutes=10, kwh="4")
    await world.stops()
    await world.worker.run_due()
    assert "NoCredit" == (await shows(world, CAR)).status
    assert [] == traces(world)


@pytest.mark.parametrize("version", ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])
async def test_a_car_is_the_same_in_every_version(world: World, anna: Driver, version: str):
    """VID: in 1.6, an idToken of the type MacAddress in 2.x, with or without colons."""
    await agrees(anna)
    told = CAR if version == "ocpp1.6" else "a1:b2:c3:d4:e5:f6"
    async with talks(world, version) as talker:
        assert "Accepted" == (await asks(talker, told, "MacAddress"))["status"]


@pytest.mark.parametrize(
    ("told", "kind", "vehicle"),
    [
        (CAR, None, MAC),
        (CAR.lower(), None, MAC),
        (CAR, "Central", MAC),
        (MAC, None, None),
        ("VID:12", None, None),
        ("A1-B2-C3-D4-E5-F6", "MacAddress", MAC),
        (CAR, "KeyCode", None),
        ("", "MacAddress", None),
        (MAC, "ISO14443", None),
    ],
)
def test_what_is_a_car(told: str, kind: str | None, vehicle: str | None):
    """A keypad and a card are none, whatever they say."""
    assert vehicle == vehicle_in(told, kind)


def test_a_digest_differs_between_operators_and_keys():
    """Nobody follows a car from one operator to another; a rotated key still finds it."""
    old, new = VehicleKeys((b"k" * 32,)), VehicleKeys((b"n" * 32, b"k" * 32))

    assert old.uids(OPERATOR, MAC) != old.uids(UUID(int=1), MAC)
    assert old.uids(OPERATOR, MAC)[0] == new.uids(OPERATOR, MAC)[1]
    assert 36 == len(old.uids(OPERATOR, MAC)[0])
