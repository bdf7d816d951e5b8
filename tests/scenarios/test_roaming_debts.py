"""Stories of money between platforms: owed by CDRs, taken back, invoiced, paid."""

from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from app.charging.cdrs.errors import CdrNotFound
from app.funds.ledger.chart import AccountKind
from app.funds.ledger.post import balances_of
from app.infra.database import together
from app.kernel.money import Money
from app.roaming.debts.catch_up import catch_up
from app.roaming.debts.credit import Correction, credit_session
from app.roaming.errors import CdrCredited, InvoiceDiffers, NothingToInvoice
from app.roaming.here.react import roaming_reactors
from app.roaming.invoices.issue import issue_invoice, note_paid, state_total
from app.roaming.invoices.read import Reconciled, invoices_of
from app.roaming.platforms.find import platform_of_name
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.test_guests import order, pushed
from tests.scenarios.world import OPERATOR, world_reactors

MONEY = ("roaming_receivable", "roaming_payable", "roaming_cost", "input_vat", "bank")


@pytest.fixture
async def both(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Abroad]:
    """Our socket and theirs, our drivers and theirs; right books after."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, "2.3.0") as opened:
        yield opened
    assert [] == await breaches(database)


async def a_guest_charges(both: Abroad) -> UUID:
    """A driver of theirs takes 5 kWh here, for 2.50; return the session."""
    await both.peer.commands("START_SESSION", await order(both))
    await both.settles()
    await both.world.starts()
    await both.world.charges(minutes=10, kwh="5")
    await both.world.stops()
    await both.settles()
    return UUID(str(pushed(both, "cdrs")[-1]["session_id"]))


async def ours_charges(both: Abroad) -> None:
    """A driver of ours takes 10 kWh there; the platform asks for 5.00 and 1.05 VAT."""
    await both.pays()
    await both.plugs_in()
    await both.charges(minutes=20, kwh="10")
    await both.ends()


async def books(both: Abroad) -> dict[str, int]:
    """What the accounts of roaming hold, in cents."""
    found: dict[str, int] = {}
    async with both.world.database.work(OPERATOR) as work:
        for kind in MONEY:
            for book in ("live", "test"):
                for key, balance in await balances_of(work, AccountKind(kind), book):  # type: ignore[arg-type]
                    found[str(key.account)] = found.get(str(key.account), 0) + balance.minor
    return {name: minor for name, minor in found.items() if minor}


async def takes_back(both: Abroad, session_id: UUID, kwh: str | None = None) -> tuple[str, ...]:
    """A person takes a CDR back."""
    correction = Correction("the meter was broken", None if kwh is None else Decimal(kwh))
    made = await credit_session(session_id, correction, operator_id=OPERATOR, desk=both.roaming)
    await both.settles()
    return made


async def test_a_platform_owes_what_its_driver_used(both: Abroad):
    """2.50 with 0.43 VAT: owed by the party, and ours but for the VAT."""
    await a_guest_charges(both)

    assert {"roaming_receivable:BE*BEC": 250} == await books(both)
    async with both.world.database.work(OPERATOR) as work:
        ((vat, owed),) = await balances_of(work, AccountKind.VAT_PAYABLE)
    assert ("vat_payable:NL:21", 43) == (str(vat.account), owed.minor)


async def test_we_owe_what_our_driver_used(both: Abroad):
    """What the CDR asks for: its net is a cost, its VAT may be asked back."""
    await ours_charges(both)

    assert {
        "roaming_payable:BE*BEC": 605,
        "roaming_cost": 500,
        "input_vat:BE": 105,
    } == await books(both)


async def test_a_cdr_of_nobody_is_not_owed(both: Abroad):
    """A CDR of a session that no driver of ours had is kept, and nothing is booked."""
    await ours_charges(both)
    cdr = {**both.peer.book.cdrs["CS1"], "id": "X"}
    cdr |= {"authorization_reference": "nobody", "cdr_token": {**cdr["cdr_token"], "uid": "nobody"}}
    both.peer.book.cdrs["X"] = cdr

    await both.peer.sends_cdr("X")

    assert 605 == (await books(both))["roaming_payable:BE*BEC"]


async def test_a_session_is_not_owed_twice(both: Abroad):
    """A second CDR waits until the first is taken back; whoever comes first."""
    await ours_charges(both)
    first = both.peer.book.cdrs["CS1"]
    both.peer.book.cdrs["B"] = {**first, "id": "B", "total_cost": {"before_taxes": 3}}
    await both.peer.sends_cdr("B")
    twice = (await books(both))["roaming_payable:BE*BEC"]

    taken = {"credit": True, "credit_reference_id": "CS1"}
    cost = {"before_taxes": -5, "taxes": [{"name": "VAT", "amount": Decimal("-1.05")}]}
    both.peer.book.cdrs["CS1-C"] = {**first, **taken, "id": "CS1-C", "total_cost": cost}
    await both.peer.sends_cdr("CS1-C")
    await both.peer.sends_cdr("CS1-C")
    await both.settles()

    assert (605, 300) == (twice, (await books(both))["roaming_payable:BE*BEC"])


async def test_a_cdr_is_taken_back(both: Abroad):
    """All is as it was but the total, which is below zero; nothing is owed any more."""
    session_id = await a_guest_charges(both)
    first = pushed(both, "cdrs")[-1]

    made = await takes_back(both, session_id)

    credit = pushed(both, "cdrs")[-1]
    assert (f"{first['id']}-C",) == made
    assert (made[0], True, first["id"]) == (
        credit["id"],
        credit["credit"],
        credit["credit_reference_id"],
    )
    assert Decimal("-2.07") == credit["total_cost"]["before_taxes"]
    assert (first["total_energy"], first["charging_periods"]) == (
        credit["total_energy"],
        credit["charging_periods"],
    )
    assert {} == await books(both)


async def test_a_cdr_is_taken_back_once(both: Abroad):
    """A second time there is nothing to take back; a session without a CDR has none."""
    session_id = await a_guest_charges(both)
    await takes_back(both, session_id)

    with pytest.raises(CdrCredited):
        await takes_back(both, session_id)
    with pytest.raises(CdrNotFound):
        await takes_back(both, OPERATOR)
    assert 2 == len(pushed(both, "cdrs"))


async def test_something_else_is_billed_instead(both: Abroad):
    """2 kWh instead of 5: a credit, and a CDR of 1.00; and that one may be taken back as well."""
    session_id = await a_guest_charges(both)
    await takes_back(both, session_id, kwh="2")
    anew = pushed(both, "cdrs")[-1]
    owed = await books(both)

    await takes_back(both, session_id)

    assert (2, Decimal("0.83"), None) == (
        anew["total_energy"],
        anew["total_cost"]["before_taxes"],
        anew.get("credit"),
    )
    assert {"roaming_receivable:BE*BEC": 100} == owed
    assert {} == await books(both)
    assert 4 == len(pushed(both, "cdrs"))


async def test_credits_are_on_the_pages_of_cdrs(both: Abroad):
    """Whoever pulls gets the CDR, its credit, and what is billed instead, in this order."""
    await takes_back(both, await a_guest_charges(both), kwh="2")

    found = await both.peer.lists("cdrs")

    assert [None, True, None] == [one.get("credit") for one in found]


async def invoices(both: Abroad) -> list[Reconciled]:
    """All invoices with the platform."""
    async with both.world.database.work(OPERATOR) as work:
        return await invoices_of(work, await platform_of_name(work, "be-charged"))


async def bills(both: Abroad, number: str) -> Reconciled:
    """A person puts what the platform owes on an invoice."""
    async with both.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
        found = await issue_invoice(work, platform, number, work.now)
    await both.settles()
    return found


async def pays_invoice(both: Abroad, number: str, cents: int) -> Reconciled:
    """A person notes that an invoice was paid."""
    async with both.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
        return await note_paid(work, platform, number, Money(cents, "EUR"))


async def test_what_a_platform_owes_is_invoiced_and_paid(both: Abroad):
    """The platform learns which CDRs an invoice is about; the money ends what it owes."""
    session_id = await a_guest_charges(both)
    both.clock.advance(minutes=5)
    made = await bills(both, "R-1")
    again = await bills(both, "R-1")
    (told,) = pushed(both, "invoicereconciliation")
    pulled = await both.peer.lists("invoicereconciliation")

    await pays_invoice(both, "R-1", 250)
    await pays_invoice(both, "R-1", 250)

    assert (Money(250, "EUR"), []) == (made.total, made.differences)
    assert made.invoice == again.invoice
    assert ("R-1", [pushed(both, "cdrs")[-1]["id"]]) == (told["invoice_id"], told["cdrs"])
    assert pulled == [told]
    assert str(session_id) == pushed(both, "cdrs")[-1]["session_id"]
    assert {"bank": 250} == await books(both)
    with pytest.raises(NothingToInvoice):
        await bills(both, "R-2")
    with pytest.raises(InvoiceDiffers):
        await pays_invoice(both, "R-1", 249)


async def record(both: Abroad, method: str, cdrs: list[str], **more: object) -> object:
    """The platform tells which CDRs its invoice F-1 is about."""
    url = both.peer.book.partner.endpoints["invoicereconciliation", "RECEIVER"]
    body = {
        "country_code": "BE",
        "party_id": "BEC",
        "id": "IR1",
        "invoice_id": "F-1",
        "cdrs": cdrs,
        "last_updated": "2026-03-02T10:00:00Z",
        **more,
    }
    return await both.peer.line.call(method, url if method == "POST" else f"{url}/BE/BEC/IR1", body)


async def test_an_invoice_of_theirs_is_held_against_the_cdrs(both: Abroad):
    """What fits is quiet; what does not is told CDR by CDR; and it is paid once."""
    await ours_charges(both)
    await record(both, "POST", ["cs1"])
    (right,) = await invoices(both)
    await record(both, "PUT", ["CS1", "C99"])
    async with both.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
        wrong = await state_total(work, platform, "F-1", Money(700, "EUR"))
    await pays_invoice(both, "F-1", 605)

    assert (Money(605, "EUR"), []) == (right.total, right.differences)
    assert [("unknown", "c99"), ("other_total", "F-1")] == [
        (one.reason, one.subject) for one in wrong.differences
    ]
    assert {"roaming_cost": 500, "input_vat:BE": 105, "bank": -605} == await books(both)
    with pytest.raises(RuntimeError, match="changes no more"):
        await record(both, "PUT", ["CS1"])
    with pytest.raises(RuntimeError, match="changes no more"):
        await record(both, "DELETE", [])


async def test_records_are_created_changed_and_deleted(both: Abroad):
    """POST creates once, PUT changes, DELETE takes away, GET shows; nobody speaks for others."""
    await ours_charges(both)
    await record(both, "POST", ["CS1"])
    await record(both, "POST", ["CS1"])
    shown = await record(both, "GET", [])
    assert ["cs1"] == shown["cdrs"]  # type: ignore[index]

    with pytest.raises(RuntimeError, match="use PUT"):
        await record(both, "POST", ["C99"])
    with pytest.raises(RuntimeError, match="one CDR at least"):
        await record(both, "PUT", [])
    with pytest.raises(RuntimeError, match="does not speak for DE"):
        await record(both, "POST", ["CS1"], country_code="DE")
    await record(both, "DELETE", [])

    assert [] == await invoices(both)


async def test_what_is_missing_on_an_invoice_is_found(both: Abroad):
    """A credit that is left out, a CDR that is on another invoice, one that is on none."""
    session_id = await a_guest_charges(both)
    await takes_back(both, session_id, kwh="2")
    first, back, anew = (str(one["id"]) for one in pushed(both, "cdrs"))
    await record(both, "POST", [first])
    (found,) = await invoices(both)

    # The correction ended when the session did: it belongs on this invoice, and so does the credit.
    assert {("credited", first), ("missing", back), ("missing", anew)} == {
        (one.reason, one.subject) for one in found.differences
    }
    await record(both, "POST", [first, back, anew], id="IR2", invoice_id="F-2")
    reasons = {
        (one.invoice.invoice_id, str(d.reason))
        for one in await invoices(both)
        for d in one.differences
    }
    assert {("F-1", "invoiced_twice"), ("F-1", "credited"), ("F-2", "invoiced_twice")} == reasons


async def test_cdrs_from_before_are_booked(both: Abroad, sql: psycopg.Connection):
    """What is no debt yet becomes one, both ways, once."""
    await a_guest_charges(both)
    await ours_charges(both)
    before = await books(both)
    sql.execute("SET session_replication_role = replica")
    for table in ("ledger_entry", "ledger_transaction", "ledger_account"):
        sql.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
    sql.execute("DELETE FROM ocpi_debt")
    sql.execute("SET session_replication_role = origin")

    made = await catch_up(desk=both.roaming)
    again = await catch_up(desk=both.roaming)

    assert (2, 0) == (made, again)
    assert before == await books(both)
