"""The first payment comes to nothing: another one on the same page, for the same session."""

import pytest

from app.directpay.attempts.again import pay_again
from app.directpay.decide import MOST_ATTEMPTS
from app.directpay.errors import MethodUnavailable, PaymentOver, PointBusy, TooManyDeclines
from app.directpay.model import Ending, Stage, Why
from app.directpay.pay import PayOrder, pay
from app.funds.payments.ports import ProviderStatus, Snapshot
from tests.fakes.provider import Fault
from tests.scenarios.world import CODE, World


async def tries(world: World, method: str, key: str | None = None) -> str | None:
    """The driver presses another button on the page, and the jobs run."""
    key = (await world.sees()).pay_key if key is None else key
    address = await pay_again(world.token, method, key, desk=world.desk)
    await world.worker.run_due()
    return address


async def is_declined(world: World) -> None:
    """The bank says no to the last payment."""
    world.provider.decline(world.payment_ref)
    await world.comes_back()


def books(world: World) -> list[Snapshot]:
    """The payments as the provider has them, the first first."""
    return list(world.provider.snapshots.values())


async def test_a_declined_card_then_ideal(world: World):
    """Declined, another way, paid: one session, one receipt, and the first payment is nothing."""
    await world.pays()
    await is_declined(world)
    told = await world.sees()
    address = await tries(world, "ideal")
    await world.approves()
    await world.starts()
    await world.charges(minutes=10, kwh="3.000")
    await world.stops()
    ended, receipt = await world.sees(), await world.receipt()

    assert ["creditcard", "ideal", "bancontact"] == [way.method for way in told.methods]
    assert books(world)[1].checkout_url is None
    assert address is not None
    assert Ending.CHARGED is ended.ending
    # 3.000 kWh x 0.50 EUR/kWh = 1.50 EUR of the 60.00 that were paid first
    assert [(0, 0), (6000, 5850)] == [
        (book.captured.minor, book.refunded.minor) for book in books(world)
    ]
    assert receipt is not None
    assert books(world)[1].reference == receipt.document.settlement.reference
    assert 1 == len(world.journeys)


@pytest.mark.parametrize("deed", ["decline", "abandon"])
async def test_who_does_not_try_again_loses_the_socket(world: World, deed: str):
    """Five minutes after the refusal the session ends, and says why."""
    await world.pays()
    getattr(world.provider, deed)(world.payment_ref)
    await world.comes_back()
    waits = await world.sees()
    await world.passes(minutes=6)
    over = await world.sees()

    assert (Stage.PAYING, Stage.ENDED) == (waits.stage, over.stage)
    assert f"payment_{waits.lost}" == over.ending


async def test_somebody_else_may_pay_meanwhile(world: World):
    """Who chooses keeps the socket only as long as nobody else begins to pay at it."""
    await world.pays()
    await is_declined(world)
    first = world.token
    await world.pays(key="somebody else")

    assert Ending.PAYMENT_DECLINED is (await world.sees_as(first)).ending
    with pytest.raises(PaymentOver):
        await pay_again(first, "ideal", "late", desk=world.desk)


async def test_nobody_else_while_the_second_page_is_open(world: World):
    """With the second attempt the socket is the driver's again."""
    await world.pays()
    await is_declined(world)
    await tries(world, "ideal")

    with pytest.raises(PointBusy):
        await pay(PayOrder(CODE, "ideal", "per-kwh", 1, "other", "en"), desk=world.desk)


async def test_another_way_while_the_first_page_is_open(world: World):
    """The driver comes back without paying and takes another way: the first page is closed."""
    await world.pays()
    await tries(world, "ideal")
    after = await world.sees()

    assert (Stage.PAYING, None, "ideal") == (after.stage, after.lost, after.method)
    assert [ProviderStatus.CANCELLED, ProviderStatus.OPEN] == [each.status for each in books(world)]


async def test_the_first_succeeds_after_the_second_was_begun(world: World):
    """The cancellation comes too late: what the first page took goes back, the second counts."""
    await world.pays("ideal")
    first = world.payment_ref
    world.provider.fault("cancel", Fault.TIMEOUT_BEFORE)
    await tries(world, "creditcard")
    world.provider.approve(first)
    await world.sweeps_payments(minutes=3)
    between = await world.sees()
    await world.approves()
    await world.starts()
    await world.charges(minutes=10, kwh="3.000")
    await world.stops()

    assert Stage.PAYING is between.stage
    assert [(6000, 6000), (150, 0)] == [
        (book.captured.minor, book.refunded.minor) for book in books(world)
    ]
    assert Ending.CHARGED is (await world.sees()).ending


async def test_a_hold_that_succeeds_late_is_released(world: World):
    """The same with a hold: nothing is captured of it, and it does not stay."""
    await world.pays("creditcard")
    first = world.payment_ref
    world.provider.fault("cancel", Fault.TIMEOUT_BEFORE)
    await tries(world, "ideal")
    world.provider.approve(first)
    await world.sweeps_payments(minutes=3)

    assert (ProviderStatus.CANCELLED, 0) == (books(world)[0].status, books(world)[0].captured.minor)


async def test_the_first_was_paid_in_the_same_moment(world: World):
    """The driver paid, and presses another button: the session starts, nothing else is begun."""
    await world.pays()
    await world.approves()

    with pytest.raises(PaymentOver):
        await tries(world, "ideal", "1")
    assert 1 == len(books(world))


async def test_the_bank_changes_its_mind(world: World):
    """Declined, then paid all the same before another way was chosen: the session starts."""
    await world.pays("ideal")
    await is_declined(world)
    world.provider.approve(world.payment_ref)
    await world.webhook()

    assert 1 == len(world.chargers.starts)


async def test_pressing_twice_is_one_attempt(world: World):
    """The same key leads to the same page."""
    await world.pays()
    await is_declined(world)
    first = await tries(world, "ideal", "1")
    again = await tries(world, "ideal", "1")

    assert (first, 2) == (again, len(books(world)))


async def test_five_attempts_and_no_more(world: World):
    """After five refusals the session is over, and the network waits."""
    await world.pays()
    for _ in range(MOST_ATTEMPTS - 1):
        await is_declined(world)
        await tries(world, "creditcard")
    last = await world.sees()
    await is_declined(world)

    assert () == last.methods
    assert Ending.PAYMENT_DECLINED is (await world.sees()).ending


async def test_refusals_within_a_session_count(world: World):
    """Who tries out cards is paused, whether in one session or in several."""
    for key in ("a", "b", "c"):
        await world.pays(key=key)
        await is_declined(world)
        for _ in range(3):
            if len(books(world)) < 10:
                await tries(world, "creditcard")
                await is_declined(world)

    with pytest.raises(TooManyDeclines):
        await world.pays(key="eleventh")


async def test_a_method_that_is_not_on_offer(world: World):
    """What the page does not show can't be ordered."""
    await world.pays()
    await is_declined(world)

    with pytest.raises(MethodUnavailable):
        await tries(world, "magic")
    assert Why.DECLINED is (await world.sees()).lost
