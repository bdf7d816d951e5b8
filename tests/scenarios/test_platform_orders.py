"""Stories of orders of other platforms: keep a socket, give it free, release a cable."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from app.charging.chargers.calls.commands import CancelReservation, Place, Reserve
from app.charging.chargers.model import EvseStatus
from app.gateways.ocpp.desk.calls import Calls
from app.gateways.ocpp.link.session import NoAnswer, NotSent
from app.infra.database import together
from app.roaming.forget import KEEP_RESERVATIONS, forget_platforms
from app.roaming.here.react import roaming_reactors
from app.roaming.orders.reserve import reserve
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.line import FakeLine
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.test_guests import order, pushed
from tests.scenarios.world import OPERATOR, world_reactors


@pytest.fixture
async def here(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Abroad]:
    """Our socket, and a platform whose drivers want it."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, "2.3.0") as opened:
        yield opened
    assert [] == await breaches(database)


async def reserves(here: Abroad, **more: object) -> str:
    """The platform wants the socket for five minutes; what it is told at once."""
    until = here.clock.now() + timedelta(minutes=5)
    wanted = {
        "token": here.peer.driver(),
        "location_id": "KADE",
        "evse_uid": "VLT1-1",
        "expiry_date": until.isoformat(),
        "reservation_id": "R1",
        **more,
    }
    told = await here.peer.commands("RESERVE_NOW", wanted)
    await here.settles()
    return str(told["result"])


def results(here: Abroad, kind: str) -> list[str]:
    """What the platform was told later of its orders of a *kind*."""
    return [str(one["result"]) for one in pushed(here, f"results/{kind}")]


def asked(here: Abroad) -> list[tuple[str, Mapping[str, Any]]]:
    """What the charge point was asked, besides starts and stops."""
    return [(action, payload) for _, action, payload in here.line.made]


async def test_a_socket_is_kept_and_given_free(here: Abroad):
    """The charge point keeps it under a number, which is also how it is given free."""
    first = await reserves(here)
    told = await here.peer.commands("CANCEL_RESERVATION", {"reservation_id": "r1"})
    await here.settles()

    (keep, kept), (give, given) = asked(here)
    assert ("ACCEPTED", "ACCEPTED") == (first, told["result"])
    assert ("ReserveNow", "CancelReservation") == (keep, give)
    assert (1, 20, kept["reservationId"]) == (
        kept["connectorId"],
        len(kept["idTag"]),
        given["reservationId"],
    )
    assert ["ACCEPTED"] == results(here, "RESERVE_NOW") == results(here, "CANCEL_RESERVATION")


async def test_who_reserved_starts(here: Abroad):
    """The reservation is given up right before the start, whose idTag the charge point takes."""
    await reserves(here)
    await here.world.reports(EvseStatus.RESERVED)

    told = await here.peer.commands("START_SESSION", await order(here))
    await here.settles()

    assert "ACCEPTED" == told["result"]
    assert ["ReserveNow", "CancelReservation"] == [action for action, _ in asked(here)]
    assert 1 == len(here.world.chargers.starts)


async def test_nobody_else_starts_where_a_socket_is_kept(here: Abroad):
    """Another driver is rejected, and so is another reservation; when it is over, it is free."""
    await reserves(here)
    await here.world.reports(EvseStatus.RESERVED)
    other = {**here.peer.driver(), "uid": "another"}
    wanted = {**await order(here), "token": other}
    before = await here.peer.commands("START_SESSION", wanted)
    second = await reserves(here, reservation_id="R2")
    same = await reserves(here)

    here.clock.advance(minutes=6)
    await here.world.connects(EvseStatus.AVAILABLE)
    after = await here.peer.commands("START_SESSION", wanted)

    assert ("REJECTED", "REJECTED", "ACCEPTED") == (before["result"], second, same)
    assert "ACCEPTED" == after["result"]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"status": "Occupied"}, "EVSE_OCCUPIED"),
        ({"status": "Faulted"}, "EVSE_INOPERATIVE"),
        ({"status": "Rejected"}, "REJECTED"),
        (NotSent("gone"), "EVSE_INOPERATIVE"),
        (NoAnswer("silent"), "TIMEOUT"),
    ],
)
async def test_what_the_charge_point_says_is_told(
    here: Abroad, answer: Mapping[str, Any] | Exception, result: str
):
    """In OCPI's words; and nothing is kept that the charge point does not keep."""
    here.line.answers.append(answer)
    await reserves(here)

    assert [result] == results(here, "RESERVE_NOW")
    told = await here.peer.commands("CANCEL_RESERVATION", {"reservation_id": "R1"})
    assert "REJECTED" == told["result"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"evse_uid": "nowhere"},
        {"location_id": "ELSEWHERE"},
        {"expiry_date": "2020-01-01T00:00:00Z"},
        {"expiry_date": "2099-01-01T00:00:00Z"},
    ],
)
async def test_what_cannot_be_kept_is_rejected(here: Abroad, wrong: dict[str, object]):
    """Another place, a time that is over, or one that would keep it for years."""
    assert "REJECTED" == await reserves(here, **wrong)
    assert [] == asked(here)


async def test_a_place_with_one_socket_needs_no_name_for_it(here: Abroad):
    """The EVSE may be left out (OCPI 2.2.1, mod_commands, "evse_uid"); here there is but one."""
    assert "ACCEPTED" == await reserves(here, evse_uid=None)

    ((action, kept),) = asked(here)
    assert ("ReserveNow", 1) == (action, kept["connectorId"])


async def test_a_cable_is_released(here: Abroad):
    """Where nobody charges; the result is told when the charge point has answered."""
    here.line.answers.append({"status": "Unlocked"})
    place = {"location_id": "KADE", "evse_uid": "VLT1-1", "connector_id": "1"}
    free = await here.peer.commands("UNLOCK_CONNECTOR", place)
    await here.settles()
    here.line.answers.append({"status": "UnlockFailed"})
    await here.peer.commands("UNLOCK_CONNECTOR", place)
    await here.settles()

    await here.peer.commands("START_SESSION", await order(here))
    await here.settles()
    await here.world.starts()
    taken = await here.peer.commands("UNLOCK_CONNECTOR", place)

    assert ("ACCEPTED", "REJECTED") == (free["result"], taken["result"])
    assert [("UnlockConnector", {"connectorId": 1})] * 2 == asked(here)
    assert ["ACCEPTED", "FAILED"] == results(here, "UNLOCK_CONNECTOR")


async def test_a_job_that_runs_twice_asks_once(here: Abroad, sql: psycopg.Connection):
    """The order is on record by its id: the charge point hears of it once."""
    await reserves(here)
    found = sql.execute("SELECT platform_id, order_id FROM ocpi_reservation").fetchone()
    assert found is not None
    again = {"operator_id": OPERATOR, "desk": here.roaming}
    await reserve(found[0], "R1", found[1], **again)
    await reserve(found[0], "R1", OPERATOR, **again)

    assert ["ReserveNow"] == [action for action, _ in asked(here)]


async def test_old_reservations_are_forgotten(here: Abroad, sql: psycopg.Connection):
    """A month after their end."""
    await reserves(here)
    here.clock.advance(seconds=int(KEEP_RESERVATIONS.total_seconds()) + 7200)

    await forget_platforms(database=here.world.database)

    assert (0,) == sql.execute("SELECT count(*) FROM ocpi_reservation").fetchone()


@pytest.mark.parametrize("version", ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])
def test_the_words_are_those_of_the_schema(clock: FakeClock, version: str):
    """ReserveNow and CancelReservation are valid in every version."""
    calls = Calls(FakeLine())
    commands = (Reserve(Place(1, 1), 7, "TAG", clock.now()), CancelReservation(7))

    orders = [one for command in commands for one in calls.words_of(version, command, 1)]
    for each in orders:
        calls.judge(version, each)

    assert ["ReserveNow", "CancelReservation"] == [each.action for each in orders]


async def test_preferences_are_taken_where_they_change_nothing(here: Abroad):
    """Every car charges as fast as it can; nobody waits for a cheaper hour."""
    await here.peer.commands("START_SESSION", await order(here))
    await here.settles()
    await here.world.starts()
    await here.passes(minutes=1)
    session = pushed(here, "sessions")[-1]["id"]
    url = here.peer.book.partner.endpoints["sessions", "SENDER"]

    async def wants(profile: str, number: object = session) -> object:
        address = f"{url}/{number}/charging_preferences"
        return await here.peer.line.call("PUT", address, {"profile_type": profile})

    assert "ACCEPTED" == await wants("FAST")
    assert "ACCEPTED" == await wants("REGULAR")
    assert "PROFILE_TYPE_NOT_SUPPORTED" == await wants("CHEAP")
    with pytest.raises(RuntimeError, match="there is no session"):
        await wants("FAST", OPERATOR)
