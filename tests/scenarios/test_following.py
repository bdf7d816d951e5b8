"""Following sessions that report more often than anybody looks."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import psycopg

from app.charging.sessions.events import SessionsMeasured
from app.charging.sessions.metering.measure import record_samples
from app.charging.sessions.metering.writer import SampleWriter
from app.charging.sessions.model import MeterSample, Reading, SampleReport
from app.directpay.desk import find, live_topic
from app.directpay.model import Stage
from app.directpay.views import JourneyView
from app.infra.database import Database
from tests.fakes.clock import FakeClock
from tests.scenarios.world import IDENTITY, OPERATOR, World, open_world, world_reactors

PAUSE_MS = 300


async def _charging(database: Database, sql: psycopg.Connection, clock: FakeClock) -> World:
    world = await open_world(database, sql, clock)
    await world.connects()
    await world.pays_and_plugs_in()
    return world


def _report(world: World, second: int, watt_hours: int) -> SampleReport:
    assert world.transaction is not None
    at = world.clock.now() + timedelta(seconds=second)
    sample = MeterSample(at, at, world.register_wh + watt_hours)
    return SampleReport(OPERATOR, IDENTITY, world.transaction.transaction_id, None, 1, [sample])


async def _shown(world: World) -> list[JourneyView]:
    """Return what is shown from now on."""
    journey = await find(world.token, desk=world.desk)
    views: list[JourneyView] = []
    live = world.database._live
    live.subscribe(
        live_topic(journey.journey_id),
        lambda message: views.append(msgspec.json.decode(message, type=JourneyView)),
    )
    return views


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


async def test_many_readings_are_shown_in_few_looks(
    make_database, sql: psycopg.Connection, clock: FakeClock
):
    """Forty readings in a moment: the first is shown at once, all the others with the last."""
    database = make_database(world_reactors(pause_ms=PAUSE_MS))
    world = await _charging(database, sql, clock)
    views, writer = await _shown(world), SampleWriter(database)
    begun = time.monotonic_ns()

    await writer.record(_report(world, 1, 10))
    await _until(lambda: len(views) == 1)
    for second in range(2, 42):
        await writer.record(_report(world, second, second * 10))
    await writer.written()
    pauses = (time.monotonic_ns() - begun) // (PAUSE_MS * 1_000_000)

    energies = [view.live.energy_kwh for view in views if view.live]
    assert (Decimal("0.010"), Decimal("0.410")) == (energies[0], energies[-1])
    assert len(views) <= 2 + pauses
    assert 41 == len((await world.sees()).live.curve)


async def test_the_answer_waits_for_no_look(
    make_database, sql: psycopg.Connection, clock: FakeClock
):
    """While a look is under way, the next reading is kept and answered."""
    looks = asyncio.Event()

    class Slow(Database):
        def __init__(self, real: Database) -> None:
            self.__dict__.update(vars(real))

        async def publish(self, topic: str, message: bytes) -> None:
            await looks.wait()
            await super().publish(topic, message)

    database = Slow(make_database(world_reactors()))
    world = await _charging(database, sql, clock)
    writer = SampleWriter(database)
    async with asyncio.timeout(60):
        await writer.record(_report(world, 1, 10))
        await writer.record(_report(world, 2, 20))
    looks.set()
    await writer.written()

    assert Decimal("0.020") == (await world.sees()).live.energy_kwh


async def test_a_look_that_fails_is_said_and_the_next_begins_anew(
    make_database, sql: psycopg.Connection, clock: FakeClock, caplog
):
    """What was measured is committed by then; only the page is late."""

    class Mute(Database):
        fails = True

        def __init__(self, real: Database) -> None:
            self.__dict__.update(vars(real))

        async def publish(self, topic: str, message: bytes) -> None:
            if self.fails:
                raise ValueError("no voice")
            await super().publish(topic, message)

    database = Mute(make_database(world_reactors()))
    world = await _charging(database, sql, clock)
    views = await _shown(world)
    await record_samples(_report(world, 1, 10), database=database)
    database.fails = False
    await record_samples(_report(world, 2, 20), database=database)

    assert "could not be followed" in caplog.text
    assert [Decimal("0.020")] == [view.live.energy_kwh for view in views if view.live]


async def test_nothing_is_published_for_nobody(
    make_database, sql: psycopg.Connection, clock: FakeClock
):
    """A session that no page shows is followed all the same; who comes to look hears the next."""

    class Counting(Database):
        published = 0

        def __init__(self, real: Database) -> None:
            self.__dict__.update(vars(real))

        async def publish(self, topic: str, message: bytes) -> None:
            self.published += 1
            await super().publish(topic, message)

    database = Counting(make_database(world_reactors()))
    world = await _charging(database, sql, clock)
    await record_samples(_report(world, 1, 10), database=database)
    unheard = database.published
    views = await _shown(world)
    await record_samples(_report(world, 2, 20), database=database)

    assert (0, 1) == (unheard, database.published)
    assert [Decimal("0.020")] == [view.live.energy_kwh for view in views if view.live]
    assert Decimal("0.020") == (await world.sees()).live.energy_kwh


async def test_the_hold_is_watched_with_the_last_of_many_readings(
    make_database, sql: psycopg.Connection, clock: FakeClock
):
    """The readings of a pause are looked at together: the session is stopped all the same."""
    database = make_database(world_reactors(pause_ms=PAUSE_MS))
    world = await _charging(database, sql, clock)
    writer = SampleWriter(database)
    clock.advance(minutes=90)

    await writer.record(_report(world, 1, 1000))
    # € 60 are held, a kWh costs € 0.50: 119.9 kWh are € 59.95.
    for second in range(2, 12):
        await writer.record(_report(world, second, 109_900 + second * 1000 - 1000))
    await writer.written()

    assert Stage.STOPPING == (await world.sees()).stage


_TWIN = """
INSERT INTO session SELECT copy.* FROM session AS one, jsonb_populate_record(one,
    jsonb_build_object('session_id', %(session)s::uuid, 'evse_uid', 'GONE', 'id_tag', 'GONE',
        'remote_start_id', 999, 'transaction_id', '999')) AS copy;
INSERT INTO journey SELECT copy.* FROM journey AS one, jsonb_populate_record(one,
    jsonb_build_object('journey_id', %(session)s::uuid, 'session_id', %(session)s::uuid,
        'evse_uid', 'GONE', 'code', 'GONE', 'pay_key', 'GONE',
        'token_digest', '\\x' || md5('GONE'))) AS copy
"""


async def test_one_of_many_that_cannot_be_followed_leaves_the_others(
    make_database, sql: psycopg.Connection, clock: FakeClock, caplog
):
    """After a deploy many are met together: the socket of one of them is gone, and only of it."""
    database = make_database(world_reactors())
    world = await _charging(database, sql, clock)
    views, journey = await _shown(world), await find(world.token, desk=world.desk)
    twin = UUID(int=9)
    for statement in _TWIN.split(";"):
        sql.execute(statement, {"session": twin})

    reading = Reading(clock.now() + timedelta(seconds=1), Decimal(30), None)
    async with database.work(OPERATOR) as work:
        await work.emit(SessionsMeasured({journey.session_id: reading, twin: reading}))

    assert [Decimal("0.030")] == [view.live.energy_kwh for view in views if view.live]
    failed = [record for record in caplog.records if "not be followed" in record.getMessage()]
    assert [str(twin)] == [str(record.args[0]) for record in failed if record.args]
    limits = sql.execute("SELECT evse_uid, limit_at IS NULL FROM journey ORDER BY 1").fetchall()
    assert [("GONE", True)] == [each for each in limits if each[1]]
