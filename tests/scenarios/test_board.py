"""What the charge point itself shows: the price before, the cost meanwhile, the cost in the end."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from app.directpay.board.notices import Agreed, Default, Final, Notice, Place, PriceBoard, Running
from app.directpay.board.tell import tell_defaults
from app.kernel.money import Money
from tests.audit.books import breaches
from tests.scenarios.world import IDENTITY, OPERATOR, open_world, world_reactors


@dataclass
class FakeBoard(PriceBoard):
    """Keeps what it is told."""

    told: list[Notice] = field(default_factory=list)

    def wants(self, place: Place) -> bool:
        """Want everything."""
        return True

    def tell(self, notice: Notice) -> None:
        """Keep it."""
        self.told.append(notice)

    def of(self, kind: type) -> list:
        """Return the notices of a kind."""
        return [each for each in self.told if isinstance(each, kind)]


@pytest.fixture
def board() -> FakeBoard:
    """A board that keeps what it is told."""
    return FakeBoard()


@pytest.fixture
async def world(make_database, sql, clock, board):
    """The world of the stories with that board."""
    opened = await open_world(make_database(world_reactors(board=board)), sql, clock)
    yield opened
    assert [] == await breaches(opened.database)


async def test_the_price_the_cost_and_the_end(world, board):
    """€ 0.50 per kWh, at most what is held; 12.340 kWh are € 6.17."""
    await world.pays()
    await world.approves()
    await world.starts()
    began_at = world.register_wh
    await world.charges(minutes=30, kwh="12.340")
    await world.presses_stop()
    await world.stops()
    await world.passes(seconds=5)
    (agreed,), (final,) = board.of(Agreed), board.of(Final)
    last = board.of(Running)[-1]

    assert (IDENTITY, 1) == (agreed.place.identity, agreed.place.evse_no)
    assert (Money(6000, "EUR"), "en") == (agreed.limit, agreed.language)
    assert "€0.50" in agreed.text
    assert "per-kwh" == agreed.tariff.id
    assert (Money(617, "EUR"), Decimal(12340)) == (last.cost, last.register_wh - began_at)
    assert "12.340\N{NO-BREAK SPACE}kWh · €6.17" == last.text
    assert (Money(617, "EUR"), "12.340\N{NO-BREAK SPACE}kWh · €6.17") == (final.cost, final.text)
    assert {agreed.place} == {last.place, final.place}


async def test_the_end_tells_what_is_billed(world, board):
    """What was charged after the last sample is in the last words, too: 12.340 + 1.000 kWh."""
    await world.pays()
    await world.approves()
    await world.starts()
    await world.charges(minutes=30, kwh="12.340")
    await world.presses_stop()
    await world.stops(register_wh=world.register_wh + 1000)
    await world.passes(seconds=5)
    (final,) = board.of(Final)

    assert (Money(667, "EUR"), "13.340\N{NO-BREAK SPACE}kWh · €6.67") == (final.cost, final.text)


async def test_who_comes_is_told_the_tariff_of_everybody(world, board):
    """2.1 charge points show a price before anybody has paid."""
    await tell_defaults(OPERATOR, IDENTITY, board=board, database=world.database)
    (default,) = board.of(Default)

    assert ("per-kwh", IDENTITY, 1) == (
        default.tariff.id,
        default.place.identity,
        default.place.evse_no,
    )


async def test_a_price_that_is_missing_stops_nothing(world, board, sql):
    """Without a tariff the charge point is set up all the same, and is told nothing."""
    sql.execute("DELETE FROM tariff_rule")
    await tell_defaults(OPERATOR, IDENTITY, board=board, database=world.database)

    assert [] == board.told
