"""Stories of other platforms' drivers at our charge point: started, told, billed over OCPI."""

from collections.abc import AsyncIterator
from decimal import Decimal

import psycopg
import pytest

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.ports import CommandOutcome
from app.charging.chargers.stations.ability import note_reserves
from app.charging.chargers.stations.find import find_charge_point
from app.charging.chargers.terminals.model import InsideTerminal
from app.charging.chargers.terminals.store import replace_terminals
from app.infra.database import together
from app.pricing.tariffs.choice.model import Place, PlaceKind, Rule
from app.pricing.tariffs.choice.write import write_rule
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from app.roaming.here.gap import defer_gaps, replay
from app.roaming.here.react import roaming_reactors
from app.roaming.platforms.find import platform_of_name
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.world import IDENTITY, OPERATOR, TARIFF, world_reactors

PRICES = {"2.3.0": "before_taxes", "2.2.1": "excl_vat"}


@pytest.fixture(params=["2.3.0", "2.2.1"])
async def here(
    request: pytest.FixtureRequest,
    make_database: MakeDatabase,
    sql: psycopg.Connection,
    clock: FakeClock,
) -> AsyncIterator[Abroad]:
    """Our socket, and a platform whose drivers use it; right books after."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, request.param) as opened:
        yield opened
    assert [] == await breaches(database)


async def order(here: Abroad) -> dict[str, object]:
    """What a platform sends to start its driver at our socket."""
    return {
        "token": here.peer.driver(),
        "location_id": "KADE",
        "evse_uid": "VLT1-1",
        "connector_id": "1",
        "authorization_reference": "their-reference",
    }


def pushed(here: Abroad, module: str) -> list[dict[str, object]]:
    """What was put or posted to the platform of a *module*, in order."""
    return [body for address, body in here.peer.book.posted if f" {module}" in address]


async def test_a_driver_of_another_platform_charges_here(here: Abroad):
    """Start, session, stop, CDR: as the platform asks, at our price, checked by nobody but us."""
    told = await here.peer.commands("START_SESSION", await order(here))
    await here.settles()
    await here.world.starts()
    await here.world.charges(minutes=10, kwh="5")
    await here.passes(minutes=1)
    await here.settles()
    session = pushed(here, "sessions")[-1]
    assert ("ACCEPTED", "ACTIVE") == (told["result"], session["status"])
    assert "their-reference" == session["authorization_reference"]
    assert 0 < session["kwh"] <= 5

    stop = await here.peer.commands("STOP_SESSION", {"session_id": session["id"]})
    await here.settles()
    assert ("ACCEPTED", 1) == (stop["result"], len(here.world.chargers.stops))
    await here.world.stops()
    await here.settles()

    (cdr,) = pushed(here, "cdrs")
    assert here.peer.driver()["uid"] == cdr["cdr_token"]["uid"]
    assert "their-reference" == cdr["authorization_reference"]
    # 5 kWh x 0.50 incl. 21 % VAT = 2.50, of which 2.07 net
    assert (5, Decimal("2.07")) == (
        cdr["total_energy"],
        cdr["total_cost"][PRICES[here.peer.book.version]],
    )
    (component,) = cdr["tariffs"][0]["elements"][0]["price_components"]
    # 0.50 incl. 21 % VAT is 0.413223 net, which is all that 2.2.1 can say
    net = {"2.3.0": Decimal("0.50") / Decimal("1.21"), "2.2.1": component["price"]}
    assert 21 == component["vat"]
    named = [(one["country_code"], one["party_id"]) for one in (cdr, *cdr["tariffs"])]
    assert named[0] == named[1]
    assert Decimal("2.07") == round(5 * net[here.peer.book.version], 2)
    last = pushed(here, "sessions")[-1]
    assert ("COMPLETED", cdr["charging_periods"]) == (last["status"], last["charging_periods"])
    assert ["ACCEPTED", "ACCEPTED"] == [one["result"] for one in pushed(here, "results")]


async def test_what_the_platform_did_not_take_is_sent_again(here: Abroad):
    """A platform that is broken at the end gets the CDR when it works again."""
    await here.peer.commands("START_SESSION", await order(here))
    await here.settles()
    await here.world.starts()
    await here.world.charges(minutes=10, kwh="5")
    here.peer.book.manners.is_broken = True
    await here.world.stops()
    await here.settles()
    assert [] == pushed(here, "cdrs")

    here.peer.book.manners.is_broken = False
    for _ in range(3):
        await here.passes(minutes=1)

    assert 1 == len(pushed(here, "cdrs"))


async def test_what_the_platform_lost_is_found_at_night(here: Abroad):
    """It is asked for what it took; what it has no more is sent again."""
    await here.peer.commands("START_SESSION", await order(here))
    await here.settles()
    await here.world.starts()
    await here.world.charges(minutes=10, kwh="5")
    await here.world.stops()
    await here.settles()
    here.peer.book.told.clear()

    await defer_gaps(is_asked=True, desk=here.roaming)
    await here.settles()

    assert 2 == len(pushed(here, "cdrs"))


async def test_our_locations_and_tariffs_reach_the_platform(here: Abroad):
    """What it never took is pushed; what it took already is not pushed again."""
    await defer_gaps(is_asked=False, desk=here.roaming)
    await here.settles()
    (location,) = pushed(here, "locations")
    (tariff,) = pushed(here, "tariffs")
    await defer_gaps(is_asked=False, desk=here.roaming)
    await here.settles()

    assert ("KADE", "NLD") == (location["id"], location["country"])
    assert ["per-kwh"] == location["evses"][0]["connectors"][0]["tariff_ids"]
    assert "per-kwh" == tariff["id"]
    assert 1 == len(pushed(here, "locations"))
    (price,) = [one["price"] for one in tariff["elements"][0]["price_components"]]
    # 2.2.1 knows only prices before VAT: 0.50 / 1.21
    assert price == (Decimal("0.5") if "tax_included" in tariff else Decimal("0.413223"))


async def test_a_status_is_pushed_when_it_changes(here: Abroad):
    """A small change goes as a small change, as soon as it is known."""
    await defer_gaps(is_asked=False, desk=here.roaming)
    await here.settles()

    await here.world.reports(EvseStatus.FAULTED)
    await here.settles()

    assert "OUTOFORDER" == pushed(here, "locations")[-1]["status"]


async def test_a_status_of_what_the_platform_does_not_know_sends_the_whole(here: Abroad):
    """It answers 404 to the change, and is sent the location."""
    await here.world.reports(EvseStatus.FAULTED)
    await here.settles()

    assert "KADE" == pushed(here, "locations")[-1]["id"]


async def test_lists_come_page_by_page(here: Abroad):
    """The platform fetches locations, tariffs, sessions and CDRs, each with all its pages."""
    await here.peer.commands("START_SESSION", await order(here))
    await here.settles()

    assert ["KADE"] == [one["id"] for one in await here.peer.lists("locations")]
    assert ["per-kwh"] == [one["id"] for one in await here.peer.lists("tariffs")]
    assert ["PENDING"] == [one["status"] for one in await here.peer.lists("sessions")]
    assert [] == await here.peer.lists("cdrs")


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (CommandOutcome.REJECTED, "REJECTED"),
        (CommandOutcome.NOT_SENT, "EVSE_INOPERATIVE"),
        (CommandOutcome.UNKNOWN, "TIMEOUT"),
    ],
)
async def test_a_start_that_fails_is_told(here: Abroad, outcome: CommandOutcome, result: str):
    """What the charge point said is what the platform is told, later."""
    here.world.chargers.answers.append(outcome)

    await here.peer.commands("START_SESSION", await order(here))
    await here.settles()

    assert [result] == [one["result"] for one in pushed(here, "results")]


@pytest.mark.parametrize("wrong", [{"evse_uid": "nobody"}, {"location_id": "elsewhere"}])
async def test_a_start_nowhere_is_rejected_at_once(here: Abroad, wrong: dict[str, object]):
    """An EVSE that is not there cannot be started."""
    asked = {name: one for name, one in ((await order(here)) | wrong).items() if one is not None}

    told = await here.peer.commands("START_SESSION", asked)

    assert "REJECTED" == told["result"]


async def test_a_socket_that_somebody_pays_for_is_not_given_away(here: Abroad):
    """A driver here was first."""
    await here.world.pays()

    told = await here.peer.commands("START_SESSION", await order(here))

    assert "REJECTED" == told["result"]


async def test_a_guest_who_never_plugs_in_is_given_up(here: Abroad):
    """After five minutes the session is invalid, and a late start is stopped."""
    await here.peer.commands("START_SESSION", await order(here))
    await here.settles()
    for _ in range(6):
        await here.passes(minutes=1)

    assert "INVALID" == pushed(here, "sessions")[-1]["status"]


async def test_nobody_stops_the_session_of_another(here: Abroad):
    """A session that is not the platform's own is not known to it."""
    told = await here.peer.commands("STOP_SESSION", {"session_id": "S1"})

    assert "UNKNOWN_SESSION" == told["result"]


async def test_everything_can_be_sent_again(here: Abroad):
    """`directpay ocpi replay --all`: what was taken is forgotten, and pushed."""
    await defer_gaps(is_asked=False, desk=here.roaming)
    await here.settles()
    async with here.world.database.work(OPERATOR) as work:
        await replay(work, await platform_of_name(work, "be-charged"), is_all=True)
    await here.settles()

    assert 2 == len(pushed(here, "locations"))


@pytest.mark.parametrize(
    ("reserves", "problem", "found"),
    [
        (None, "no account", {"UNLOCK_CAPABLE"}),
        (False, "no account", {"UNLOCK_CAPABLE"}),
        (True, "no account", {"UNLOCK_CAPABLE", "RESERVABLE"}),
        (None, None, {"UNLOCK_CAPABLE", "CREDIT_CARD_PAYABLE", "DEBIT_CARD_PAYABLE"}),
    ],
)
async def test_the_platform_is_told_what_the_charge_point_can_do(
    here: Abroad, *, reserves: bool | None, problem: str | None, found: set[str]
):
    """What it said itself, and what its terminal takes: nothing that nobody knows."""
    charge_point = await find_charge_point(IDENTITY, database=here.world.database)
    assert charge_point is not None
    if reserves is not None:
        await note_reserves(charge_point, reserves=reserves, database=here.world.database)
    async with here.world.database.work(OPERATOR) as work:
        terminal = InsideTerminal(IDENTITY, 0, {}, problem, work.now)
        await replace_terminals(work, IDENTITY, [terminal])

    (location,) = await here.peer.lists("locations")

    (evse,) = location["evses"]
    assert {"REMOTE_START_STOP_CAPABLE", *found} == set(evse["capabilities"])


async def test_a_connector_that_is_not_there_is_refused(here: Abroad):
    """A start at a connector of another EVSE would be priced by nothing."""
    told = await here.peer.commands("START_SESSION", await order(here) | {"connector_id": "7"})
    await here.settles()

    assert ("REJECTED", []) == (told["result"], here.world.chargers.starts)


async def test_a_location_with_one_evse_need_not_name_it(here: Abroad):
    """OCPI, mod_commands: EVSE and connector are optional; the session says which they are."""
    whole = await order(here)
    told = await here.peer.commands(
        "START_SESSION",
        {name: whole[name] for name in whole if name not in ("evse_uid", "connector_id")},
    )
    await here.settles()
    await here.world.starts()
    await here.settles()

    assert "ACCEPTED" == told["result"]
    (began, *_) = pushed(here, "sessions")
    assert ("VLT1-1", "1") == (began["evse_uid"], began["connector_id"])


async def test_a_tariff_has_the_vat_of_where_it_holds(here: Abroad, sql: psycopg.Connection):
    """Not that of the operator's own country: a tariff for a location in Germany says 19 %."""
    async with here.world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff({**TARIFF, "id": "german"}))
        await write_rule(work, Rule("kade", "german", place=Place(PlaceKind.LOCATION, "KADE")))
    sql.execute("UPDATE location SET country = 'DE', postal_code = '50667'")
    sql.commit()

    await defer_gaps(is_asked=False, desk=here.roaming)
    await here.settles()

    told = {one["id"]: one["elements"][0]["price_components"] for one in pushed(here, "tariffs")}
    assert {"german": 19, "per-kwh": 21} == {name: one[0]["vat"] for name, one in told.items()}
