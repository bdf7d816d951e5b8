"""OCPI's Payments module: terminals of a provider here, and what our drivers paid elsewhere."""

from collections.abc import AsyncIterator
from decimal import Decimal

import psycopg
import pytest

from app.infra.database import together
from app.roaming.here.react import roaming_reactors
from app.roaming.platforms.find import platform_of_name
from app.roaming.sync import sync
from app.roaming.terminals.assign import activate_terminal, assign_terminal, deactivate_terminal
from app.roaming.terminals.hear import doubts_of_advice
from app.roaming.terminals.read import advices_of, terminals_of
from app.roaming.wire.codec import read
from app.roaming.wire.payments import FinancialAdviceConfirmation
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.test_guests import order, pushed
from tests.scenarios.world import OPERATOR, world_reactors

OLD = {"excl_vat": Decimal("2.07"), "incl_vat": Decimal("2.50")}
NEW = {"before_taxes": Decimal("2.07"), "taxes": [{"name": "VAT", "amount": Decimal("0.43")}]}


@pytest.fixture
async def there(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Abroad]:
    """A platform that is CPO and payment terminal provider; right books after."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, "2.3.0") as opened:
        yield opened
    assert [] == await breaches(database)


def advice(costs: object, **more: object) -> dict[str, object]:
    """What a terminal collected for the session with the platform's reference."""
    return {
        "id": "FAC1",
        "authorization_reference": "their-reference",
        "total_costs": costs,
        "currency": "EUR",
        "eft_data": ["Mastercard", "Nr: **** 1234"],
        "capture_status_code": "SUCCESS",
        "last_updated": "2026-03-02T10:00:00Z",
        **more,
    }


async def charged(there: Abroad) -> None:
    """A driver who paid at the provider's terminal charged 5 kWh here, for 2.50."""
    await there.peer.commands("START_SESSION", await order(there))
    await there.settles()
    await there.world.starts()
    await there.world.charges(minutes=10, kwh="5")
    await there.world.stops()
    await there.settles()


async def doubts(there: Abroad, told: dict[str, object]) -> list[str]:
    """What does not fit between an advice and its CDR."""
    async with there.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
        found = read(FinancialAdviceConfirmation, told)
        return await doubts_of_advice(work, platform, found)


@pytest.mark.parametrize("costs", [OLD, NEW])
async def test_what_a_terminal_collected_is_checked_against_the_cdr(there: Abroad, costs: object):
    """Both shapes of a price are taken; the same amount leaves no doubt."""
    await charged(there)
    url = there.peer.book.partner.endpoints["payments", "RECEIVER"]

    await there.peer.line.call("POST", f"{url}/financial-advice-confirmations", advice(costs))
    told = await there.peer.line.call("GET", f"{url}/financial-advice-confirmations/FAC1")

    assert [] == await doubts(there, advice(costs))
    assert ["Mastercard", "Nr: **** 1234"] == told["eft_data"]
    assert "before_taxes" in told["total_costs"]


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ({"total_costs": {"excl_vat": 2, "incl_vat": Decimal("2.42")}}, "2.42 was collected"),
        ({"currency": "CHF"}, "CHF was collected"),
        ({"capture_status_code": "FAILED"}, "the capture is FAILED"),
        ({"authorization_reference": "nobody"}, "no session has the reference nobody"),
    ],
)
async def test_what_does_not_fit_is_said(there: Abroad, more: dict[str, object], doubt: str):
    """Another amount or currency, a failed capture, a session that nobody knows."""
    await charged(there)

    (found,) = await doubts(there, advice(NEW) | more)

    assert found.startswith(doubt)


async def test_terminals_are_activated_assigned_and_deactivated(there: Abroad):
    """The CPO asks the provider, and keeps what it answers."""
    desk = {"operator_id": OPERATOR, "desk": there.roaming}
    await activate_terminal("be-charged", "T1", **desk)
    there.clock.advance(seconds=1)
    found = await assign_terminal("be-charged", "T1", (["KADE"], ["VLT1-1"]), **desk)
    await deactivate_terminal("be-charged", "T1", **desk)
    url = there.peer.book.partner.endpoints["payments", "RECEIVER"]

    assert (("KADE",), ("VLT1-1",)) == (found.location_ids, found.evse_uids)
    known = await there.peer.line.call("GET", f"{url}/terminals/T1")
    assert ["KADE"] == known["location_ids"]
    assert "POST payments/terminals/T1/deactivate" == there.peer.book.posted[-1][0]


async def test_a_provider_tells_of_its_terminals(there: Abroad):
    """A terminal that the provider creates is kept."""
    url = there.peer.book.partner.endpoints["payments", "RECEIVER"]

    await there.peer.line.call("POST", f"{url}/terminals", {"terminal_id": "T2"})

    told = await there.peer.line.call("GET", f"{url}/terminals/T2")
    assert "T2" == told["terminal_id"]


async def test_the_platform_learns_what_our_driver_paid(there: Abroad):
    """When the money is in, the CPO is sent a financial advice confirmation."""
    await there.pays()
    await there.plugs_in()
    await there.charges(minutes=20, kwh="10")
    await there.ends()
    await there.passes(minutes=1)

    (told,) = pushed(there, "payments/financial")
    assert there.peer.book.sessions["S1"].reference == told["authorization_reference"]
    assert ("SUCCESS", Decimal(5)) == (
        told["capture_status_code"],
        told["total_costs"]["before_taxes"],
    )
    assert Decimal("1.05") == told["total_costs"]["taxes"][0]["amount"]
    assert "creditcard" in told["eft_data"]


async def pulls(there: Abroad, what: str) -> object:
    """The platform fetches what we serve as a provider."""
    url = there.peer.book.partner.endpoints["payments", "SENDER"]
    return await there.peer.line.call("GET", f"{url}/{what}")


async def test_the_platform_pulls_what_our_driver_paid(there: Abroad):
    """The same confirmation that was pushed, on a page and by its id; nothing of anybody else."""
    await there.pays()
    await there.plugs_in()
    assert [] == await pulls(there, "financial-advice-confirmations")
    await there.charges(minutes=20, kwh="10")
    await there.ends()
    await there.passes(minutes=1)

    (told,) = pushed(there, "payments/financial")
    assert [told] == await pulls(there, "financial-advice-confirmations")
    assert told == await pulls(there, f"financial-advice-confirmations/{told['id']}")
    with pytest.raises(RuntimeError, match="there is no confirmation"):
        await pulls(there, "financial-advice-confirmations/none")


async def test_our_terminals_at_their_sockets_are_listed(there: Abroad, sql: psycopg.Connection):
    """A terminal that serves an EVSE of the platform, in its words; others are not its business."""
    (uid,) = sql.execute("SELECT evse_uid FROM ocpi_point WHERE their_uid = 'E1'").fetchone()  # type: ignore[misc]
    for number, evse in (("T1", uid), ("T2", "VLT1-1")):
        sql.execute(
            "INSERT INTO terminal (operator_id, terminal_id, provider, device, name, language,"
            " waits) VALUES (%s, %s, 'adyen', 'D1', 'Door', 'en', false)",
            (OPERATOR, number),
        )
        sql.execute(
            "INSERT INTO terminal_evse (operator_id, evse_uid, terminal_id, place)"
            " VALUES (%s, %s, %s, 0)",
            (OPERATOR, evse, number),
        )

    (told,) = await pulls(there, "terminals")  # type: ignore[misc]

    assert ("T1", ["LOC1"], ["E1"], "PTP") == (
        told["terminal_id"],
        told["location_ids"],
        told["evse_uids"],
        told["invoice_creator"],
    )
    assert "T1" == (await pulls(there, "terminals/t1"))["terminal_id"]  # type: ignore[index]
    with pytest.raises(RuntimeError, match="there is no terminal"):
        await pulls(there, "terminals/T2")


async def test_terminals_are_fetched_when_a_provider_is_connected(there: Abroad):
    """What it has already is known; and what was collected is listed with what does not fit."""
    there.peer.book.terminals = [{"terminal_id": "T7", "location_ids": ["KADE"]}]
    async with there.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
    await sync(platform.platform_id, operator_id=OPERATOR, desk=there.roaming)
    url = there.peer.book.partner.endpoints["payments", "RECEIVER"]
    await there.peer.line.call("POST", f"{url}/financial-advice-confirmations", advice(NEW))

    async with there.world.database.work(OPERATOR) as work:
        (terminal,) = await terminals_of(work, platform)
        (found,) = await advices_of(work, platform)

    assert ("T7", ("KADE",)) == (terminal.terminal_id, terminal.location_ids)
    assert ["no session has the reference their-reference"] == found.doubts
