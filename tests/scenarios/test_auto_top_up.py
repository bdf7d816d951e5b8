"""Credit that buys itself again: with consent, below the line, no more than so much."""

import pytest

from app.funds.payments.errors import MeansNotKept
from app.funds.payments.ports import NotSent, Unknown
from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.buy import buy_again
from app.funds.wallet.automatic.model import Agreement, AgreementState, Ending
from app.funds.wallet.automatic.stop import switch_off
from app.funds.wallet.freeze import freeze_wallet
from tests.scenarios.wallets import Driver, known_driver, sells_credit
from tests.scenarios.world import OPERATOR, World

# What a session of 40.00 kWh costs at 0.50 EUR.
SESSION = 2000


@pytest.fixture
async def anna(world: World) -> Driver:
    """A driver who bought 25 EUR, and ticked the box: below 10 EUR 25 more, at most 50 a day."""
    await sells_credit(world)
    driver = await known_driver(world)
    await driver.buys(2500, "creditcard", consent="2026-11")
    return driver


async def agreed(driver: Driver) -> Agreement:
    """What the driver agreed to last."""
    wallet_id = (await driver.wallet()).wallet_id
    async with driver.world.database.work(OPERATOR) as work:
        found = await store.last_of(work, wallet_id)
    assert found is not None
    return found


async def spends(driver: Driver, key: str, kwh: str = "40.000", minor: int = SESSION) -> None:
    """A session that costs 20 EUR is paid with the credit."""
    await driver.pays(minor, key)
    await driver.world.starts()
    await driver.world.charges(minutes=10, kwh=kwh)
    await driver.world.stops()
    await driver.world.disconnects()
    await driver.world.connects()


async def is_told(driver: Driver) -> None:
    """The provider hints that something happened to the last payment."""
    await driver.world.webhook()


async def test_without_the_box_nothing_is_bought(world: World):
    """It is off unless the driver agreed: no means is kept, and nothing is charged."""
    await sells_credit(world)
    anna = await known_driver(world)
    await anna.buys(2500, "creditcard")
    await spends(anna, "one")
    await world.sweeps_payments(hours=2)

    assert (500, 0) == await anna.balances()
    assert [] == world.keeper.charges
    assert [None] == [order.customer for order in world.provider.orders.values()]


async def test_consent_is_on_record(anna: Driver):
    """What was agreed to is kept: when, which words, and the amounts."""
    found = await agreed(anna)

    assert AgreementState.ON is found.state
    assert ("2026-11", "en") == (found.words, found.locale)
    terms = found.terms
    assert (1000, 2500, 5000) == (terms.below.minor, terms.amount.minor, terms.a_day.minor)
    assert found.customer.startswith("cst_")
    assert str(anna.driver_id) not in found.customer


async def test_what_falls_below_is_bought_once(anna: Driver):
    """5 EUR are left after the session, so 25 EUR are charged, and once."""
    await spends(anna, "one")
    await is_told(anna)
    await anna.world.sweeps_payments(hours=2)

    assert (3000, 0) == await anna.balances()
    assert [2500] == [charge.amount.minor for charge in anna.world.keeper.charges]


async def test_what_stays_above_buys_nothing(anna: Driver):
    """What a session had only reserved comes back: 18.83 EUR are enough."""
    await spends(anna, "one", kwh="12.340", minor=2500)
    await anna.world.sweeps_payments(hours=2)

    assert (2500 - 617, 0) == await anna.balances()
    assert [] == anna.world.keeper.charges


async def test_a_webhook_that_is_late(anna: Driver):
    """The money is taken and nobody says so: a reading finds it, and the webhook adds nothing."""
    await spends(anna, "one")
    assert (500, 0) == await anna.balances()
    await anna.world.sweeps_payments(minutes=10)
    assert (3000, 0) == await anna.balances()
    await is_told(anna)

    assert (3000, 0) == await anna.balances()


async def test_the_job_may_run_again(anna: Driver):
    """While a purchase is on its way, and after it, the same job buys nothing."""
    await spends(anna, "one")
    its = (await agreed(anna)).agreement_id
    await buy_again(its, operator_id=OPERATOR, desk=anna.world.desk.payments)
    await anna.world.worker.run_due()
    await is_told(anna)
    await buy_again(its, operator_id=OPERATOR, desk=anna.world.desk.payments)
    await anna.world.worker.run_due()

    assert 1 == len(anna.world.keeper.charges)
    assert (3000, 0) == await anna.balances()


async def test_no_more_than_so_much_a_day(anna: Driver):
    """Twice 25 EUR in 24 hours; the third time has to wait for the next day."""
    for key in ("one", "two"):
        await spends(anna, key, kwh="50.000", minor=2500)
        await is_told(anna)
    await spends(anna, "three", kwh="50.000", minor=2500)
    await anna.world.sweeps_payments(hours=2)
    assert 2 == len(anna.world.keeper.charges)
    assert (0, 0) == await anna.balances()

    anna.world.clock.advance(days=1)
    await anna.world.connects()
    await anna.buys(2500, "creditcard", key="by hand")
    await spends(anna, "four")
    await is_told(anna)

    assert 3 == len(anna.world.keeper.charges)
    assert (3000, 0) == await anna.balances()


async def test_declined_twice_switches_it_off(anna: Driver):
    """One refusal waits for another day, two in a row end it, and the means is deleted."""
    anna.world.keeper.declines = 2
    await spends(anna, "one")
    assert 1 == (await agreed(anna)).declines
    await spends(anna, "same day", kwh="2.000", minor=500)
    assert 1 == len(anna.world.keeper.charges)

    anna.world.clock.advance(days=2)
    await anna.world.connects()
    await anna.is_given(100)
    await spends(anna, "another day", kwh="2.000", minor=500)
    found = await agreed(anna)

    assert 2 == len(anna.world.keeper.charges)
    assert (AgreementState.OFF, Ending.DECLINED) == (found.state, found.ended_why)
    assert 1 == len(anna.world.keeper.forgotten)
    assert (400, 0) == await anna.balances()


async def test_a_card_that_works_again_is_forgiven(anna: Driver):
    """Only refusals in a row count."""
    anna.world.keeper.declines = 1
    await spends(anna, "one")
    anna.world.clock.advance(days=2)
    await anna.world.connects()
    await spends(anna, "two", kwh="2.000", minor=500)
    await is_told(anna)

    assert 0 == (await agreed(anna)).declines
    assert (500 - 100 + 2500, 0) == await anna.balances()


async def test_an_unknown_outcome_is_looked_up(anna: Driver):
    """The answer is lost and the money taken: asked again with the same key, it is one charge."""
    anna.world.keeper.answers = [Unknown("timeout")]
    await spends(anna, "one")
    await anna.world.sweeps_payments(minutes=10)
    charges = anna.world.keeper.charges

    assert (3000, 0) == await anna.balances()
    assert 1 == len({charge.key for charge in charges})
    assert 1 == anna.world.provider.effects[charges[0].key]


async def test_what_was_given_up_is_not_charged(anna: Driver):
    """Nobody answers for a quarter of an hour: after that the means is not charged any more."""
    anna.world.keeper.answers = [NotSent("down")] * 100
    await spends(anna, "one")
    await anna.world.sweeps_payments(minutes=20)
    anna.world.keeper.answers = []
    before = len(anna.world.keeper.charges)
    await anna.world.sweeps_payments(hours=12)

    assert before == len(anna.world.keeper.charges)
    assert (500, 0) == await anna.balances()
    assert AgreementState.ON is (await agreed(anna)).state


async def test_an_unknown_outcome_is_not_repeated_for_ever(anna: Driver):
    """Unknown for a quarter of an hour: it is not sent again, and late money goes back."""
    anna.world.keeper.slow = True
    anna.world.keeper.answers = [Unknown("timeout")] * 100
    await spends(anna, "one")
    await anna.world.sweeps_payments(minutes=20)
    before = len(anna.world.keeper.charges)
    await anna.world.sweeps_payments(hours=12)
    assert before == len(anna.world.keeper.charges)
    anna.world.provider.approve(anna.world.payment_ref)
    await is_told(anna)
    await anna.world.sweeps_payments(hours=1)

    assert (500, 0) == await anna.balances()
    assert anna.world.book.captured == anna.world.book.refunded


async def off(driver: Driver) -> None:
    """The driver switches it off, and the jobs run."""
    await switch_off(driver.driver_id, "EUR", operator_id=OPERATOR, database=driver.world.database)
    await driver.world.worker.run_due()


async def test_switched_off_it_buys_nothing(anna: Driver):
    """The means is deleted at the provider, twice pressing is once."""
    await off(anna)
    await off(anna)
    await spends(anna, "one")
    found = await agreed(anna)

    assert (AgreementState.OFF, Ending.DRIVER) == (found.state, found.ended_why)
    assert 1 == len(anna.world.keeper.forgotten)
    assert [] == anna.world.keeper.charges
    assert (500, 0) == await anna.balances()


async def test_switched_off_before_the_call(anna: Driver):
    """What was decided and not sent yet is not charged any more."""
    anna.world.keeper.answers = [NotSent("down")] * 3
    await spends(anna, "one")
    await off(anna)
    anna.world.keeper.answers = []
    before = len(anna.world.keeper.charges)
    await anna.world.sweeps_payments(hours=2)

    assert before == len(anna.world.keeper.charges)
    assert (500, 0) == await anna.balances()


async def test_switched_off_after_the_call(anna: Driver):
    """What the bank was asked for before is credit, once; nothing more is bought."""
    anna.world.keeper.slow = True
    await spends(anna, "one")
    await off(anna)
    anna.world.provider.approve(anna.world.payment_ref)
    await is_told(anna)

    assert (3000, 0) == await anna.balances()
    assert 1 == len(anna.world.keeper.charges)


class Killed(BaseException):
    """The process is gone."""


async def test_killed_between_the_commit_and_the_call(
    anna: Driver, monkeypatch: pytest.MonkeyPatch
):
    """The purchase is written down and its process dies: the sweep makes the call, once."""

    async def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("app.funds.payments.perform._send", die)
        with pytest.raises(Killed):
            await spends(anna, "one")
    assert [] == anna.world.keeper.charges
    anna.world.worker.sql.execute("DELETE FROM procrastinate_jobs")
    await anna.world.sweeps_payments(minutes=12)

    assert (3000, 0) == await anna.balances()
    assert 1 == anna.world.provider.effects[anna.world.keeper.charges[0].key]


async def test_a_frozen_wallet_buys_nothing(anna: Driver):
    """A person looks at it first."""
    await anna.pays(SESSION, "one")
    async with anna.world.database.work(OPERATOR) as work:
        await freeze_wallet(work, await anna.wallet(), "chargeback")
    await anna.world.starts()
    await anna.world.charges(minutes=10, kwh="40.000")
    await anna.world.stops()

    assert [] == anna.world.keeper.charges


async def test_a_means_that_is_gone_ends_it(anna: Driver):
    """The driver deleted it at the bank: nothing is charged, and it is over."""
    (ref,) = anna.world.provider.snapshots
    anna.world.keeper.forgotten.append(f"mdt_{ref}")
    await spends(anna, "one")
    found = await agreed(anna)

    assert (AgreementState.OFF, Ending.GONE) == (found.state, found.ended_why)
    assert [] == anna.world.keeper.charges


async def test_what_can_not_be_kept_is_said_before_anything_is_paid(world: World):
    """What iDEAL leaves is a direct debit, which takes days: nothing is paid then."""
    await sells_credit(world)
    anna = await known_driver(world)
    with pytest.raises(MeansNotKept):
        await anna.orders(2500, "ideal", consent="2026-11")

    assert {} == world.provider.snapshots


async def test_who_never_pays_has_agreed_to_nothing(world: World):
    """Without the first payment there is no agreement; paid too late, the means is deleted."""
    await sells_credit(world)
    anna = await known_driver(world)
    await anna.orders(2500, "creditcard", consent="2026-11")
    world.provider.fault("cancel", "timeout_before", times=20)
    await world.sweeps_payments(minutes=20)
    assert Ending.UNPAID is (await agreed(anna)).ended_why
    world.provider.approve(world.payment_ref)
    await is_told(anna)
    await world.sweeps_payments(hours=1)

    assert [f"mdt_{world.payment_ref}"] == world.keeper.forgotten
    assert (0, 0) == await anna.balances()


async def test_agreeing_again_before_paying_replaces_it(world: World):
    """A second try after the provider's page was closed: one agreement holds, one means is kept."""
    await sells_credit(world)
    anna = await known_driver(world)
    await anna.orders(2500, "creditcard", key="first", consent="2026-11")
    first = world.payment_ref
    await anna.buys(2500, "creditcard", key="second", consent="2026-11")
    world.provider.approve(first)
    await world.webhook_of(first)

    assert AgreementState.ON is (await agreed(anna)).state
    assert [f"mdt_{first}"] == world.keeper.forgotten
    assert (5000, 0) == await anna.balances()


async def test_agreeing_twice_keeps_the_first(anna: Driver):
    """An old page's box adds nothing to an agreement that holds."""
    before = await agreed(anna)
    await anna.buys(2500, "creditcard", key="again", consent="2026-11")

    assert before == await agreed(anna)
