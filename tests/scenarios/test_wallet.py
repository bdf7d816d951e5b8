"""Sessions that are paid with prepaid credit, from the button to the receipt."""

import pytest

from app.directpay.errors import HoldCannotGrow
from app.directpay.model import Ending, Stage, StopReason
from app.directpay.money.add import add_to_hold
from app.directpay.money.policy import HoldPolicy, WhenUsedUp, save_hold_policy
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.funds.ledger.chart import AccountKind
from app.funds.wallet.errors import CreditTooLow, GrantInvalid, WalletNotFound
from app.funds.wallet.expire import expire_credit
from tests.scenarios.wallets import Driver, balance, eur, known_driver
from tests.scenarios.world import OPERATOR, World


async def charges_on_credit(driver: Driver, minor: int = 3000) -> None:
    """A whole session of 12.340 kWh, paid with credit."""
    await driver.pays(minor)
    await driver.world.starts()
    await driver.world.charges(minutes=20, kwh="12.340")
    await driver.world.presses_stop()
    await driver.world.stops()


async def test_a_session_is_paid_with_credit(world: World):
    """The reservation is made with the tap, the price taken from it, the rest back in its lots."""
    anna = await known_driver(world)
    await anna.is_given(4000)
    await anna.pays(3000)
    assert Stage.WAITING is (await world.sees()).stage
    assert (0, 1000) == await anna.balances()

    await world.starts()
    await world.charges(minutes=20, kwh="12.340")
    await world.presses_stop()
    await world.stops()
    view = await world.sees()

    # 12.340 kWh x 0.50 EUR/kWh = 6.17 EUR of the 30.00 EUR that were reserved.
    assert (Ending.CHARGED, 617) == (view.ending, view.settled.charged.minor)
    assert view.settled.money_moved
    assert (0, 4000 - 617) == await anna.balances()
    assert 617 == await balance(world, AccountKind.REVENUE.of()) + 107
    assert {} == world.provider.snapshots
    receipt = await world.receipt()
    assert receipt is not None
    assert ("wallet", 617) == (
        receipt.document.settlement.method,
        receipt.document.settlement.charged.minor,
    )


async def test_there_is_not_enough_credit(world: World):
    """Nothing is reserved and the socket stays free for somebody else."""
    anna = await known_driver(world)
    await anna.is_given(2000)
    with pytest.raises(CreditTooLow):
        await anna.pays(2001)

    assert (0, 2000) == await anna.balances()
    await world.pays_and_plugs_in()
    assert Stage.CHARGING is (await world.sees()).stage


async def test_a_driver_without_credit(world: World):
    """Who never had credit is told so."""
    anna = await known_driver(world)

    with pytest.raises(WalletNotFound):
        await anna.pays(1000)


async def test_the_session_stops_before_it_costs_more_than_the_driver_chose(world: World):
    """Who chose 10.00 EUR pays no more than that, though there is more in the wallet."""
    anna = await known_driver(world)
    await anna.is_given(9000)
    await anna.pays(1000)
    await world.starts()
    await world.charges(minutes=30, kwh="19.800")
    await world.passes(seconds=20)
    view = await world.sees()
    assert (Stage.STOPPING, StopReason.HOLD_REACHED) == (view.stage, view.stop_reason)
    await world.stops()

    # 19.800 kWh x 0.50 EUR/kWh = 9.90 EUR.
    assert 990 == (await world.sees()).settled.charged.minor
    assert (0, 9000 - 990) == await anna.balances()


async def test_what_never_started_costs_nothing(world: World):
    """Nobody plugs in: the whole reservation is back in its lots."""
    anna = await known_driver(world)
    await anna.is_given(4000)
    await anna.pays(3000)
    await world.passes(minutes=5)
    view = await world.sees()

    assert Ending.NEVER_PLUGGED is view.ending
    assert (0, 4000) == await anna.balances()


async def test_more_of_the_credit_is_used_when_the_driver_says_so(world: World):
    """The reservation grows at once, without anybody else's page; beyond the credit it does not."""
    anna = await known_driver(world)
    await anna.is_given(6000)
    await anna.pays(1000)
    await world.starts()
    await world.charges(minutes=1, kwh="0.500")
    more = (await world.sees()).more
    assert more is not None
    assert not more.by_page
    added = await add_to_hold(world.token, more.key, desk=world.desk)
    again = await add_to_hold(world.token, more.key, desk=world.desk)

    view = await world.sees()
    assert (None, None) == (added.checkout_url, again.checkout_url)
    assert 3500 == view.held.minor
    assert (0, 2500) == await anna.balances()
    await add_to_hold(world.token, view.more.key, desk=world.desk)
    view = await world.sees()
    assert (6000, None) == (view.held.minor, view.more)
    with pytest.raises(HoldCannotGrow):
        await add_to_hold(world.token, "one-more", desk=world.desk)
    await world.presses_stop()
    await world.stops()
    assert (0, 6000 - 25) == await anna.balances()


async def test_the_operators_rule_does_not_take_more_than_the_driver_chose(world: World):
    """An operator that lets holds grow by themselves does not let a reservation grow."""
    async with world.database.work(OPERATOR) as work:
        await save_hold_policy(work, HoldPolicy(eur(2500), eur(15_000), WhenUsedUp.RAISE))
    anna = await known_driver(world)
    await anna.is_given(9000)
    await anna.pays(1000)
    await world.starts()
    await world.charges(minutes=40, kwh="18.000")

    assert 1000 == (await world.sees()).held.minor
    await world.presses_stop()
    await world.stops()


async def test_a_refund_is_credit_again(world: World):
    """What an operator gives back of a session is in the lots that it came from."""
    anna = await known_driver(world)
    await anna.is_given(4000)
    await charges_on_credit(anna)
    receipt = await world.receipt()
    assert receipt is not None
    part = RefundOrder(receipt.number, eur(217), "a wrong tariff", "bert", "k")
    await ask_refund(part, operator_id=OPERATOR, database=world.database)
    await world.worker.run_due()

    # 6.17 EUR were paid, 2.17 EUR are back.
    assert (0, 4000 - 400) == await anna.balances()


async def test_given_credit_goes_first_and_the_oldest_end_first(world: World):
    """Of two gifts the one that ends sooner is spent; the other is whole."""
    anna = await known_driver(world)
    await anna.is_given(1000, days=90, key="late")
    await anna.is_given(1000, days=3, key="soon")
    await charges_on_credit(anna, 2000)
    lots = {lot.expires_at: lot.left.minor for lot in (await anna.wallet()).lots}

    assert [1000 - 617, 1000] == [lots[end] for end in sorted(lots)]


async def test_given_credit_expires(world: World):
    """At its end it cannot be spent, in the night after it is gone, and back in the expense."""
    anna = await known_driver(world)
    await anna.is_given(1000, days=3)
    world.clock.advance(days=3)
    await world.connects()
    assert 0 == (await anna.wallet()).spendable(world.clock.now()).minor
    with pytest.raises(CreditTooLow):
        await anna.pays(1000)
    assert 1 == await expire_credit(database=world.database)
    assert 0 == await expire_credit(database=world.database)

    assert (0, 0) == await anna.balances()
    assert 0 == await balance(world, AccountKind.PROMO_EXPENSE.of())


async def test_what_comes_back_of_expired_credit_expires_too(world: World):
    """A session that was under way may still use it; the rest is gone in the next night."""
    anna = await known_driver(world)
    await anna.is_given(3000, days=1)
    await anna.pays(3000)
    await world.starts()
    await world.charges(minutes=10, kwh="12.340")
    world.clock.advance(hours=24)
    assert 0 == await expire_credit(database=world.database)
    await world.samples(world.register_wh)
    await world.presses_stop()
    await world.stops()
    assert (0, 3000 - 617) == await anna.balances()
    assert 1 == await expire_credit(database=world.database)

    assert (0, 0) == await anna.balances()


async def test_pressing_twice_reserves_once(world: World):
    """The same tap again is the same journey."""
    anna = await known_driver(world)
    await anna.is_given(4000)
    await anna.pays(1000)
    await anna.pays(1000)

    assert 1 == len({begun.token for begun in world.journeys})
    assert (0, 3000) == await anna.balances()


async def test_a_gift_is_given_once(world: World):
    """The same key again gives nothing more, and other terms with it are refused."""
    anna = await known_driver(world)
    await anna.is_given(4000)
    await anna.is_given(4000)
    assert (0, 4000) == await anna.balances()

    with pytest.raises(GrantInvalid):
        await anna.is_given(4001)
