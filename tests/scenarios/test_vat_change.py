"""A session over a change of VAT: the rate is that of the day on which charging ends."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest

from app.charging.chargers.setup.save import save_location
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios import world as worlds
from tests.scenarios.world import OPERATOR, TARIFF, World, open_world, world_reactors

# Romania went from 19 % to 21 % at midnight: 21:00 UTC.
EVENING = datetime(2025, 7, 31, 20, 40, tzinfo=UTC)


@pytest.fixture
async def bucharest(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> World:
    """The world in Romania, on the last evening of the old rate; 1.00 per kWh before VAT."""
    clock.set(EVENING)
    world = await open_world(make_database(world_reactors()), sql, clock)
    place = replace(worlds._location(), country="RO", time_zone="Europe/Bucharest")
    price = [{"type": "ENERGY", "price": Decimal(1), "step_size": 1}]
    net = {**TARIFF, "tax_included": "NO", "elements": [{"price_components": price}]}
    async with world.database.work(OPERATOR) as work:
        await save_location(work, place)
        await publish_tariff(work, parse_tariff(net))
    return world


async def test_the_rate_of_the_end_counts(bucharest: World):
    """10 kWh before and 10 kWh after midnight are one supply, which ends under the new rate."""
    world = bucharest
    assert Decimal(19) == (await world.looks()).price.vat_rate
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="10")
    before = await world.sees()
    await world.charges(minutes=20, kwh="10")
    after = await world.sees()
    await world.stops()
    receipt = await world.receipt()

    # 10 x 1.19, then 20 x 1.21: the page shows what settling at that moment would cost.
    assert before.live is not None
    assert after.live is not None
    assert [1190, 2420] == [view.live.cost.minor for view in (before, after) if view.live]
    assert receipt is not None
    assert [(2000, 420, 2420, Decimal(21))] == [
        (tax.net.minor, tax.vat.minor, tax.gross.minor, tax.rate) for tax in receipt.document.taxes
    ]
    assert [Decimal(21)] == [line.vat_rate for line in receipt.document.lines]


async def test_a_rate_that_goes_on_changes_nothing(world: World):
    """Over an ordinary midnight the meter goes on as it was."""
    world.clock.set(datetime(2026, 3, 2, 22, 50, tzinfo=UTC))
    await world.connects()
    await world.pays_and_plugs_in()
    await world.charges(minutes=20, kwh="10")
    seen = await world.sees()

    assert seen.live is not None
    assert 500 == seen.live.cost.minor
    assert 20 == len(seen.live.curve)
