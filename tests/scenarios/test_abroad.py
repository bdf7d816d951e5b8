"""Stories at charge points of another platform: the driver notices nothing of it."""

from collections.abc import AsyncIterator
from decimal import Decimal

import psycopg
import pytest

from app.directpay.model import Ending, Stage
from app.directpay.views import PointState
from app.funds.payments.ports.answers import ProviderStatus
from app.roaming.abroad.read import points_abroad
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.world import OPERATOR, world_reactors


@pytest.fixture(params=["2.3.0", "2.2.1"])
async def there(
    request: pytest.FixtureRequest,
    make_database: MakeDatabase,
    sql: psycopg.Connection,
    clock: FakeClock,
) -> AsyncIterator[Abroad]:
    """A driver of ours, and a platform that speaks one of the versions; right books after."""
    database = make_database(world_reactors())
    async with abroad(database, sql, clock, request.param) as opened:
        yield opened
    assert [] == await breaches(database)


async def test_a_whole_journey_at_another_platform(there: Abroad):
    """Scan, pay, start, follow, stop, receipt: like at a charge point of our own."""
    view = await there.looks()
    assert PointState.FREE == view.point.state
    assert ("BE*BEC*E1", "Gent Dok-Noord") == (view.point.evse_id, view.point.location_name)

    await there.pays()
    assert Stage.WAITING == (await there.world.sees()).stage
    await there.plugs_in()
    await there.charges(minutes=20, kwh="10")
    live = await there.world.sees()
    assert Stage.CHARGING == live.stage
    assert live.live is not None
    # 10 kWh x 0.50 + 21 % VAT
    assert 605 == live.live.cost.minor

    await there.world.presses_stop()
    await there.settles()

    receipt = await there.world.receipt()
    assert receipt is not None
    assert 605 == receipt.document.settlement.charged.minor
    assert Ending.CHARGED == (await there.world.sees()).ending
    assert [] == there.world.work_list()


async def test_a_refused_start_gives_the_money_back(there: Abroad):
    """The platform says no at once: the driver reads so, and everything goes back."""
    there.peer.book.manners.command = "REJECTED"
    await there.pays()
    await there.passes(seconds=10)

    assert Ending.START_REJECTED == (await there.world.sees()).ending
    assert 0 == there.world.book.captured.minor
    assert ProviderStatus.CANCELLED == there.world.book.status


async def test_a_start_that_fails_at_the_charger_gives_the_money_back(there: Abroad):
    """The platform says yes, asks its charger, and then says no."""
    there.peer.book.manners.result = "EVSE_OCCUPIED"
    await there.pays()
    await there.passes(seconds=10)

    assert Ending.START_REJECTED == (await there.world.sees()).ending
    assert 0 == there.world.book.captured.minor
    assert ProviderStatus.CANCELLED == there.world.book.status


async def test_a_platform_that_is_away_gets_no_money(there: Abroad):
    """Nothing was sent, so it is tried again for a minute, and then given back."""
    there.web.away.add("peer.example")
    await there.pays()
    for _ in range(15):
        await there.passes(seconds=5)

    assert Ending.CHARGER_OFFLINE == (await there.world.sees()).ending
    assert 0 == there.world.book.captured.minor
    assert ProviderStatus.CANCELLED == there.world.book.status


async def test_nobody_pays_more_than_was_shown(there: Abroad):
    """A CDR that asks for more than the tariff says: the tariff counts, and a person looks."""
    there.peer.book.manners.surcharge = Decimal(3)
    await there.pays()
    await there.plugs_in()
    await there.charges(minutes=20, kwh="10")

    await there.ends()

    receipt = await there.world.receipt()
    assert receipt is not None
    assert 605 == receipt.document.settlement.charged.minor
    assert ["partner_differs"] == there.world.work_list()
    (detail,) = there.world.worker.sql.execute("SELECT detail FROM work_list").fetchone()
    assert "total_cost.before_taxes: 8 stated, 5 worked out" in detail


async def test_the_record_counts_not_the_last_reading(there: Abroad):
    """What the CDR says is charged, though the last push said less."""
    await there.pays()
    await there.plugs_in()
    await there.charges(minutes=20, kwh="10")
    there.peer.book.manners.is_silent = True
    await there.charges(minutes=20, kwh="2")
    await there.ends()
    there.peer.book.manners.is_silent = False

    await there.peer.sends_cdr("CS1")
    await there.settles()

    receipt = await there.world.receipt()
    assert receipt is not None
    # 12 kWh x 0.50 + 21 % VAT
    assert 726 == receipt.document.settlement.charged.minor


async def test_a_record_that_comes_twice_counts_once(there: Abroad):
    """Platforms repeat what they are not sure of."""
    await there.pays()
    await there.plugs_in()
    await there.charges(minutes=20, kwh="10")
    await there.ends()

    await there.peer.sends_cdr("CS1")
    await there.settles()

    assert [] == there.world.work_list()
    assert 605 == there.world.book.captured.minor


async def test_a_platform_that_forgets_to_push_is_asked(there: Abroad):
    """Neither session nor CDR is pushed: both are fetched, and nobody charges for nothing."""
    there.peer.book.manners.is_silent = True
    await there.pays()
    await there.plugs_in()
    for _ in range(3):
        await there.passes(minutes=1)
    assert Stage.CHARGING == (await there.world.sees()).stage
    await there.charges(minutes=20, kwh="10")
    await there.ends()

    for _ in range(12):
        await there.passes(minutes=1)

    receipt = await there.world.receipt()
    assert receipt is not None
    assert 605 == receipt.document.settlement.charged.minor


async def test_a_record_that_never_comes_is_not_waited_for_all_night(there: Abroad):
    """After four hours the last word of the session is priced, and a person looks."""
    await there.pays()
    await there.plugs_in()
    await there.charges(minutes=20, kwh="10")
    there.peer.book.manners.keeps_cdrs = True
    await there.ends()
    made = dict(there.peer.book.cdrs)
    there.peer.book.cdrs.clear()
    for _ in range(9):
        await there.passes(minutes=30)

    receipt = await there.world.receipt()
    assert receipt is not None
    assert 605 == receipt.document.settlement.charged.minor
    assert ["partner_differs"] == there.world.work_list()

    there.peer.book.cdrs.update(made)
    made["CS1"]["total_energy"] = Decimal(15)
    await there.peer.sends_cdr("CS1")
    await there.settles()

    assert 605 == there.world.book.captured.minor


async def test_a_car_that_starts_after_the_driver_left_is_stopped(there: Abroad):
    """The journey was given up: whatever begins then is stopped, and nobody pays."""
    await there.pays()
    for _ in range(6):
        await there.passes(minutes=1)
    assert Ending.NEVER_PLUGGED == (await there.world.sees()).ending

    await there.plugs_in()
    await there.settles()

    assert "COMPLETED" == there.peer.book.sessions["S1"].body["status"]
    assert ["partner_differs"] == there.world.work_list()
    assert 0 == there.world.book.captured.minor
    assert ProviderStatus.CANCELLED == there.world.book.status


async def test_an_evse_that_is_taken_cannot_be_paid(there: Abroad):
    """The platform's status is the state of the socket here."""
    await there.peer.reports("E1", "CHARGING")
    await there.settles()

    assert PointState.OCCUPIED == (await there.looks()).point.state


@pytest.mark.parametrize(
    ("field", "value", "trouble"),
    [
        ("country", "AND", "no VAT rate"),
        ("country", "JPN", "country: expected two capital letters"),
        ("time_zone", "Mars/Olympus", "time_zone"),
        ("coordinates", {"latitude": "north", "longitude": "3"}, "coordinates"),
    ],
)
async def test_a_place_that_cannot_be_sold_at_says_why(
    there: Abroad, field: str, value: object, trouble: str
):
    """What drivers cannot use is kept with the reason, and stops nothing else."""
    there.clock.advance(seconds=1)
    location = there.peer.book.locations["LOC1"]
    location[field] = value
    location["last_updated"] = "2026-03-02T10:00:00Z"

    await there.peer.publish()
    await there.settles()

    async with there.world.database.work(OPERATOR) as work:
        troubles = [one.point.trouble or "" for one in await points_abroad(work)]
    assert all(trouble in one for one in troubles), troubles


async def test_a_tariff_in_another_currency_is_not_offered(there: Abroad):
    """The hold is in euros, and nobody pays francs with it."""
    there.peer.book.tariffs["AH1"] |= {"currency": "CHF", "last_updated": "2026-03-02T10:00:00Z"}
    there.peer.book.locations["LOC1"]["last_updated"] = "2026-03-02T10:00:00Z"
    there.peer.book.locations["LOC1"]["name"] = "Gent"

    await there.peer.publish()
    await there.settles()

    async with there.world.database.work(OPERATOR) as work:
        troubles = {one.point.trouble for one in await points_abroad(work)}
    assert {"its tariff is in CHF, the hold in EUR"} == troubles


async def test_the_hold_that_a_tariff_asks_for_is_held(there: Abroad):
    """`preauthorize_amount` is the amount to hold at the EVSEs of that tariff."""
    there.peer.book.tariffs["AH1"] |= {
        "preauthorize_amount": Decimal(35),
        "last_updated": "2026-03-02T10:00:00Z",
    }
    there.peer.book.locations["LOC1"]["last_updated"] = "2026-03-02T10:00:00Z"
    there.peer.book.locations["LOC1"]["name"] = "Gent"

    await there.peer.publish()
    await there.settles()

    assert 3500 == (await there.looks()).methods[0].amount.minor
