"""Credit is bought through a provider: the credit is there when the money is, and once."""

import pytest

from app.funds.ledger.chart import AccountKind
from app.funds.payments.sweep import sweep_payments
from app.funds.wallet.errors import NothingToRefund, TopUpRefused, WalletFrozen
from app.funds.wallet.freeze import unfreeze_wallet
from app.funds.wallet.top_ups.refund import refund_credit
from tests.scenarios.test_books import disputed
from tests.scenarios.test_wallet import charges_on_credit
from tests.scenarios.wallets import Driver, balance, eur, known_driver, sells_credit
from tests.scenarios.world import OPERATOR, World


@pytest.fixture
async def anna(world: World) -> Driver:
    """A driver of an operator that sells credit."""
    await sells_credit(world)
    return await known_driver(world)


async def gives_back(driver: Driver) -> int:
    """The driver wants the bought credit back; return how much it is, in cents."""
    refunded = await refund_credit(
        driver.driver_id, "EUR", operator_id=OPERATOR, database=driver.world.database
    )
    await driver.world.worker.run_due()
    return refunded.minor


@pytest.mark.parametrize("method", ["ideal", "creditcard"])
async def test_credit_is_there_when_the_money_is(anna: Driver, method: str):
    """Paid first or held and captured: the whole amount is credit, and the provider owes it."""
    await anna.orders(5000, method)
    assert (0, 0) == await anna.balances()
    await anna.buys(5000, method)

    assert (5000, 0) == await anna.balances()
    assert eur(5000) == anna.world.book.captured
    assert [("top_up", 5000)] == await anna.statement()


async def test_a_webhook_that_comes_twice_credits_once(anna: Driver):
    """Repeated and late news of one payment are one lot."""
    await anna.buys(5000)
    await anna.world.webhook()
    await anna.world.sweeps_payments(hours=3)

    assert (5000, 0) == await anna.balances()


async def test_a_webhook_that_never_comes(anna: Driver):
    """The reading after a minute finds the payment, and the credit is there."""
    await anna.orders(5000)
    anna.world.provider.approve(anna.world.payment_ref)
    anna.world.clock.advance(minutes=1)
    await sweep_payments(database=anna.world.database)
    await anna.world.worker.run_due()

    assert (5000, 0) == await anna.balances()


async def test_who_pays_long_after_gets_the_money_back(anna: Driver):
    """After a quarter of an hour the top-up is given up: money that comes later goes back."""
    await anna.orders(5000)
    await anna.world.sweeps_payments(minutes=20)
    anna.world.provider.approve(anna.world.payment_ref)
    await anna.world.webhook()
    await anna.world.sweeps_payments(hours=1)

    assert (0, 0) == await anna.balances()
    book = anna.world.book
    assert book.captured == book.refunded


async def test_pressing_twice_opens_one_payment(anna: Driver):
    """The same key is the same top-up."""
    first = await anna.orders(5000)
    again = await anna.orders(5000)

    assert first.top_up_id == again.top_up_id
    assert 1 == len(anna.world.provider.snapshots)


@pytest.mark.parametrize(
    ("minor", "method"),
    [(4999, "ideal"), (5000, "wallet"), (5000, "bitcoin")],
)
async def test_what_is_not_sold(anna: Driver, minor: int, method: str):
    """Other amounts, unknown ways to pay, and credit for credit are refused before any payment."""
    await anna.is_given(9000)
    with pytest.raises(TopUpRefused):
        await anna.orders(minor, method)

    assert {} == anna.world.provider.snapshots


async def test_a_wallet_has_a_most(anna: Driver):
    """What is on its way counts: three times 100 EUR are above the 250 EUR of the operator."""
    await anna.buys(10_000, key="one")
    await anna.orders(10_000, key="two")

    with pytest.raises(TopUpRefused):
        await anna.orders(10_000, key="three")


async def test_an_operator_without_terms_sells_nothing(world: World):
    """Selling credit is switched on by the operator."""
    anna = await known_driver(world)

    with pytest.raises(TopUpRefused):
        await anna.orders(5000)


async def test_given_credit_is_spent_before_bought(anna: Driver):
    """The whole story on the statement: bought, given, a session of 6.17 EUR."""
    await anna.buys(5000)
    anna.world.clock.advance(seconds=1)
    await anna.is_given(500)
    anna.world.clock.advance(seconds=1)
    await charges_on_credit(anna)

    assert (5000 - 117, 0) == await anna.balances()
    assert [("wallet_spent", -617), ("grant", 500), ("top_up", 5000)] == await anna.statement()


async def test_the_rest_goes_back_to_where_it_came_from(anna: Driver):
    """Two top-ups, a session, and the rest goes back, the newest first; the gift stays."""
    await anna.buys(2500, "creditcard", key="one")
    first = anna.world.payment_ref
    anna.world.clock.advance(days=1)
    await anna.world.connects()
    await anna.buys(5000, "ideal", key="two")
    await anna.is_given(500)
    await charges_on_credit(anna)
    assert 7500 - 117 == await gives_back(anna)
    await anna.world.sweeps_payments(hours=1)

    assert (0, 0) == await anna.balances()
    assert 5000 == anna.world.book.refunded.minor
    assert 2500 - 117 == anna.world.provider.snapshots[first].refunded.minor
    with pytest.raises(NothingToRefund):
        await gives_back(anna)


async def test_what_was_given_is_never_paid_out(anna: Driver):
    """A present is no money."""
    await anna.is_given(5000)

    with pytest.raises(NothingToRefund):
        await gives_back(anna)


async def test_a_top_up_of_long_ago_is_owed_instead(anna: Driver):
    """Past the refund window of its method a person transfers it: it is on the work list."""
    asked = await anna.buys(5000)
    anna.world.clock.advance(days=366)
    assert 5000 == await gives_back(anna)

    assert 0 == anna.world.book.refunded.minor
    assert 5000 == await balance(anna.world, AccountKind.CUSTOMER_CREDIT.of(asked.payment_id))
    assert ["refund_failed"] == anna.world.work_list()


async def test_a_chargeback_freezes_the_wallet(anna: Driver):
    """What is left is taken back, what was spent is a debt; the wallet is never below zero."""
    await anna.buys(5000, "creditcard")
    await charges_on_credit(anna)
    await disputed(anna.world, 5000)
    wallet = await anna.wallet()

    assert (0, 0) == await anna.balances()
    assert wallet.frozen_why == "chargeback"
    assert 617 == await balance(anna.world, AccountKind.CUSTOMER_RECEIVABLE.of(wallet.wallet_id))
    assert 0 == await balance(anna.world, AccountKind.DISPUTE_LOSS.of())
    await anna.is_given(2000)
    await anna.world.connects()
    with pytest.raises(WalletFrozen):
        await anna.pays(1000, key="frozen")
    with pytest.raises(TopUpRefused):
        await anna.orders(5000, key="more")

    async with anna.world.database.work(OPERATOR) as work:
        await unfreeze_wallet(work, wallet)
    await anna.pays(1000, key="after")
    assert (0, 1000) == await anna.balances()


async def test_a_dispute_that_is_won_is_credit_again(anna: Driver):
    """What the bank gives again pays the debt first; the rest is in the lot that it came from."""
    await anna.buys(5000, "creditcard")
    await charges_on_credit(anna)
    await disputed(anna.world, 5000)
    await disputed(anna.world, 5000, won=True)
    wallet = await anna.wallet()

    assert (5000 - 617, 0) == await anna.balances()
    assert wallet.is_frozen
    assert 0 == await balance(anna.world, AccountKind.CUSTOMER_RECEIVABLE.of(wallet.wallet_id))
