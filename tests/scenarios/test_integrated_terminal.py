"""What a driver meets who pays at the terminal inside a charge point: tap, charge, receipt."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from app.directpay.errors import HoldCannotGrow
from app.directpay.model import Charging, Ended, Ending
from app.directpay.money.add import add_to_hold
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.funds.payments.model import PaymentStatus
from app.funds.payments.ports import Origin, ProviderStatus, SettledBy
from app.kernel.money import Money
from app.pricing.vat import Registration, Registry
from app.sandbox.chargers.config import ChargerConfig, EvseConfig
from app.sandbox.chargers.station import SandboxCharger
from tests.scenarios.counter import COMPANY, REF, Counter, open_counter, token
from tests.scenarios.world import IDENTITY, OPERATOR, PASSWORD, SECRETS, World

# 12.340 kWh at 0.50 cost 6.17.
PRICE = Money(617, "EUR")


@pytest.fixture
async def counter(world: World) -> AsyncIterator[Counter]:
    """A charge point with a terminal; the books are right after."""
    async with open_counter(world) as opened:
        yield opened


async def _charged(counter: Counter) -> dict:
    """The whole way to the end of a transaction; return what its last event was answered."""
    await counter.taps()
    await counter.charges("12.340")
    return await counter.ends()


async def test_tap_charge_and_settle(counter: Counter):
    """The terminal holds, we price, the terminal collects that, and gets our receipt."""
    started = await counter.taps()
    journey, held = await counter.journey(), await counter.payment()
    await counter.charges("12.340")
    ended = await counter.ends()
    answer = await counter.settles(6.17)
    payment, receipt = await counter.payment(), await counter.receipt()

    assert {"idTokenInfo": {"status": "Accepted"}} == started
    assert journey is not None
    assert isinstance(journey.state, Charging)
    assert (Origin.OCPP_TERMINAL, SettledBy.TERMINAL, Money(6000, "EUR")) == (
        held.origin,
        held.settled_by,
        held.held,
    )
    assert 6.17 == ended["totalCost"]
    assert receipt is not None
    assert PRICE == receipt.document.settlement.charged
    assert "VISA •••• 1234" == receipt.document.settlement.instrument
    assert {"receiptUrl": await counter.page(), "receiptId": receipt.number} == answer
    assert (PaymentStatus.PAID, PRICE, PRICE) == (payment.status, payment.captured, payment.keep)
    assert payment.is_settled
    assert [] == counter.world.work_list()
    assert [] == counter.world.chargers.starts


async def test_what_is_said_twice_counts_once(counter: Counter):
    """Each message may come again, under another id: one journey, one capture, one receipt."""
    for _ in range(2):
        await counter.taps()
    await counter.charges("12.340")
    first = [await counter.ends() for _ in range(2)]
    answers = [await counter.settles(6.17) for _ in range(3)]
    payment = await counter.payment()

    assert [6.17, 6.17] == [each["totalCost"] for each in first]
    assert 1 == len({each["receiptId"] for each in answers})
    assert PRICE == payment.captured
    assert [] == counter.world.work_list()


async def test_an_authorisation_pays_one_transaction(counter: Counter):
    """The same reference for a second transaction is refused, at the reader and at the start."""
    await _charged(counter)
    await counter.settles(6.17)
    at_reader = await counter.ask("Authorize", {"idToken": token()})
    again = await counter.taps(transaction="tx-2")

    assert "Invalid" == at_reader["idTokenInfo"]["status"]
    assert "Invalid" == again["idTokenInfo"]["status"]


async def test_a_fresh_card_is_good_at_the_reader(counter: Counter):
    """AuthorizeDirectPayment: who asks before the transaction begins is told yes."""
    answer = await counter.ask("Authorize", {"idToken": token()})

    assert "Accepted" == answer["idTokenInfo"]["status"]
    assert None is await counter.journey()


async def test_the_cable_first_and_the_card_later(counter: Counter):
    """TxStartPoint EVConnected: the card comes with a later event that does not say where."""
    await counter.event("Started", "CablePluggedIn")
    counter.world.clock.advance(minutes=1)
    card = {"idToken": token(), "limit": 60}
    await counter.event("Updated", "Authorized", **card, evse={"id": 1})
    await counter.charges("12.340")
    ended = await counter.ends()
    await counter.settles(6.17)

    assert 6.17 == ended["totalCost"]


async def test_a_larger_authorisation(counter: Counter):
    """C23: what the terminal authorised more may be used, and the charge point is told so."""
    await counter.taps(limit=5)
    raised = await counter.event("Updated", "LimitSet", limit=40)
    journey = await counter.journey()
    await counter.charges("12.340")
    ended = await counter.ends()
    await counter.settles(6.17)

    assert {} == raised
    assert journey is not None
    assert Money(4000, "EUR") == journey.held
    assert 6.17 == ended["totalCost"]


async def test_never_more_than_was_authorised(counter: Counter):
    """A session that costs more than the card was authorised for costs that."""
    await counter.taps(limit=5)
    await counter.charges("12.340")
    ended = await counter.ends()
    await counter.settles(5)

    assert 5 == ended["totalCost"]


async def test_cancelled_before_energy(counter: Counter):
    """C19: the driver gives up; the terminal cancels, nothing is charged, nothing is left to do."""
    await counter.taps()
    ended = await counter.ends()
    answer = await counter.settles(0, "Canceled")
    journey, payment = await counter.journey(), await counter.payment()

    assert 0 == ended["totalCost"]
    assert {} == answer
    assert journey is not None
    assert isinstance(journey.state, Ended)
    assert Ending.NOTHING_CHARGED is journey.state.ending
    assert PaymentStatus.CANCELLED is payment.status
    assert [] == counter.world.work_list()


async def test_cancelled_before_the_end_is_told(counter: Counter):
    """The cancellation may be faster than the end of the transaction: it is stopped."""
    await counter.taps()
    await counter.settles(0, "Canceled")
    await counter.world.passes(seconds=1)
    await counter.ends()
    payment = await counter.payment()

    assert 1 == len(counter.world.chargers.stops)
    assert PaymentStatus.CANCELLED is payment.status
    assert [] == counter.world.work_list()


async def test_cancelled_though_energy_flowed(counter: Counter):
    """Who cancels what was used leaves a price that nobody collected: a person has it."""
    await _charged(counter)
    await counter.settles(0, "Canceled")

    assert ["capture_failed"] == counter.world.work_list()


@pytest.mark.parametrize("amount", [6.16, 6.18, 60])
async def test_another_amount_than_the_price(counter: Counter, amount: float):
    """What the terminal collected otherwise is booked as it is, and put on the work list."""
    await _charged(counter)
    answer = await counter.settles(amount)
    payment = await counter.payment()

    assert "receiptId" in answer
    assert Money.of(Decimal(str(amount)), "EUR") == payment.captured
    assert "amount_differs" in counter.world.work_list()


async def test_a_second_amount(counter: Counter):
    """A settlement that is told again with another amount changes no money, and is looked at."""
    await _charged(counter)
    await counter.settles(6.17)
    await counter.settles(7.17)
    payment = await counter.payment()

    assert PRICE == payment.captured
    assert ["amount_differs"] == counter.world.work_list()


@pytest.mark.parametrize("status", ["Rejected", "Failed"])
async def test_a_settlement_that_fails_and_works_later(counter: Counter, status: str):
    """C22: what could not be collected is on the work list; a later success is booked."""
    await _charged(counter)
    await counter.settles(0, status, statusInfo="no connection to the provider")
    failed = await counter.payment()
    await counter.settles(6.17)
    payment = await counter.payment()

    assert ["capture_failed"] == counter.world.work_list()
    assert Money(0, "EUR") == failed.captured
    assert PRICE == payment.captured


async def test_settled_before_the_end_is_told(counter: Counter):
    """Messages overtake each other: a settlement waits for the price, and is then compared."""
    await counter.taps()
    await counter.charges("12.340")
    early = await counter.settles(6.17)
    waiting = await counter.payment()
    ended = await counter.ends()
    payment = await counter.payment()

    assert {} == early
    assert Money(0, "EUR") == waiting.captured
    assert 6.17 == ended["totalCost"]
    assert PRICE == payment.captured
    assert [] == counter.world.work_list()


async def test_settled_before_anything_is_told(counter: Counter):
    """Even the card may be told last; the settlement waits for it."""
    await counter.settles(6.17)
    await _charged(counter)
    payment = await counter.payment()

    assert PRICE == payment.captured
    assert [] == counter.world.work_list()


async def test_a_session_that_was_kept_offline(counter: Counter):
    """Hours without a connection: the events come in order, with the times of then."""
    then = counter.world.clock.now() - timedelta(hours=3)
    kept = {"offline": True}
    await counter.taps(at=then, **kept)
    counter.register_wh += 12_340
    later = then + timedelta(minutes=30)
    ended = await counter.ends(at=later, **kept)
    answer = await counter.settles(6.17)
    receipt = await counter.receipt()

    assert 6.17 == ended["totalCost"]
    assert receipt is not None
    assert later == receipt.document.supply.ended_at
    assert receipt.number == answer["receiptId"]


async def test_two_cards_one_after_the_other(counter: Counter):
    """A transaction whose end got lost is over when the next card starts another one."""
    await counter.taps()
    await counter.charges("12.340")
    counter.world.clock.advance(minutes=5)
    second = await counter.taps("PSP-2", transaction="tx-2")
    await counter.settles(6.17)
    first = await counter.payment()

    assert "Accepted" == second["idTokenInfo"]["status"]
    assert PRICE == first.captured


async def test_a_phone_that_is_still_paying_is_too_late(counter: Counter):
    """The car draws already: the payment on the page is called off."""
    await counter.world.pays()
    answer = await counter.taps()
    await counter.ends()
    await counter.settles(0, "Canceled")

    assert "Accepted" == answer["idTokenInfo"]["status"]
    assert ProviderStatus.CANCELLED is counter.world.book.status
    assert [] == counter.world.chargers.starts


async def test_a_phone_has_paid(counter: Counter):
    """Whose payment is secured has the socket: the terminal's card is refused, and cancelled."""
    await counter.world.pays()
    await counter.world.approves()
    answer = await counter.taps()
    told = await counter.settles(0, "Canceled")

    assert "Invalid" == answer["idTokenInfo"]["status"]
    assert {} == told
    assert None is await counter.journey()


@pytest.mark.parametrize("limit", [0, -5])
async def test_a_card_that_was_authorised_for_nothing(counter: Counter, limit: int):
    """A limit of nothing pays for nothing."""
    answer = await counter.taps(limit=limit)

    assert "Invalid" == answer["idTokenInfo"]["status"]


async def test_a_terminal_that_never_settles(counter: Counter):
    """A day after the price is known, somebody is asked to look where the money is."""
    await _charged(counter)
    await counter.world.sweeps_payments(hours=30)

    assert ["outcome_unknown"] == counter.world.work_list()


async def test_nothing_can_be_added_on_the_page(counter: Counter):
    """The page of such a session follows it; only the terminal can authorise more."""
    await counter.taps()
    journey = await counter.journey()
    assert journey is not None
    token = SECRETS.token(journey.journey_id)
    page = await counter.world.sees_as(token)

    assert None is page.more
    with pytest.raises(HoldCannotGrow):
        await add_to_hold(token, "key", desk=counter.world.desk)
    await counter.ends()


async def test_what_the_terminal_collected_is_given_back_by_a_person(counter: Counter):
    """A refund has its credit note, and is on the work list: only the terminal's provider pays."""
    await _charged(counter)
    await counter.settles(6.17)
    receipt = await counter.receipt()
    assert receipt is not None
    order = RefundOrder(receipt.number, Money(100, "EUR"), "a broken cable", "Ann", "key")
    await ask_refund(order, operator_id=OPERATOR, database=counter.world.database)
    await counter.world.worker.run_due()
    payment = await counter.payment()

    assert ["refund_failed"] == counter.world.work_list()
    assert (PRICE, Money(0, "EUR")) == (payment.captured, payment.refunded)


async def test_an_invoice_for_a_company(counter: Counter):
    """With VAT number and address in the settlement the receipt becomes a full invoice, once."""
    await _charged(counter)
    asked = {"vatNumber": "NL004495445B01", "vatCompany": COMPANY}
    answers = [await counter.settles(6.17, **asked) for _ in range(2)]
    receipt = await counter.receipt()

    assert receipt is not None
    assert receipt.document.buyer is not None
    assert ("Voorbeeld B.V.", "NL004495445B01") == (
        receipt.document.buyer.name,
        receipt.document.buyer.vat_number,
    )
    assert [receipt.number, receipt.number] == [each["receiptId"] for each in answers]


async def test_company_data_that_make_no_invoice(counter: Counter):
    """A VAT number that cannot be leaves the receipt, which the driver can still turn into one."""
    await _charged(counter)
    answer = await counter.settles(6.17, vatNumber="NL1", vatCompany=COMPANY)
    receipt = await counter.receipt()

    assert receipt is not None
    assert None is receipt.document.buyer
    assert receipt.number == answer["receiptId"]


class Register:
    """A register of VAT numbers that knows one company."""

    async def look_up(self, number: str, *, requester: str | None = None) -> Registration:
        """Tell of the one, and that there is no other."""
        if number != "NL004495445B01":
            return Registration(Registry.INVALID)
        address = "\nKADE 00001\n3011AA ROTTERDAM\n"
        return Registration(Registry.VALID, None, None, "VOORBEELD B.V.", address)


async def test_vat_numbers_are_checked(world: World):
    """The register names the company; a number that it does not know, or can't be, is rejected."""
    async with open_counter(world, Register()) as counter:
        good = await counter.ask("VatNumberValidation", {"vatNumber": "004495445B01", "evseId": 1})
        unknown = await counter.ask("VatNumberValidation", {"vatNumber": "NL123456782B90"})
        wrong = await counter.ask("VatNumberValidation", {"vatNumber": "NL1"})

    assert {
        "status": "Accepted",
        "vatNumber": "NL004495445B01",
        "evseId": 1,
        "company": {
            "name": "VOORBEELD B.V.",
            "address1": "KADE 00001",
            "postalCode": "3011AA",
            "city": "ROTTERDAM",
            "country": "NL",
        },
    } == good
    assert ("Rejected", {"reasonCode": "NotAVatNumber"}) == (wrong["status"], wrong["statusInfo"])
    assert "Rejected" == unknown["status"]


async def test_a_register_that_is_silent_proves_nothing(counter: Counter):
    """Without the register the check digits decide."""
    answer = await counter.ask("VatNumberValidation", {"vatNumber": "NL004495445B01"})

    assert {"status": "Accepted", "vatNumber": "NL004495445B01"} == answer


async def test_a_settlement_that_cannot_be_read(counter: Counter):
    """An unknown status, or an impossible amount, is refused by name and changes nothing."""
    await _charged(counter)
    said = {"pspRef": REF, "settlementTime": "2026-11-23T10:00:00Z"}
    odd = {**said, "status": "Perhaps", "settlementAmount": 6.17}
    below = {**said, "status": "Settled", "settlementAmount": -1}
    frames = [await counter.raw.ask("NotifySettlement", each) for each in (odd, below)]
    payment = await counter.payment()

    assert [[4, "PropertyConstraintViolation"]] * 2 == [[each[0], each[2]] for each in frames]
    assert Money(0, "EUR") == payment.captured
    await counter.settles(6.17)


async def _until(reached: Callable[[], Awaitable[bool]], counter: Counter) -> None:
    """Let the jobs run until it is so, at most twenty seconds."""
    async with asyncio.timeout(20):
        while not await reached():
            await asyncio.sleep(0.05)
            await counter.world.worker.run_due()


@pytest.mark.parametrize("starts_when_plugged", [False, True])
async def test_a_played_charge_point(counter: Counter, *, starts_when_plugged: bool):
    """Plug, tap, charge, authorise more, unplug: its terminal settles and shows our receipt."""
    clock = counter.world.clock
    evses = (EvseConfig(Decimal(22), terminal=True),)
    config = ChargerConfig(
        IDENTITY,
        counter.url,
        "ocpp2.1",
        PASSWORD,
        evses,
        starts_when_plugged=starts_when_plugged,
    )
    async with SandboxCharger(config, clock) as charger, asyncio.timeout(60):
        await charger.online()
        charger.plug()
        card = charger.tap()
        assert card is not None
        journey_of = partial(counter.journey, card.psp_ref)

        async def is_charging() -> bool:
            journey = await journey_of()
            return journey is not None and isinstance(journey.state, Charging)

        await _until(is_charging, counter)
        clock.advance(minutes=30)
        await asyncio.sleep(0.2)
        charger.bays[1].authorise_more(Decimal(40))
        await charger.said_everything()
        raised = await journey_of()
        charger.unplug()

        async def is_shown() -> bool:
            terminal = charger.bays[1].terminal
            return terminal is not None and terminal.receipt is not None

        await _until(is_shown, counter)
        terminal = charger.bays[1].terminal
    payment, receipt = await counter.payment(card.psp_ref), await counter.receipt(card.psp_ref)

    assert raised is not None
    assert Money(4000, "EUR") == raised.held
    assert terminal is not None
    assert terminal.receipt is not None
    assert receipt is not None
    assert (await counter.page(card.psp_ref), receipt.number) == (
        terminal.receipt.url,
        terminal.receipt.number,
    )
    # 11 kW for half an hour at 0.50 per kWh.
    assert Money(270, "EUR") < payment.captured <= Money(276, "EUR")
    assert payment.captured == receipt.document.settlement.charged
    assert [] == counter.world.work_list()
