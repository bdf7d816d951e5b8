"""What a driver meets who pays at a card terminal: plug, tap, charge, tap again, receipt."""

import pytest

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.ports import CommandOutcome
from app.directpay.errors import HoldCannotGrow
from app.directpay.model import Ending, Stage, StopReason
from app.directpay.money.add import add_to_hold
from app.directpay.views import PointState
from app.funds.payments.inbox.forget import forget_cards
from app.funds.payments.ports import Origin, ProviderStatus, Strategy
from app.funds.terminals import store
from app.funds.terminals.hear import hear
from app.funds.terminals.model import PromptEnd, PromptState
from app.funds.terminals.reactors import wish
from app.funds.terminals.setup.save import save_terminals
from tests.scenarios.bay import DEVICE, LEFT, RIGHT, TERMINAL, Bay, open_bay, terminal
from tests.scenarios.world import OPERATOR, World

NOTHING_TAKEN = (ProviderStatus.CANCELLED, 0, 0)
# 12.340 kWh at 0.50 cost 6.17; the hold was 60.00.
PRICE = 617


@pytest.fixture
async def bay(world: World) -> Bay:
    """Two sockets, one terminal; the books are right after."""
    return await open_bay(world)


async def test_tap_starts_and_a_second_tap_stops(bay: Bay):
    """The whole way: plugged, asked, tapped, charged, tapped again, settled, receipt by QR code."""
    await bay.plugs(bay.left)
    asked = bay.asks
    await bay.taps()
    await bay.left.starts()
    started = bay.terminals.screens[-1]
    await bay.passes(20)
    await bay.left.charges(minutes=20, kwh="12.340")
    reads = bay.asks
    await bay.taps()
    await bay.left.stops()
    await bay.passes(10)
    prompt = await bay.last()
    payment, page = await bay.payment(prompt.payment_id), await bay.sees(prompt)
    receipt = await bay.receipt(prompt)
    ended = bay.terminals.screens[-1]

    assert ("pay", "read") == (asked, reads)
    assert ("Charging at left.", "To stop, tap the same card again.") == started.lines[:2]
    assert f"https://pay.example/s/{bay.left.desk.secrets.token(prompt.journey_id)}" == started.link  # type: ignore[arg-type]
    assert 1 == len(bay.left.chargers.stops)
    assert (PromptState.OVER, PromptEnd.SESSION_OVER) == (prompt.state, prompt.ended)
    assert (Origin.CLOUD_TERMINAL, DEVICE, Strategy.HOLD) == (
        payment.origin,
        payment.device,
        payment.strategy,
    )
    assert Ending.CHARGED is page.ending
    assert [(ProviderStatus.PAID, PRICE, 0)] == bay.book
    assert receipt is not None
    assert PRICE == receipt.document.settlement.charged.minor
    assert "Thank you. You pay €6.17." == ended.lines[0]
    # The page of the payer: nothing is left to stop, and the receipt is there as PDF and mail.
    assert f"{started.link}?k=" == (ended.link or "")[: len(started.link or "") + 3]


async def test_another_card_does_not_stop(bay: Bay):
    """A card that pays nothing here stops nothing, is told so, and the next card is read."""
    await bay.pays_and_starts(bay.left)
    await bay.passes(20)
    await bay.taps("another card")
    told = bay.terminals.screens[-1]
    await bay.passes(20)

    assert [] == bay.left.chargers.stops
    assert ("No session was paid with this card here.",) == told.lines
    assert "read" == bay.asks
    await bay.taps()
    assert 1 == len(bay.left.chargers.stops)
    page = await bay.sees(await bay.last())
    assert (Stage.STOPPING, StopReason.DRIVER) == (page.stage, page.stop_reason)


async def test_no_energy(bay: Bay):
    """A car that takes nothing costs nothing: the hold is released, and the screen says so."""
    await bay.pays_and_starts(bay.left)
    await bay.left.charges(minutes=2, kwh="0.000")
    await bay.left.stops(reason="EVDisconnected")
    await bay.passes(20)

    assert [NOTHING_TAKEN] == bay.book
    assert Ending.NOTHING_CHARGED is (await bay.sees(await bay.last())).ending
    assert "Nothing is charged to your card." == bay.terminals.screens[-1].lines[0]


async def test_a_refused_card_may_be_followed_by_another(bay: Bay):
    """Declined: nothing is held, and the terminal asks again for the same socket."""
    await bay.plugs(bay.left)
    bay.terminals.decline(DEVICE)
    await bay.passes(10)
    again = bay.asks
    await bay.taps("a card that works")
    await bay.left.starts()

    assert "pay" == again
    assert [LEFT] == await bay.running()
    assert [ProviderStatus.FAILED, ProviderStatus.AUTHORISED] == [each[0] for each in bay.book]


async def test_the_terminal_does_not_ask_for_ever(bay: Bay):
    """Three cards are refused: it asks no more for this cable."""
    await bay.plugs(bay.left)
    for _ in range(3):
        bay.terminals.decline(DEVICE)
        await bay.passes(10)

    assert None is bay.asks
    assert PromptEnd.DECLINED is (await bay.last()).ended
    assert [(ProviderStatus.FAILED, 0, 0)] * 3 == bay.book


async def test_the_red_key_ends_it(bay: Bay):
    """The driver cancels: it asks no more until the next cable."""
    await bay.plugs(bay.left)
    bay.terminals.cancel(DEVICE)
    await bay.passes(10)
    ended = (await bay.last()).ended
    await bay.left.reports(EvseStatus.AVAILABLE)
    await bay.plugs(bay.left)

    assert PromptEnd.CANCELLED is ended
    assert "pay" == bay.asks


async def test_nobody_comes(bay: Bay):
    """Past its time the prompt is withdrawn; a card that is shown later is given its money back."""
    await bay.plugs(bay.left)
    await bay.passes(185)

    assert None is bay.asks
    assert PromptEnd.EXPIRED is (await bay.last()).ended
    assert [NOTHING_TAKEN] == bay.book


async def test_a_tap_in_the_last_moment_is_given_back(bay: Bay):
    """The prompt was withdrawn while the card was on its way: authorised, and released at once."""
    await bay.plugs(bay.left)
    bay.left.provider.fault("fetch", "timeout_before", times=50)
    bay.terminals.tap(DEVICE)
    await bay.passes(185)
    bay.left.provider._faults.clear()
    await bay.passes(700)

    assert PromptState.OVER is (await bay.last()).state
    assert [NOTHING_TAKEN] == bay.book
    assert [] == bay.left.chargers.starts


async def test_the_cable_is_taken_out_before_the_tap(bay: Bay):
    """The prompt is withdrawn with the cable, and the next driver is asked anew."""
    await bay.plugs(bay.left)
    await bay.left.reports(EvseStatus.AVAILABLE)
    ended = await bay.last()
    await bay.plugs(bay.left)
    await bay.passes(5)

    assert PromptEnd.CABLE_GONE is ended.ended
    assert [NOTHING_TAKEN, (ProviderStatus.OPEN, 0, 0)] == bay.book
    assert "pay" == bay.asks


async def test_the_terminal_is_away_when_it_is_to_ask(bay: Bay):
    """It can't be reached: nothing is held; when it is back, the next cable is asked for."""
    bay.terminals.offline = True
    await bay.plugs(bay.left)
    await bay.passes(120)
    prompt = await bay.last()
    bay.terminals.offline = False
    await bay.left.reports(EvseStatus.AVAILABLE)
    await bay.plugs(bay.left)

    assert (PromptState.OVER, PromptEnd.DECLINED) == (prompt.state, prompt.ended)
    assert [(ProviderStatus.OPEN, 0, 0)] == bay.book
    assert "pay" == bay.asks


async def test_the_terminal_goes_away_in_between(bay: Bay):
    """It is gone while the car charges: who can't tap stops at the car, and pays what was used."""
    await bay.pays_and_starts(bay.left)
    bay.terminals.offline = True
    await bay.passes(60)
    await bay.left.charges(minutes=20, kwh="12.340")
    await bay.left.stops(reason="EVDisconnected")
    await bay.passes(60)

    assert [(ProviderStatus.PAID, PRICE, 0)] == bay.book
    assert PromptEnd.SESSION_OVER is (await bay.last()).ended


async def test_an_answer_that_is_lost_asks_once(bay: Bay):
    """The order took effect and its answer is lost: it is repeated with its key, and asks once."""
    bay.left.provider.fault("start", "timeout_after")
    await bay.plugs(bay.left)
    await bay.passes(10)
    await bay.taps()
    await bay.left.starts()

    assert [(ProviderStatus.AUTHORISED, 0, 0)] == bay.book
    assert [LEFT] == await bay.running()
    assert ["ask 60.00 EUR"] == [each for each in bay.terminals.log if each.startswith("ask")]


async def test_two_sockets_take_turns(bay: Bay):
    """Two cables at once: the first is asked for first, then the second, and both charge."""
    await bay.plugs(bay.left)
    await bay.plugs(bay.right)
    waiting = [each.state for each in await bay.prompts()]
    await bay.taps("left card")
    await bay.left.starts()
    await bay.passes(20)
    second = bay.asks
    await bay.taps("right card")
    await bay.right.starts()
    both = await bay.running()
    # Each is told that it began, one after the other, and then the card is read.
    await bay.passes(30)
    await bay.taps("right card")

    assert [PromptState.ASKING, PromptState.WAITING] == waiting
    assert "pay" == second
    assert [LEFT, RIGHT] == both
    assert [bay.right.transaction.transaction_id] == [  # type: ignore[union-attr]
        each.transaction_id for each in bay.left.chargers.stops
    ]


async def test_a_card_that_pays_two_sessions_stops_the_older(bay: Bay):
    """One stop a tap; the next tap stops the other."""
    await bay.pays_and_starts(bay.left, "one card")
    await bay.passes(20)
    await bay.pays_and_starts(bay.right, "one card")
    await bay.passes(20)
    await bay.taps("one card")
    first = [each.transaction_id for each in bay.left.chargers.stops]
    await bay.left.stops()
    await bay.passes(20)
    await bay.taps("one card")

    assert [bay.left.transaction.transaction_id] == first  # type: ignore[union-attr]
    assert 2 == len({each.transaction_id for each in bay.left.chargers.stops})


async def test_who_wants_to_pay_comes_before_who_may_stop(bay: Bay):
    """While a card is read for the second tap, a new cable makes room for a payment."""
    await bay.pays_and_starts(bay.left)
    await bay.passes(20)
    reads = bay.asks
    await bay.plugs(bay.right)

    assert ("read", "pay") == (reads, bay.asks)
    assert "read no more" in bay.terminals.log


async def test_two_prompts_that_race_ask_once(bay: Bay):
    """The cable and the operator's program ask for the same socket: there is one prompt."""
    async with bay.left.database.work(OPERATOR) as work:
        first = await wish(work, TERMINAL, LEFT)
        second = await wish(work, TERMINAL, LEFT)
    await bay.plugs(bay.left)
    await bay.passes(5)

    assert first is not None
    assert None is second
    assert ["ask 60.00 EUR"] == bay.terminals.log
    assert 1 == len(await bay.prompts())


async def test_a_driver_who_pays_on_the_phone_is_not_asked(bay: Bay):
    """The prompt makes room for who pays on the page, and the page is not kept from paying."""
    await bay.plugs(bay.left)
    seen = await bay.left.looks()
    await bay.left.pays()
    await bay.passes(5)
    withdrawn = bay.asks
    await bay.left.approves()
    await bay.left.starts()
    await bay.passes(5)
    prompt = await bay.last()

    assert PointState.PLUGGED is seen.point.state
    assert None is withdrawn
    assert (PromptState.OVER, PromptEnd.TAKEN) == (prompt.state, prompt.ended)
    assert {NOTHING_TAKEN, (ProviderStatus.AUTHORISED, 0, 0)} == set(bay.book)


async def test_a_driver_who_leaves_the_page_can_still_tap(bay: Bay):
    """The page keeps the socket for five minutes; then the terminal asks again for the cable."""
    await bay.plugs(bay.left)
    await bay.left.pays()
    await bay.passes(5)
    meanwhile = bay.asks
    await bay.passes(330)
    again = bay.asks
    await bay.taps()
    await bay.left.starts()

    assert (None, "pay") == (meanwhile, again)
    assert [LEFT] == await bay.running()


async def test_a_phone_and_a_card_at_once(bay: Bay):
    """Both pay within a second: one session, and the card gets its money back at once."""
    await bay.plugs(bay.left)
    # The driver's page was open before; the terminal's card is tapped before anybody looks again.
    bay.terminals.tap(DEVICE)
    await bay.left.pays()
    await bay.left.approves()
    await bay.passes(20)

    assert [NOTHING_TAKEN, (ProviderStatus.AUTHORISED, 0, 0)] == bay.book
    assert 1 == len(bay.left.chargers.starts)
    assert ("Somebody else has just begun here.", "Nothing is charged to your card.") in [
        each.lines for each in bay.terminals.screens
    ]


async def test_the_charge_point_refuses_to_start(bay: Bay):
    """Authorised, and the start is rejected twice: the hold is released."""
    bay.left.chargers.answers = [CommandOutcome.REJECTED] * 2
    await bay.plugs(bay.left)
    await bay.taps()
    await bay.passes(30)

    assert [NOTHING_TAKEN] == bay.book
    assert Ending.START_REJECTED is (await bay.sees(await bay.last())).ending


async def test_paid_first_and_the_rest_given_back(bay: Bay):
    """At a terminal that can't hold (Mollie) all is charged at the tap, and the rest goes back."""
    bay.terminals.strategy, bay.terminals.method = Strategy.PAY_FIRST, "pointofsale"
    bay.terminals.reads_cards = False
    await bay.pays_and_starts(bay.left)
    await bay.passes(20)
    reads = bay.asks
    await bay.left.charges(minutes=20, kwh="12.340")
    await bay.left.stops(reason="EVDisconnected")
    await bay.passes(20)

    # 60.00 taken, 6.17 used: 53.83 go back.
    assert [(ProviderStatus.PAID, 6000, 5383)] == bay.book
    assert None is reads


async def test_no_page_asks_for_a_second_card(bay: Bay):
    """At a terminal the amount does not grow by a page: the session stops when it is used up."""
    await bay.pays_and_starts(bay.left)
    prompt = await bay.last()
    assert prompt.journey_id is not None
    token = bay.left.desk.secrets.token(prompt.journey_id)
    offered = (await bay.sees(prompt)).more

    assert None is offered
    with pytest.raises(HoldCannotGrow):
        await add_to_hold(token, "more", desk=bay.left.desk)


async def test_a_crash_between_the_tap_and_the_start_loses_nothing(bay: Bay):
    """Killed after the commit that knows of the tap: the job of the same commit starts it later."""
    await bay.plugs(bay.left)
    bay.terminals.tap(DEVICE)
    prompt = await bay.last()
    run, bay.left.worker.run_due = bay.left.worker.run_due, _killed  # type: ignore[method-assign]
    await bay.left.webhook_of(bay.left.payment_ref)
    starts = list(bay.left.chargers.starts)
    bay.left.worker.run_due = run  # type: ignore[method-assign]
    await bay.left.worker.run_due()
    await bay.left.starts()

    assert [] == starts
    assert 1 == len(bay.left.chargers.starts)
    assert Stage.CHARGING is (await bay.sees(prompt)).stage


async def _killed() -> list[str]:
    return []


async def test_what_a_terminal_tells_is_only_a_hint(bay: Bay):
    """Its own message names it, and makes us look; nothing of it is believed."""
    await bay.plugs(bay.left)
    token = bay.left.worker.sql.execute("SELECT webhook_token FROM provider_account").fetchone()
    assert token is not None
    payments = bay.left.desk.payments
    await hear("mollie", token[0], [DEVICE], desk=payments)
    await hear("mollie", "unknown", [DEVICE], desk=payments)
    hinted = bay.left.worker.waiting()
    await bay.left.worker.run_due()
    unpaid = await bay.running()
    bay.terminals.tap(DEVICE)
    await hear("mollie", token[0], [DEVICE, "T-9"], desk=payments)
    await bay.left.worker.run_due()

    assert 1 == hinted.count("terminals.tend")
    assert [] == unpaid
    assert [LEFT] == await bay.running()


async def test_a_terminal_that_is_taken_away_is_asked_for_nothing(bay: Bay):
    """It is no longer in the operator's file: cables are not its business, what runs goes on."""
    await bay.pays_and_starts(bay.left)
    async with bay.left.database.work(OPERATOR) as work:
        gone = await save_terminals(work, [])
    await bay.plugs(bay.right)
    await bay.left.charges(minutes=20, kwh="12.340")
    await bay.left.stops(reason="Local")
    await bay.passes(10)

    assert [TERMINAL] == gone
    assert [(ProviderStatus.PAID, PRICE, 0)] == bay.book


async def test_saving_terminals_twice_changes_nothing(bay: Bay):
    """What is said again is known; what is different is named."""
    async with bay.left.database.work(OPERATOR) as work:
        same = await save_terminals(work, [terminal()])
        other = await save_terminals(work, [terminal(evse_uids=(RIGHT,))])
        served = await store.find_terminal(work, TERMINAL)

    assert ([], [TERMINAL]) == (same, other)
    assert served is not None
    assert (RIGHT,) == served.evse_uids


async def test_which_card_it_was_is_forgotten(bay: Bay):
    """Two days later nobody can know the card again, and what it paid is as it was."""
    await bay.pays_and_starts(bay.left)
    prompt = await bay.last()
    before = await bay.payment(prompt.payment_id)
    await bay.left.stops(reason="EVDisconnected")
    await bay.passes(10)
    bay.left.clock.advance(days=2, seconds=1)
    await forget_cards(database=bay.left.database)
    after = await bay.payment(prompt.payment_id)

    assert ("first card", None) == (before.fingerprint, after.fingerprint)
    assert before.instrument == after.instrument
