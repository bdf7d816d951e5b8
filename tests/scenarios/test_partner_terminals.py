"""Stories of drivers who pay at the terminal of a provider that roams with us (OCPI Payments)."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.charging.chargers.ports import CommandOutcome
from app.directpay.authorised.live import read_journey
from app.directpay.errors import JourneyNotFound
from app.directpay.letters.links import PageLinks
from app.directpay.model import Charging, Ended, Ending, Journey
from app.directpay.receipt import receipt_pdf
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.funds.payments.model import (
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
)
from app.funds.payments.ports import Origin, SettledBy
from app.funds.payments.steps import get_payment
from app.infra.database import together
from app.kernel.money import Money
from app.roaming.debts.catch_up import catch_up
from app.roaming.debts.credit import Correction, credit_session
from app.roaming.errors import OcpiNotOffered
from app.roaming.here import store as guests
from app.roaming.here.gap import defer_gaps
from app.roaming.here.react import roaming_reactors
from app.roaming.platforms.find import platform_of_name
from app.roaming.terminals.assign import activate_terminal, assign_terminal
from app.roaming.terminals.invoices import invoice_base_url, invoice_page
from app.roaming.terminals.read import advices_of
from app.sandbox.ocpi.terminals import card, confirm
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.test_guests import pushed
from tests.scenarios.world import HOLD, OPERATOR, SECRETS, world_reactors

REF = "pp-100100-1948213567"
# 12.340 kWh at 0.50 cost 6.17 incl. 21 % VAT: 5.10 and 1.07.
PRICE = Money(617, "EUR")


@pytest.fixture
async def there(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Abroad]:
    """A provider of terminals, one of them at our socket; right books after."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, "2.3.0") as opened:
        yield opened
    assert [] == await breaches(database)


async def starts(there: Abroad, reference: str = REF, **more: object) -> str:
    """A card is authorised at the terminal; return what the provider is told at once."""
    order = {
        "token": card(there.peer),
        "location_id": "KADE",
        "evse_uid": "VLT1-1",
        "connector_id": "1",
        "authorization_reference": reference,
        **more,
    }
    told = await there.peer.commands("START_SESSION", order)
    await there.settles()
    result: str = told["result"]
    return result


async def charges(there: Abroad, kwh: str = "12.340") -> None:
    """The whole way to the end of a transaction that was paid at the terminal."""
    assert "ACCEPTED" == await starts(there)
    await there.world.starts()
    await there.world.charges(minutes=40, kwh=kwh)
    await there.world.stops()
    await there.settles()


async def confirms(there: Abroad, gross: str, **more: object) -> None:
    """The provider says what its terminal collected."""
    await confirm(there.peer, REF, Decimal(gross), **more)
    await there.settles()


async def journey(there: Abroad, reference: str = REF) -> Journey:
    """The journey of an authorisation."""
    async with there.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
        guest = await guests.of_reference(work, platform.platform_id, reference)
        assert guest is not None
        assert guest.journey_id is not None
        found = await read_journey(work, guest.journey_id)
    assert found is not None
    return found


async def payment(there: Abroad) -> Payment:
    """The payment of that journey."""
    payment_id = (await journey(there)).payment_id
    async with there.world.database.work(OPERATOR) as work:
        return await get_payment(work, payment_id)


async def receipt(there: Abroad) -> Receipt | None:
    """The receipt of that journey."""
    session_id = (await journey(there)).session_id
    async with there.world.database.work(OPERATOR) as work:
        return await receipt_of_session(work, session_id)


def owed(sql: psycopg.Connection) -> dict[str, int]:
    """What the ledger has, by kind of account, but for what is zero."""
    rows = sql.execute(
        "SELECT kind, sum(balance_minor)::int FROM ledger_account GROUP BY kind"
        " HAVING sum(balance_minor) <> 0"
    )
    return dict(rows.fetchall())


async def test_card_charge_and_confirmation(there: Abroad, sql: psycopg.Connection):
    """The terminal holds, we start and price, the provider is told, collects that, and owes it."""
    assert "ACCEPTED" == await starts(there)
    await there.world.starts()
    await there.world.charges(minutes=40, kwh="12.340")
    begun, held = await journey(there), await payment(there)
    await there.world.stops()
    await there.settles()
    (cdr,) = pushed(there, "cdrs")
    await confirms(there, "6.17")
    paid, document = await payment(there), await receipt(there)

    assert isinstance(begun.state, Charging)
    assert (Origin.OCPI_PTP, SettledBy.PTP, HOLD) == (held.origin, held.settled_by, held.held)
    assert ["ACCEPTED"] == [one["result"] for one in pushed(there, "results")]
    assert (REF, "TERMINAL") == (cdr["authorization_reference"], cdr["cdr_token"]["uid"])
    assert Decimal("5.10") == cdr["total_cost"]["before_taxes"]
    assert Decimal("1.07") == cdr["total_cost"]["taxes"][0]["amount"]
    assert (PaymentStatus.PAID, PRICE, PRICE) == (paid.status, paid.captured, paid.keep)
    assert document is not None
    assert PRICE == document.document.settlement.charged
    assert {"psp_receivable": 617, "revenue": 510, "vat_payable": 107} == owed(sql)
    await there.world.sweeps_payments(hours=30)
    assert [] == there.world.work_list()


async def test_the_session_is_told_as_it_goes_on(there: Abroad):
    """The provider sees the energy every minute, and the end."""
    await starts(there)
    await there.world.starts()
    await there.world.charges(minutes=10, kwh="5")
    await there.passes(minutes=1)
    live = pushed(there, "sessions")[-1]
    await there.world.stops()
    await there.settles()

    assert ("ACTIVE", REF) == (live["status"], live["authorization_reference"])
    assert 0 < live["kwh"] <= 5
    assert "COMPLETED" == pushed(there, "sessions")[-1]["status"]


async def test_the_provider_stops_the_session(there: Abroad):
    """STOP_SESSION stops like the driver's own button."""
    await starts(there)
    await there.world.starts()
    await there.world.charges(minutes=10, kwh="5")
    session_id = str((await journey(there)).session_id)

    told = await there.peer.commands("STOP_SESSION", {"session_id": session_id})
    await there.settles()

    assert ("ACCEPTED", 1) == (told["result"], len(there.world.chargers.stops))


async def test_the_hold_is_what_the_tariff_asks_for(there: Abroad):
    """A provider of terminals reads in the tariff what its terminal has to authorise."""
    (tariff,) = await there.peer.lists("tariffs")

    await starts(there)

    assert 60 == tariff["preauthorize_amount"]
    assert HOLD == (await payment(there)).amount


async def test_a_start_that_comes_twice_is_one(there: Abroad):
    """The same order again is accepted again, and begins nothing."""
    first, second = await starts(there), await starts(there)

    assert ("ACCEPTED", "ACCEPTED") == (first, second)
    assert 1 == len(there.world.chargers.starts)


async def test_an_authorisation_pays_one_session(there: Abroad):
    """Its reference starts nothing any more when its session is over."""
    await charges(there)

    assert "REJECTED" == await starts(there)


async def test_two_terminals_and_one_socket(there: Abroad):
    """Who comes second is refused, and nothing of it is left."""
    await starts(there)

    assert "REJECTED" == await starts(there, "another")

    with pytest.raises(AssertionError):
        await journey(there, "another")


@pytest.mark.parametrize(
    ("outcome", "result", "ending"),
    [
        (CommandOutcome.REJECTED, "REJECTED", Ending.START_REJECTED),
        (CommandOutcome.NOT_SENT, "EVSE_INOPERATIVE", Ending.CHARGER_OFFLINE),
    ],
)
async def test_a_start_that_fails_is_told(
    there: Abroad, outcome: CommandOutcome, result: str, ending: Ending
):
    """The provider learns it, and lets go of its authorisation: nothing is held here either."""
    there.world.chargers.answers += [outcome] * 20
    await starts(there)
    await there.passes(seconds=10)
    await there.passes(minutes=2)

    assert [result] == [one["result"] for one in pushed(there, "results")]
    assert Ended(ending, moved=True) == (await journey(there)).state
    assert PaymentStatus.CANCELLED is (await payment(there)).status
    assert "INVALID" == pushed(there, "sessions")[-1]["status"]
    assert [] == pushed(there, "cdrs")


async def test_nobody_plugs_in(there: Abroad):
    """The start was accepted; the session that never began is told to be invalid."""
    await starts(there)
    await there.passes(minutes=6)

    assert ["ACCEPTED"] == [one["result"] for one in pushed(there, "results")]
    assert "INVALID" == pushed(there, "sessions")[-1]["status"]
    assert PaymentStatus.CANCELLED is (await payment(there)).status


async def test_a_car_that_takes_nothing(there: Abroad):
    """The CDR says zero, and nothing is owed."""
    await charges(there, kwh="0.010")
    (cdr,) = pushed(there, "cdrs")

    assert 0 == cdr["total_cost"]["before_taxes"]
    assert PaymentStatus.CANCELLED is (await payment(there)).status


async def test_what_is_confirmed_twice_counts_once(there: Abroad):
    """The same confirmation again, and another one of the same amount, change nothing."""
    await charges(there)
    for _ in range(2):
        await confirms(there, "6.17")
    url = there.peer.book.partner.endpoints["payments", "RECEIVER"]
    again = there.peer.book.confirmed[0]
    await there.peer.line.call("POST", f"{url}/financial-advice-confirmations", again)

    assert PRICE == (await payment(there)).captured
    assert [] == there.world.work_list()


@pytest.mark.parametrize(
    ("gross", "reasons"),
    [
        ("6.16", ["amount_differs"]),
        ("6.18", ["refund_failed", "amount_differs"]),
        ("0", ["amount_differs"]),
    ],
)
async def test_another_amount_is_booked_and_looked_at(
    there: Abroad, gross: str, reasons: list[str]
):
    """The money is where it is; a person has it on the work list, and the receipt stays."""
    await charges(there)

    await confirms(there, gross)

    paid, document = await payment(there), await receipt(there)
    assert Money.of(Decimal(gross), "EUR") == paid.captured
    assert document is not None
    assert PRICE == document.document.settlement.charged
    assert reasons == there.world.work_list()


async def test_another_currency_is_not_booked(there: Abroad):
    """Nobody knows what it is worth: a person looks."""
    await charges(there)

    await confirms(there, "6.17", currency="CHF")

    assert Money.zero("EUR") == (await payment(there)).captured
    assert ["amount_differs"] == there.world.work_list()


async def test_a_capture_that_fails_and_then_succeeds(there: Abroad):
    """A failed one is on the work list; a later confirmation is the money."""
    await charges(there)
    await confirms(there, "0", capture_status_code="FAILED", eft_data=[])
    failed = await payment(there)
    await confirms(there, "6.17")

    assert Money.zero("EUR") == failed.captured
    assert PRICE == (await payment(there)).captured
    assert ["capture_failed"] == there.world.work_list()


async def test_a_confirmation_before_the_price_waits(there: Abroad):
    """What comes while the session runs is applied when it has its price."""
    await starts(there)
    await there.world.starts()
    await there.world.charges(minutes=40, kwh="12.340")
    await confirms(there, "6.17")
    waiting = await payment(there)
    await there.world.stops()
    await there.settles()

    assert Money.zero("EUR") == waiting.captured
    assert PRICE == (await payment(there)).captured
    assert [] == there.world.work_list()


async def test_money_for_a_session_without_a_price(there: Abroad):
    """What is collected though nothing was charged is booked, and looked at."""
    await charges(there, kwh="0.010")

    await confirms(there, "5.00")

    assert Money(500, "EUR") == (await payment(there)).captured
    assert ["refund_failed", "amount_differs"] == there.world.work_list()


async def test_a_silent_provider_is_asked_about(there: Abroad):
    """Who has not told for a day what it collected is on the work list."""
    await charges(there)

    await there.world.sweeps_payments(hours=30)

    assert ["outcome_unknown"] == there.world.work_list()


async def test_the_cdr_is_no_debt_of_the_provider(there: Abroad, sql: psycopg.Connection):
    """It owes the payment, and not the CDR as well; the CDR is in the list, and kept up to date."""
    await charges(there)
    assert 0 == await catch_up(desk=there.roaming)
    (listed,) = await there.peer.lists("cdrs")
    (first,) = pushed(there, "cdrs")
    await defer_gaps(is_asked=False, desk=there.roaming)
    await there.settles()

    assert first == listed
    assert 1 == len(pushed(there, "cdrs"))
    assert "roaming_receivable" not in owed(sql)


async def test_a_driver_with_a_contract_is_a_guest(there: Abroad):
    """The same platform's own driver is billed by CDR, whatever its terminals do."""
    await starts(there, token=there.peer.driver())

    with pytest.raises(AssertionError):
        await journey(there)


async def has_terminal(there: Abroad, creator: str | None) -> None:
    """A terminal of the provider serves our place, with invoices by *creator*."""
    desk = {"operator_id": OPERATOR, "desk": there.roaming}
    await activate_terminal("be-charged", "T1", **desk, invoices_by=creator)
    there.clock.advance(seconds=1)
    await assign_terminal("be-charged", "T1", (["KADE"], []), **desk)


async def test_our_invoice_is_at_the_terminals_address(there: Abroad):
    """Invoices by us: the CDR names the receipt, and the terminal's address leads to its page."""
    await has_terminal(there, "CPO")
    told = there.peer.book.posted[0][1]
    await starts(there)
    url = f"{told['invoice_base_url']}{REF}"
    _, _, _, _, key, reference = url.split("/")
    looking = await invoice_page(key, reference, desk=there.world.desk)
    await there.world.starts()
    await there.world.charges(minutes=40, kwh="12.340")
    await there.world.stops()
    await there.settles()
    (cdr,) = pushed(there, "cdrs")
    await confirms(there, "6.17")
    page = await invoice_page(key, reference, desk=there.world.desk)
    document = await receipt(there)

    assert document is not None
    assert ("CPO", document.number) == (told["invoice_creator"], cdr["invoice_reference_id"])
    assert looking == page.partition("?")[0]
    links = PageLinks(SECRETS, there.world.desk.base_of)
    assert links.to_control((await journey(there)).journey_id, OPERATOR) == page


async def test_the_receipt_names_the_card_that_the_terminal_told_of(
    there: Abroad, monkeypatch: pytest.MonkeyPatch
):
    """What the terminal says of the card is on the PDF, though it is told after the receipt."""
    printed: list[Receipt] = []
    monkeypatch.setattr(
        "app.directpay.receipt.render_pdf", lambda found, _: printed.append(found) or b"%PDF"
    )
    await charges(there)
    await confirms(there, "6.17")
    token = SECRETS.token((await journey(there)).journey_id)

    await receipt_pdf(token, desk=there.world.desk)

    assert "Mastercard, Nr: **** **** **** 1234" == printed[0].document.settlement.instrument


async def test_an_invoice_of_the_provider_is_its_own(there: Abroad):
    """Invoices by the provider: the CDR names none of ours, and theirs is listed."""
    await has_terminal(there, "PTP")
    url = there.peer.book.partner.endpoints["payments", "RECEIVER"]
    there.clock.advance(seconds=1)
    terminal = {
        "terminal_id": "T1",
        "location_ids": ["KADE"],
        "invoice_creator": "PTP",
        "invoice_base_url": "https://peer.example/invoices",
    }
    await there.peer.line.call("POST", f"{url}/terminals", terminal)
    await charges(there)
    (cdr,) = pushed(there, "cdrs")
    await confirms(there, "6.17")

    async with there.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
        (found,) = await advices_of(work, platform)

    assert "invoice_reference_id" not in cdr
    assert f"https://peer.example/invoices/{REF}" == found.invoice_url
    assert [] == found.doubts


@pytest.mark.parametrize("reference", ["nobody", ""])
async def test_an_address_that_nobody_was_given_is_no_page(there: Abroad, reference: str):
    """Neither another reference nor a key that we did not make leads anywhere."""
    await charges(there)
    async with there.world.database.work(OPERATOR) as work:
        platform = await platform_of_name(work, "be-charged")
    url = invoice_base_url(platform.platform_id, secrets=SECRETS, base_url="https://pay.example")
    key = url.split("/")[4]
    false = f"{key[:-1]}{'A' if key[-1] != 'A' else 'B'}"

    for pair in ((key, reference), (false, REF), ("", REF), ("\u00e9", REF)):
        with pytest.raises(JourneyNotFound):
            await invoice_page(*pair, desk=there.world.desk)


async def refunds(there: Abroad, amount: Money | None) -> None:
    """The operator gives a part of the price back, or all of it."""
    document = await receipt(there)
    assert document is not None
    order = RefundOrder(document.number, amount, "the cable was stuck", "anna", "k")
    await ask_refund(order, operator_id=OPERATOR, database=there.world.database)
    await there.settles()


@pytest.mark.parametrize(("amount", "left"), [(Money(200, "EUR"), "4.17"), (None, "0")])
async def test_a_refund_is_asked_of_the_provider(there: Abroad, amount: Money | None, left: str):
    """A credit CDR, another one of what is left, and the confirmation of that says it is done."""
    await charges(there)
    await confirms(there, "6.17")
    await refunds(there, amount)
    first, credit, *anew = pushed(there, "cdrs")
    asked = await payment(there)
    await confirms(there, left)
    done = await payment(there)

    def gross(cdr: dict[str, Any]) -> Decimal:
        cost = cdr["total_cost"]
        return cost["before_taxes"] + sum(tax["amount"] for tax in cost["taxes"])

    assert (first["id"], Decimal("-6.17")) == (credit["credit_reference_id"], gross(credit))
    assert [Decimal(left)] * (left != "0") == [gross(one) for one in anew]
    assert all(REF == one["authorization_reference"] for one in (credit, *anew))
    given = PRICE - Money.of(Decimal(left), "EUR")
    assert (PRICE, given) == (asked.captured, asked.refunded)
    assert [OperationState.PENDING] == [one.state for one in asked.of_kind(OperationKind.REFUND)]
    assert [OperationState.SUCCEEDED] == [one.state for one in done.of_kind(OperationKind.REFUND)]
    assert [] == there.world.work_list()


async def test_a_credit_is_a_refund_of_the_receipt(there: Abroad):
    """The command for guests is refused: the driver's receipt would stay as it is."""
    await charges(there)
    session_id = (await journey(there)).session_id

    with pytest.raises(OcpiNotOffered, match="refund its receipt"):
        await credit_session(
            session_id, Correction("a test"), operator_id=OPERATOR, desk=there.roaming
        )
