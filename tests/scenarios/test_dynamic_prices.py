"""Stories of prices that change through the day: locked at the start, or followed live."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from app.billing.receipts.model import TariffName
from app.charging.cdrs.read import get_cdr
from app.directpay.desk import find
from app.directpay.errors import TariffChanged
from app.directpay.pay import PayOrder, pay
from app.directpay.prices.views import CurvePoint
from app.kernel.money import Money
from app.pricing.tariffs.choice.choose import choose_tariff, every_choice
from app.pricing.tariffs.choice.explain import explained
from app.pricing.tariffs.choice.model import Group, GroupKind, Rule, Spot
from app.pricing.tariffs.choice.write import assign_tariff, write_rule
from app.pricing.tariffs.dynamic.define import define_locks, define_series
from app.pricing.tariffs.dynamic.model import Definition, Lock, Row
from app.pricing.tariffs.dynamic.write import write_prices
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.conftest import MakeDatabase
from tests.fakes.clock import START, FakeClock
from tests.scenarios.world import CODE, HOLD, OPERATOR, TARIFF, World, open_world, world_reactors

HOUR = timedelta(hours=1)


@pytest.fixture
async def world(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> World:
    """It is 11:00 there; a kWh costs € 0.30 until 12:00, € 0.60 until 13:00, then € 0.90."""
    opened = await open_world(make_database(world_reactors()), sql, clock)
    async with opened.database.work(OPERATOR) as work:
        spot = Definition("spot", "Europe/Amsterdam", "EUR", default="per-kwh")
        await define_series(work, [spot])
        await assign_tariff(work, "spot")
    await writes(opened, START + HOUR, "0.30", "0.60", "0.90")
    await opened.passes(hours=1)
    return opened


async def writes(world: World, start: datetime, *values: str) -> None:
    """The operator writes hourly prices from an instant on."""
    rows = [
        Row(number, start + number * HOUR, start + (number + 1) * HOUR, Decimal(value))
        for number, value in enumerate(values)
    ]
    async with world.database.work(OPERATOR) as work:
        written = await write_prices(work, "spot", rows, "a story")
    assert () == written.refused


async def locks(world: World, lock: Lock) -> None:
    """The operator says how prices lock."""
    async with world.database.work(OPERATOR) as work:
        await define_locks(work, {"NL": lock})


async def charged(world: World) -> Money:
    """What the receipt says."""
    receipt = await world.receipt()
    assert receipt is not None
    return receipt.document.settlement.charged


async def cdr(world: World) -> dict:
    """The record of the last journey."""
    journey = await find(world.token, desk=world.desk)
    async with world.database.work(OPERATOR) as work:
        return json.loads((await get_cdr(work, journey.session_id)).body)


async def test_a_locked_price_lasts_for_the_whole_session(world: World):
    """Agreed on at 11:59 for € 0.30, charged until 12:59: all of it at € 0.30."""
    await world.passes(minutes=59)
    await world.pays_and_plugs_in()
    await world.charges(minutes=60, kwh="20")
    seen = await world.sees()
    await world.presses_stop()
    await world.stops()
    await world.passes(seconds=5)

    # 20 kWh x 0.30
    assert seen.live is not None
    assert 600 == seen.live.cost.minor
    assert Money(600, "EUR") == await charged(world)
    receipt = await world.receipt()
    assert receipt is not None
    assert TariffName("spot-202603021100", 2) == receipt.document.supply.tariff
    record = await cdr(world)
    assert ["spot-202603021100"] == [each["id"] for each in record["tariffs"]]
    assert {"spot-202603021100"} == {each["tariff_id"] for each in record["charging_periods"]}
    assert 2 == len(record["tariffs"][0]["elements"])


async def test_a_live_price_follows_the_curve(world: World):
    """From 11:30 to 12:30: half at € 0.30, half at € 0.60, and the CDR says when it changed."""
    await locks(world, Lock.LIVE)
    await world.passes(minutes=30)
    await world.pays_and_plugs_in()
    await world.charges(minutes=60, kwh="20")
    seen = await world.sees()
    await world.presses_stop()
    await world.stops()
    await world.passes(seconds=5)

    # 10 kWh x 0.30 + 10 kWh x 0.60
    assert seen.live is not None
    assert 900 == seen.live.cost.minor
    assert Money(900, "EUR") == await charged(world)
    record = await cdr(world)
    assert ["spot"] == [each["id"] for each in record["tariffs"]]
    assert 2 == len(record["charging_periods"])


async def test_new_live_prices_count_for_a_session_under_way(world: World):
    """Written at 11:40 for 12:00: the page, the limit and the receipt have € 1.50 then."""
    await locks(world, Lock.LIVE)
    await world.passes(minutes=30)
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="2")
    await writes(world, START + 2 * HOUR, "1.50")
    await world.charges(minutes=50, kwh="10")
    seen = await world.sees()
    await world.presses_stop()
    await world.stops()
    await world.passes(seconds=5)

    # It began two seconds late: 5.9933 kWh x 0.30 + 6.0067 kWh x 1.50
    assert seen.live is not None
    assert 1081 == seen.live.cost.minor
    assert Money(1081, "EUR") == await charged(world)


async def test_the_hold_is_not_passed_when_live_prices_rise(world: World):
    """€ 60 are held; € 9 per kWh are written for 12:00, and the session is stopped in time."""
    await locks(world, Lock.LIVE)
    await world.passes(minutes=30)
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="3")
    await writes(world, START + 2 * HOUR, "9.00")
    for _ in range(60):
        if world.chargers.stops:
            break
        await world.charges(minutes=1, kwh="0.3")
    await world.stops()
    await world.passes(seconds=5)

    assert world.chargers.stops
    assert Money(5000, "EUR") < await charged(world) <= HOLD


async def test_a_price_that_changed_since_it_was_shown_is_told(world: World):
    """Shown at 11:59 and paid at 12:00: the driver looks again, and nothing was reserved."""
    await world.passes(minutes=59)
    shown = (await world.looks()).price
    world.clock.advance(minutes=1)
    order = PayOrder(CODE, "creditcard", shown.tariff_id, shown.tariff_version, "late", "en")

    with pytest.raises(TariffChanged):
        await pay(order, desk=world.desk)
    assert {} == world.provider.orders


async def test_the_driver_sees_the_price_the_lock_and_the_curve(world: World):
    """Today's prices as far as they are known, incl. VAT; before the series the default's."""
    shown = (await world.looks()).price
    midnight = datetime.fromisoformat("2026-03-02T00:00+01:00")

    assert [Decimal("0.30")] == [one.price for one in shown.components]
    assert Lock.SESSION_START == shown.lock
    assert "spot-202603021100" == shown.tariff_id
    assert (
        CurvePoint(midnight, Decimal("0.50")),
        CurvePoint(START + HOUR, Decimal("0.30")),
        CurvePoint(START + 2 * HOUR, Decimal("0.60")),
        CurvePoint(START + 3 * HOUR, Decimal("0.90")),
    ) == shown.curve
    assert START + 4 * HOUR == shown.curve_until


async def test_without_a_price_the_stated_default_holds(world: World):
    """After the last price € 0.50 per kWh: never free by accident."""
    await locks(world, Lock.LIVE)
    await world.passes(hours=3)
    await world.pays_and_plugs_in()
    await world.charges(minutes=30, kwh="10")
    await world.presses_stop()
    await world.stops()
    await world.passes(seconds=5)

    assert Money(500, "EUR") == await charged(world)
    assert () == (await world.looks()).price.curve


async def test_a_group_has_its_own_tariff(world: World):
    """The staff of a company pays € 0.10; who pays on the spot does not, and each can be told."""
    staff = Group(GroupKind.PRIVATE, "STAFF")
    async with world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff({**TARIFF, "id": "staff"}))
        await write_rule(work, Rule("staff", "staff", staff, reason="our own people"))
        spot = Spot("KADE", "VLT1-1", Decimal(22), "1")
        theirs = await choose_tariff(work, spot, frozenset({staff}))
        ours = await choose_tariff(work, spot)
        told = explained(await every_choice(work, spot, frozenset({staff}), work.now))

    assert ("staff", "staff") == (theirs.tariff.tariff_id, theirs.rule.name)
    assert ("spot", "everywhere") == (ours.tariff.tariff_id, ours.rule.name)
    assert (
        "staff version 1 holds, by rule 'staff': for private:STAFF, everywhere, our own people",
        "spot version 2 comes after it, by rule 'everywhere': for public, everywhere",
    ) == told
