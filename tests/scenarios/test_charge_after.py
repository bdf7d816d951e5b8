"""Sessions that are charged after them, on a card that the driver keeps with the provider."""

from dataclasses import replace

import pytest

from app.directpay.afterwards.charge import charge_again
from app.directpay.afterwards.errors import ChargeAfterRefused, MeansInUse
from app.directpay.afterwards.model import PromiseState
from app.directpay.afterwards.remove import remove_means
from app.directpay.afterwards.rule import save_charge_after
from app.directpay.attempts.again import pay_again
from app.directpay.books.write_off import WriteOff, write_off
from app.directpay.desk import find
from app.directpay.errors import HoldCannotGrow, PaymentOver, PaymentsDown, SessionUnderWay
from app.directpay.model import Ending, Stage, StopReason
from app.directpay.money.add import add_to_hold
from app.directpay.owned.erase import leave
from app.directpay.owned.known import known_of
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.directpay.refunds.errors import RefundInvalid
from app.directpay.settle import collect
from app.funds.means.errors import MeansNotFound
from app.funds.means.model import Removal
from app.funds.payments.errors import MeansNotKept
from app.funds.payments.ports import NotSent, Strategy, Unknown
from app.kernel.money import Money
from tests.scenarios.promises import Keeper, keeper
from tests.scenarios.world import OPERATOR, World

PRICE = 617


@pytest.fixture
async def anna(world: World) -> Keeper:
    """A driver who ticked the box, and keeps a card."""
    driver = await keeper(world)
    await driver.keeps_a_card()
    return driver


async def pays_the_debt(driver: Keeper, method: str = "ideal") -> None:
    """The driver follows the link, pays at the provider's page, and comes back."""
    view = await driver.world.sees()
    await pay_again(driver.world.token, method, view.pay_key, desk=driver.world.desk)
    await driver.world.approves()
    await driver.world.webhook()


async def test_without_the_box_nothing_is_kept(world: World):
    """It is off unless the driver agreed."""
    driver = await keeper(world)
    await driver.presses("first")
    await world.approves()

    assert [] == await driver.means()
    assert [None] == [order.customer for order in world.provider.orders.values()]


async def test_consent_is_on_record(anna: Keeper):
    """What was agreed to is kept: when, which words, which card; the provider is told no name."""
    (kept,) = await anna.means()

    assert ("2026-11", "en", "creditcard") == (kept.words, kept.locale, kept.method)
    assert "•••• 1234" in kept.instrument
    assert str(anna.driver_id) not in kept.customer
    assert kept.agreed_at <= anna.world.clock.now()


async def test_a_session_is_charged_after_it(anna: Keeper):
    """No page, nothing reserved; 12.340 kWh x 0.50 EUR are charged to the card, exactly."""
    before = dict(anna.world.provider.snapshots)
    await anna.charges()
    await anna.world.webhook()
    view = await anna.world.sees()

    assert (Ending.CHARGED, PRICE, 0) == (
        view.ending,
        view.settled.charged.minor,
        view.settled.returned.minor,
    )
    assert view.settled.money_moved
    assert not view.settled.owed
    assert [PRICE] == [charge.amount.minor for charge in anna.world.keeper.charges]
    (made,) = set(anna.world.provider.snapshots) - set(before)
    assert PRICE == anna.world.provider.snapshots[made].captured.minor
    assert (PRICE, 0, 0) == await anna.books()
    assert PromiseState.PAID is (await anna.promise()).state


async def test_nothing_is_at_the_provider_while_it_charges(anna: Keeper):
    """The page says how much it may cost at most, and that nothing can be added."""
    (kept,) = await anna.means()
    before = len(anna.world.provider.snapshots)
    await anna.presses("after", after=kept.means_id)
    await anna.world.starts()
    await anna.world.charges(minutes=5, kwh="2.000")
    view = await anna.world.sees()

    assert (Stage.CHARGING, Strategy.CHARGE_AFTER, 4000) == (
        view.stage,
        view.strategy,
        view.held.minor,
    )
    assert view.more is None
    assert before == len(anna.world.provider.snapshots)
    with pytest.raises(HoldCannotGrow):
        await add_to_hold(anna.world.token, "more", desk=anna.world.desk)


async def test_the_limit_is_never_passed(anna: Keeper):
    """Shortly before 40 EUR it stops by itself, as at a hold."""
    (kept,) = await anna.means()
    await anna.presses("after", after=kept.means_id)
    await anna.world.starts()
    # 22 kW cost 11 EUR an hour: 40 EUR last for three and a half.
    await anna.world.charges(minutes=216, kwh="79.200")
    await anna.world.charges(minutes=2, kwh="0.734")
    view = await anna.world.sees()
    assert (Stage.STOPPING, StopReason.HOLD_REACHED) == (view.stage, view.stop_reason)
    await anna.world.stops()
    (charged,) = anna.world.keeper.charges

    assert Money(3900, "EUR") < charged.amount <= Money(4000, "EUR")


async def test_a_session_that_never_began_costs_nothing(anna: Keeper):
    """The promise is over, nothing was charged, and the next session can be promised."""
    (kept,) = await anna.means()
    await anna.presses("after", after=kept.means_id)
    await anna.world.presses_stop()

    assert Ending.STOPPED_BEFORE_START is (await anna.world.sees()).ending
    assert PromiseState.VOID is (await anna.promise()).state
    assert [] == anna.world.keeper.charges
    await anna.world.connects()
    await anna.charges("again")
    assert 1 == len(anna.world.keeper.charges)


async def test_the_receipt_names_the_card_and_goes_to_the_driver(anna: Keeper):
    """The receipt says that it is charged after the session, to which card, and nothing back."""
    await anna.charges()
    await anna.world.worker.run_due()
    receipt = await anna.world.receipt()
    assert receipt is not None
    paid = receipt.document.settlement

    assert ("charge_after", PRICE, 0) == (paid.strategy, paid.charged.minor, paid.returned.minor)
    assert "•••• 1234" in (paid.instrument or "")
    assert ["anna@example.com"] == [mail.recipient for mail in anna.world.mailer.mails]
    assert "Charged after the session" in anna.world.mailer.mails[0].text
    assert "Reserved" not in anna.world.mailer.mails[0].text


async def test_one_session_at_a_time(anna: Keeper):
    """As long as one is not paid, another one is not promised."""
    anna.world.keeper.slow = True
    await anna.charges()
    (kept,) = await anna.means()
    await anna.world.connects()
    with pytest.raises(ChargeAfterRefused) as refused:
        await anna.presses("second", after=kept.means_id)

    assert "under_way" == refused.value.facts["reason"]


async def test_a_refused_charge_is_a_debt(anna: Keeper):
    """The driver owes the price: in the books, on the work list, on the page and by mail."""
    anna.world.keeper.declines = 1
    await anna.charges()
    view = await anna.world.sees()

    assert (Ending.CHARGED, True, False) == (
        view.ending,
        view.settled.owed,
        view.settled.money_moved,
    )
    assert {"creditcard", "ideal"} <= {each.method for each in view.methods}
    assert {PRICE} == {each.amount.minor for each in view.methods}
    assert (0, 0, PRICE) == await anna.books()
    assert ["unpaid"] == anna.world.work_list()
    demands = [mail for mail in anna.world.mailer.mails if "not paid yet" in mail.subject]
    assert ["anna@example.com"] == [mail.recipient for mail in demands]
    assert f"/s/{anna.world.token}?k=" in demands[0].text
    assert "€6.17" in demands[0].text
    (kept,) = await anna.means()
    await anna.world.connects()
    with pytest.raises(ChargeAfterRefused) as refused:
        await anna.presses("second", after=kept.means_id)
    assert "unpaid" == refused.value.facts["reason"]


async def test_the_driver_pays_the_debt(anna: Keeper):
    """By the link, in any way there is: the debt is over, and the next session is possible."""
    anna.world.keeper.declines = 1
    await anna.charges()
    await pays_the_debt(anna)
    view = await anna.world.sees()

    assert (True, False) == (view.settled.money_moved, view.settled.owed)
    assert () == view.methods
    assert (PRICE, 0, 0) == await anna.books()
    assert PromiseState.PAID is (await anna.promise()).state
    resolved = anna.world.worker.sql.execute("SELECT resolution FROM work_list").fetchall()
    assert [("paid after all",)] == resolved
    await anna.world.connects()
    await anna.charges("second")
    assert 2 == len(anna.world.keeper.charges)


async def test_a_card_pays_the_debt_as_a_hold_that_is_taken(anna: Keeper):
    """Where a method holds, exactly the price is held and captured at once."""
    anna.world.keeper.declines = 1
    await anna.charges()
    await pays_the_debt(anna, "creditcard")
    await anna.world.sweeps_payments(minutes=5)

    assert (PRICE, 0, 0) == await anna.books()
    assert PRICE == anna.world.book.captured.minor


async def test_a_debt_that_is_cancelled_stays_one(anna: Keeper):
    """Who leaves the page can begin again; what is paid twice goes back once."""
    anna.world.keeper.declines = 1
    await anna.charges()
    view = await anna.world.sees()
    await pay_again(anna.world.token, "ideal", view.pay_key, desk=anna.world.desk)
    first = anna.world.payment_ref
    anna.world.provider.fault("cancel", "timeout_before", times=20)
    await pays_the_debt(anna, "creditcard")
    anna.world.provider.approve(first)
    await anna.world.webhook_of(first)
    await anna.world.sweeps_payments(hours=1)

    assert 0 == (await anna.books())[1]
    assert PRICE == anna.world.provider.snapshots[first].refunded.minor


async def test_it_is_charged_again_the_next_day(anna: Keeper):
    """A day later once more, without the driver; then the debt is over."""
    anna.world.keeper.declines = 1
    await anna.charges()
    await anna.world.sweeps_payments(hours=23)
    assert 1 == len(anna.world.keeper.charges)
    await anna.world.sweeps_payments(hours=2)

    assert 2 == len(anna.world.keeper.charges)
    assert 2 == len({charge.key for charge in anna.world.keeper.charges})
    assert (PRICE, 0, 0) == await anna.books()
    assert (await anna.world.sees()).settled.money_moved


async def test_it_is_never_charged_more_than_three_times(anna: Keeper):
    """After a day and three more; then a person and the driver are left with it, told once."""
    anna.world.keeper.declines = 10
    await anna.charges()
    for _ in range(12):
        await anna.world.sweeps_payments(days=1)

    assert 3 == len(anna.world.keeper.charges)
    assert (0, 0, PRICE) == await anna.books()
    assert ["unpaid"] == anna.world.work_list()
    assert 1 == sum("not paid yet" in mail.subject for mail in anna.world.mailer.mails)
    await pays_the_debt(anna)
    assert (PRICE, 0, 0) == await anna.books()


async def test_a_removed_card_is_not_charged_again(anna: Keeper):
    """What is owed stays owed, and only the driver pays it."""
    anna.world.keeper.declines = 1
    await anna.charges()
    (kept,) = await anna.means()
    await remove_means(
        kept.means_id,
        driver_id=anna.driver_id,
        operator_id=OPERATOR,
        database=anna.world.database,
    )
    await anna.world.sweeps_payments(days=6)

    assert 1 == len(anna.world.keeper.charges)
    assert 1 == len(anna.world.keeper.forgotten)
    assert (0, 0, PRICE) == await anna.books()


async def test_a_card_is_not_removed_before_it_is_charged(anna: Keeper):
    """As long as a session is to be charged to it, it cannot go."""
    (kept,) = await anna.means()
    await anna.presses("after", after=kept.means_id)
    with pytest.raises(MeansInUse):
        await remove_means(
            kept.means_id,
            driver_id=anna.driver_id,
            operator_id=OPERATOR,
            database=anna.world.database,
        )


async def test_a_card_of_somebody_else_is_nobodys(anna: Keeper):
    """A means is its driver's own: another one can neither use nor remove it."""
    (kept,) = await anna.means()
    ben = await keeper(anna.world, "ben@example.com")
    with pytest.raises(MeansNotFound):
        await ben.presses("stolen", after=kept.means_id)
    with pytest.raises(MeansNotFound):
        await remove_means(
            kept.means_id,
            driver_id=ben.driver_id,
            operator_id=OPERATOR,
            database=anna.world.database,
        )


async def test_an_answer_that_is_lost_is_looked_up(anna: Keeper):
    """The charge was made and nobody said so: it is found, never made again, never called owed."""
    anna.world.keeper.answers = [Unknown("timeout")]
    await anna.charges()
    assert not (await anna.world.sees()).settled.owed
    assert [] == anna.world.work_list()
    await anna.world.webhook()

    assert 1 == len(anna.world.keeper.charges)
    assert (PRICE, 0, 0) == await anna.books()
    assert (await anna.world.sees()).settled.money_moved


async def test_an_unknown_charge_is_asked_for_by_its_key_only_for_a_while(anna: Keeper):
    """The same key within a quarter of an hour; after that only the provider's word counts."""
    anna.world.keeper.answers = [Unknown("timeout")] * 50
    await anna.charges()
    await anna.world.sweeps_payments(minutes=14)
    charges = anna.world.keeper.charges
    assert 1 == len({charge.key for charge in charges})
    asked = len(charges)
    assert asked > 1
    await anna.world.sweeps_payments(hours=30)
    assert asked == len(charges)
    assert "outcome_unknown" in anna.world.work_list()
    assert not (await anna.world.sees()).settled.owed

    await anna.world.webhook()
    assert (PRICE, 0, 0) == await anna.books()


async def test_an_order_that_did_not_arrive_goes_out_again(anna: Keeper):
    """Nothing was charged, so the same order follows, and the driver is told of no failure."""
    anna.world.keeper.answers = [NotSent("no connection")]
    await anna.charges()
    await anna.world.sweeps_payments(minutes=5)

    assert (PRICE, 0, 0) == await anna.books()
    assert [] == anna.world.work_list()


async def test_a_slow_charge_is_waited_for(anna: Keeper):
    """Hours later it is still no failure: nobody is at a page who could be given up on."""
    anna.world.keeper.slow = True
    await anna.charges()
    await anna.world.sweeps_payments(hours=3)
    assert not (await anna.world.sees()).settled.owed
    with pytest.raises(PaymentOver):
        await pay_again(anna.world.token, "ideal", "early", desk=anna.world.desk)
    anna.world.provider.approve(anna.world.payment_ref)
    await anna.world.webhook()

    assert (PRICE, 0, 0) == await anna.books()


async def test_the_jobs_may_run_again(anna: Keeper):
    """Collecting twice charges once, and a charge that is not due is not made."""
    await anna.charges()
    journey = await find(anna.world.token, desk=anna.world.desk)
    for verb in (collect, charge_again):
        await verb(journey.journey_id, operator_id=OPERATOR, desk=anna.world.desk)
        await anna.world.worker.run_due()
    await anna.world.webhook()

    assert 1 == len(anna.world.keeper.charges)


async def test_what_is_not_paid_is_not_given_back(anna: Keeper):
    """A refund of a debt would be a present of money that was never there."""
    anna.world.keeper.declines = 1
    await anna.charges()
    receipt = await anna.world.receipt()
    assert receipt is not None
    order = RefundOrder(receipt.number, Money(100, "EUR"), "a wrong tariff", "anna", "k")
    with pytest.raises(RefundInvalid):
        await ask_refund(order, operator_id=OPERATOR, database=anna.world.database)


async def test_what_was_charged_is_given_back(anna: Keeper):
    """A refund goes back to the card that was charged."""
    await anna.charges()
    await anna.world.webhook()
    receipt = await anna.world.receipt()
    assert receipt is not None
    order = RefundOrder(receipt.number, Money(100, "EUR"), "a wrong tariff", "anna", "k")
    await ask_refund(order, operator_id=OPERATOR, database=anna.world.database)
    await anna.world.worker.run_due()

    assert 100 == anna.world.book.refunded.minor


async def test_a_debt_is_written_off(anna: Keeper):
    """A person gives it up, with a reason: nothing is charged or asked for any more."""
    anna.world.keeper.declines = 1
    await anna.charges()
    receipt = await anna.world.receipt()
    assert receipt is not None
    order = WriteOff(receipt.number, "unpaid", "anna")
    owed = await write_off(order, operator_id=OPERATOR, database=anna.world.database)
    await anna.world.sweeps_payments(days=6)
    view = await anna.world.sees()

    assert Money(PRICE, "EUR") == owed
    assert (0, 0, 0) == await anna.books()
    assert 1 == len(anna.world.keeper.charges)
    assert not view.settled.owed
    assert () == view.methods
    await anna.world.connects()
    await anna.charges("second")
    assert 2 == len(anna.world.keeper.charges)


async def test_a_card_that_the_provider_lost(anna: Keeper):
    """It is asked before anything starts: the means is gone, and nothing has begun."""
    (kept,) = await anna.means()
    first = kept.customer
    anna.world.keeper.forgotten += [
        f"mdt_{ref}" for ref, order in anna.world.provider.orders.items() if order.customer == first
    ]
    with pytest.raises(MeansNotFound):
        await anna.presses("after", after=kept.means_id)

    assert [] == await anna.means()
    removed = anna.world.worker.sql.execute("SELECT removed_why FROM kept_means").fetchall()
    assert [(Removal.GONE,)] == removed


async def test_the_operator_offers_it_no_more(anna: Keeper):
    """Without the rule nothing is promised; what is kept stays the driver's."""
    (kept,) = await anna.means()
    async with anna.world.database.work(OPERATOR) as work:
        await save_charge_after(work, None)
    with pytest.raises(ChargeAfterRefused) as refused:
        await anna.presses("after", after=kept.means_id)

    assert "not_offered" == refused.value.facts["reason"]


async def test_what_can_not_be_kept_is_said_before_anything_is_paid(world: World):
    """What iDEAL leaves is a direct debit, which takes days: nothing is begun then."""
    driver = await keeper(world)
    with pytest.raises(MeansNotKept):
        await driver.presses("first", keep=True, method="ideal")

    assert {} == world.provider.snapshots


async def test_who_never_pays_keeps_nothing(world: World):
    """Without the payment there is no means; should it be paid after all, it is deleted there."""
    driver = await keeper(world)
    await driver.presses("first", keep=True)
    first = world.payment_ref
    world.provider.decline(first)
    await world.webhook()
    assert [] == await driver.means()
    world.provider.approve(first)
    # As at Adyen, where who was refused pays on the same page with the next card.
    taken = world.provider.snapshots[first]
    world.provider.snapshots[first] = replace(taken, orders_ref=first)
    await world.webhook_of(first)
    await world.sweeps_payments(hours=1)

    assert [] == await driver.means()
    assert [f"mdt_{first}"] == world.keeper.forgotten


async def test_a_provider_that_does_not_answer(anna: Keeper, monkeypatch: pytest.MonkeyPatch):
    """Whether it keeps the card is not known, so nothing starts."""
    (kept,) = await anna.means()

    async def silent(*_: object) -> Unknown:
        return Unknown("timeout")

    monkeypatch.setattr(anna.world.keeper, "stored_means", silent)
    with pytest.raises(PaymentsDown):
        await anna.presses("after", after=kept.means_id)

    assert replace(kept) in await anna.means()


async def test_who_owes_does_not_leave(anna: Keeper):
    """Being forgotten waits until what is owed is paid; then the provider forgets the card, too."""
    anna.world.keeper.declines = 1
    await anna.charges()
    desk = anna.world.desk
    with pytest.raises(SessionUnderWay):
        await leave(anna.driver_id, operator_id=OPERATOR, desk=desk)
    await pays_the_debt(anna)
    await leave(anna.driver_id, operator_id=OPERATOR, desk=desk)
    await anna.world.worker.run_due()

    assert [] == await anna.means()
    assert 1 == len(anna.world.keeper.forgotten)


async def test_what_is_kept_is_told_to_who_asks(anna: Keeper):
    """The means and the session are among all that is known of the driver."""
    await anna.charges()
    known = await known_of(anna.driver_id, operator_id=OPERATOR, desk=anna.world.desk)

    assert await anna.means() == list(known.means)
    assert anna.world.token in {each.token for each in known.sessions}
