"""More than was held at first: the hold grows, or a second one follows it."""

from dataclasses import replace

import pytest

from app.charging.chargers.setup.model import HoldKey, HoldScope
from app.charging.chargers.setup.save import save_holds
from app.directpay.errors import HoldCannotGrow
from app.directpay.model import Ending, Stage, StopReason
from app.directpay.money.add import Added, add_to_hold
from app.directpay.money.policy import HoldPolicy, WhenUsedUp, save_hold_policy
from app.directpay.prices.views import MoneyView
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.directpay.views import MoreView
from app.funds.payments.accounts import AccountOrder, save_accounts
from app.funds.payments.ports import ProviderStatus, Snapshot
from app.kernel.money import Money
from tests.fakes.provider import Fault
from tests.scenarios.world import OPERATOR, World

HOLD = Money(1000, "EUR")
ADD = Money(500, "EUR")
POLICY = HoldPolicy(add=ADD, most=Money(2000, "EUR"))


@pytest.fixture
async def small(world: World) -> World:
    """A world that holds EUR 10 and lets drivers add EUR 5 at a time, up to EUR 20."""
    async with world.database.work(OPERATOR) as work:
        await save_holds(work, {HoldKey(HoldScope.OPERATOR, "", "AC"): HOLD})
        await save_hold_policy(work, POLICY)
    return world


@pytest.fixture
async def growing(small: World) -> World:
    """The same at a provider whose card holds can grow."""
    small.provider.raises = True
    adyen = AccountOrder("adyen", "test", "key", merchant="Voltstraat")
    async with small.database.work(OPERATOR) as work:
        await save_accounts(work, (adyen,), vault=small.desk.payments.vault)
    return small


async def adds(world: World, key: str | None = None) -> Added:
    """The driver taps the button, and the jobs run."""
    more = (await world.sees()).more
    added = await add_to_hold(world.token, key or (more.key if more else "none"), desk=world.desk)
    await world.worker.run_due()
    return added


def books(world: World) -> list[Snapshot]:
    """The payments as the provider has them, the first first."""
    return list(world.provider.snapshots.values())


async def test_the_button_says_what_it_adds(small: World):
    """While the car charges the page offers the next step; before and after, nothing."""
    await small.pays()
    before = (await small.sees()).more
    await small.approves()
    await small.starts()
    while_charging = (await small.sees()).more
    await small.stops()
    after = (await small.sees()).more

    assert (None, None) == (before, after)
    assert MoreView(MoneyView(500, "EUR"), key="1000-0") == while_charging


async def test_a_second_hold_is_used_after_the_first(small: World):
    """Where holds can't grow the driver agrees to another one; the price is taken from both."""
    await small.pays_and_plugs_in()
    await small.charges(minutes=52, kwh="18.000")
    warned = await small.sees()
    added = await adds(small)
    waits = (await small.sees()).more
    await small.approves()
    more = await small.sees()
    await small.charges(minutes=21, kwh="7.000")
    await small.stops()
    ended = await small.sees()
    receipt = await small.receipt()

    assert warned.hold_warning
    assert added.checkout_url is not None
    assert waits == MoreView(
        MoneyView(500, "EUR"), "", waiting=True, checkout_url=added.checkout_url
    )
    assert (MoneyView(1500, "EUR"), False) == (more.held, more.hold_warning)
    # 25.000 kWh x 0.50 EUR/kWh = 12.50 EUR: 10.00 of the first, 2.50 of the second
    assert ended.ending is Ending.CHARGED
    assert [1000, 250] == [book.captured.minor for book in books(small)]
    assert [ProviderStatus.PAID] * 2 == [book.status for book in books(small)]
    assert ended.settled is not None
    assert ended.settled.money_moved
    assert receipt is not None
    paid = receipt.document.settlement
    assert (1500, 1250, 250) == (paid.held.minor, paid.charged.minor, paid.returned.minor)
    assert all(str(book.reference) in paid.reference for book in books(small))


async def test_charging_goes_on_to_the_new_limit(small: World):
    """The session is not stopped where the first hold ends, but before the second one does."""
    await small.pays_and_plugs_in()
    await adds(small)
    await small.approves()
    await small.charges(minutes=57, kwh="20.500")
    beyond_the_first = await small.sees()
    await small.charges(minutes=26, kwh="9.300")
    at_the_end = await small.sees()

    assert beyond_the_first.stage is Stage.CHARGING
    assert (Stage.STOPPING, StopReason.HOLD_REACHED) == (at_the_end.stage, at_the_end.stop_reason)


async def test_paid_first_and_paid_again(small: World):
    """With a method that can't hold, more is charged, and what is not used goes back."""
    await small.pays_and_plugs_in("ideal")
    await adds(small)
    await small.approves()
    await small.charges(minutes=30, kwh="8.000")
    await small.stops()

    # 8.000 kWh x 0.50 EUR/kWh = 4.00 EUR of the first; all of the second goes back
    assert [(1000, 600), (500, 500)] == [
        (book.captured.minor, book.refunded.minor) for book in books(small)
    ]


async def test_pressing_twice_adds_once(small: World):
    """The same key, and another one while the first waits, lead to the same page."""
    await small.pays_and_plugs_in()
    first = await adds(small, "a")
    same = await adds(small, "a")
    other = await adds(small, "b")

    assert first == same == other
    assert 2 == len(books(small))


async def test_a_declined_addition_changes_nothing(small: World):
    """The bank says no to more: charging goes on with what there is, and more can be asked for."""
    await small.pays_and_plugs_in()
    await adds(small)
    small.provider.decline(small.payment_ref)
    await small.webhook()
    after = await small.sees()
    again = await adds(small)

    assert (Stage.CHARGING, MoneyView(1000, "EUR")) == (after.stage, after.held)
    assert after.more is not None
    assert not after.more.waiting
    assert again.checkout_url is not None
    assert 3 == len(books(small))


async def test_an_addition_that_nobody_pays_is_cancelled_at_the_end(small: World):
    """The driver left the second page open and stops: it is closed, and the money went."""
    await small.pays_and_plugs_in()
    await adds(small)
    await small.charges(minutes=10, kwh="3.000")
    await small.stops()
    ended = await small.sees()

    assert ProviderStatus.CANCELLED is books(small)[1].status
    assert ended.settled is not None
    assert ended.settled.money_moved


async def test_an_addition_that_is_paid_too_late_goes_back(small: World):
    """The driver agrees to more when the session is over: it is given back at once."""
    await small.pays_and_plugs_in()
    await adds(small)
    await small.charges(minutes=10, kwh="3.000")
    small.provider.fault("cancel", Fault.TIMEOUT_BEFORE)
    await small.stops()
    small.provider.approve(small.payment_ref)
    await small.sweeps_payments(minutes=30)

    # 3.000 kWh x 0.50 EUR/kWh = 1.50 EUR
    assert [150, 0] == [book.captured.minor for book in books(small)]
    assert ProviderStatus.CANCELLED is books(small)[1].status


async def test_an_addition_that_is_paid_when_it_was_given_up_does_not_count(small: World):
    """After a quarter of an hour it is given up; paid later, it goes back and holds nothing."""
    await small.pays_and_plugs_in()
    await adds(small)
    small.provider.fault("cancel", Fault.TIMEOUT_BEFORE, times=9)
    await small.passes(minutes=16)
    given_up = await small.sees()
    small.provider.approve(small.payment_ref)
    await small.webhook()
    await small.sweeps_payments(minutes=30)
    after = await small.sees()

    assert (1000, 1000) == (given_up.held.minor, after.held.minor)
    assert (ProviderStatus.CANCELLED, 0) == (books(small)[1].status, books(small)[1].captured.minor)


async def test_no_more_than_the_operator_allows(small: World):
    """Two steps lead to the most that the operator holds; a third is not offered, nor possible."""
    await small.pays_and_plugs_in()
    for _ in range(2):
        await adds(small)
        await small.approves()
    full = await small.sees()

    assert (MoneyView(2000, "EUR"), None) == (full.held, full.more)
    with pytest.raises(HoldCannotGrow):
        await adds(small)


async def test_an_operator_may_offer_nothing(small: World):
    """With `when_used_up: stop` the session stops at what was held."""
    async with small.database.work(OPERATOR) as work:
        await save_hold_policy(work, replace(POLICY, when_used_up=WhenUsedUp.STOP))
    await small.pays_and_plugs_in()

    assert (await small.sees()).more is None
    with pytest.raises(HoldCannotGrow):
        await adds(small, "a")


async def test_a_hold_grows_without_a_page(growing: World):
    """Where the provider can, one tap is enough: the hold grows, and one capture takes it all."""
    await growing.pays_and_plugs_in()
    added = await adds(growing)
    more = await growing.sees()
    await growing.charges(minutes=70, kwh="24.000")
    await growing.stops()
    ended = await growing.sees()

    assert Added(None) == added
    assert MoneyView(1500, "EUR") == more.held
    # 24.000 kWh x 0.50 EUR/kWh = 12.00 EUR
    assert [(1500, 1200)] == [
        (book.authorised.minor if book.authorised else 0, book.captured.minor)
        for book in books(growing)
    ]
    assert ended.settled is not None
    assert ended.settled.money_moved


async def test_a_hold_that_may_not_grow_is_followed_by_another(growing: World):
    """The bank refuses to raise the hold: the button leads to the provider's page instead."""
    growing.provider.fault("raise", Fault.DECLINED)
    await growing.pays_and_plugs_in()
    refused = await adds(growing)
    offered = (await growing.sees()).more
    added = await adds(growing)

    assert Added(None) == refused
    assert offered is not None
    assert offered.by_page
    assert added.checkout_url is not None


async def test_the_operator_raises_by_itself(growing: World):
    """With `when_used_up: raise` the hold grows when four fifths are used, without the driver."""
    async with growing.database.work(OPERATOR) as work:
        await save_hold_policy(work, replace(POLICY, when_used_up=WhenUsedUp.RAISE))
    await growing.pays_and_plugs_in()
    await growing.charges(minutes=50, kwh="17.000")
    seen = await growing.sees()

    assert (MoneyView(1500, "EUR"), False) == (seen.held, seen.hold_warning)


async def test_a_refund_takes_from_the_later_payment_first(small: World):
    """What is given back of a session with two payments goes back on both, the latest first."""
    await small.pays_and_plugs_in()
    await adds(small)
    await small.approves()
    await small.charges(minutes=70, kwh="25.000")
    await small.stops()
    receipt = await small.receipt()
    assert receipt is not None
    order = RefundOrder(receipt.number, Money(400, "EUR"), "the meter was wrong", "anna", "k")
    await ask_refund(order, operator_id=OPERATOR, database=small.database)
    await small.worker.run_due()

    # Of 12.50 EUR (10.00 and 2.50) 4.00 go back: all of the second, and 1.50 of the first.
    assert [150, 250] == [book.refunded.minor for book in books(small)]
