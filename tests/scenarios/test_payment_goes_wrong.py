"""What a driver meets when the payment does not go as it should."""

import pytest

from app.directpay.desk import find, live_topic
from app.directpay.errors import TariffChanged
from app.directpay.model import Ending, Stage, StopReason, Why
from app.directpay.pay import PayOrder, pay
from app.directpay.views import PointState
from app.funds.payments.ports import ProviderStatus
from app.kernel.money import Money
from tests.scenarios.world import CODE, World

NOTHING = Money(0, "EUR")


async def test_declined(world: World):
    """A declined card: told at once, nothing held; who does not try again loses the socket."""
    await world.pays()
    world.provider.decline(world.payment_ref)
    await world.comes_back()
    told = await world.sees()
    free_for_others = (await world.looks()).point.state
    await world.passes(minutes=5)

    assert (Stage.PAYING, Why.DECLINED, None) == (told.stage, told.lost, told.checkout_url)
    assert free_for_others is PointState.FREE
    assert (await world.sees()).ending is Ending.PAYMENT_DECLINED
    assert (await world.looks()).point.state is PointState.FREE
    assert world.chargers.starts == []


async def test_cancelled(world: World):
    """Cancelled on the provider's page: told, and free to try again."""
    await world.pays()
    world.provider.abandon(world.payment_ref)
    await world.comes_back()
    again = await world.pays("ideal", key="second")

    assert again.checkout_url is not None
    assert (await world.sees()).stage is Stage.PAYING


async def test_left_at_the_provider(world: World):
    """A driver who walks away: after a quarter of an hour the payment is cancelled there, too."""
    await world.pays()
    await world.passes(minutes=16)
    await world.passes(minutes=1)

    assert (await world.sees()).ending is Ending.PAYMENT_EXPIRED
    assert world.book.status is ProviderStatus.CANCELLED


async def test_webhook_twice(world: World):
    """Five webhooks for one payment start the charge point once."""
    await world.pays()
    world.provider.approve(world.payment_ref)
    for _ in range(5):
        await world.webhook()

    assert len(world.chargers.starts) == 1


async def test_webhook_before_the_redirect(world: World):
    """The webhook may come first; the driver who comes back finds the charge point asked."""
    await world.pays()
    world.provider.approve(world.payment_ref)
    await world.webhook()
    before = await world.sees()
    await world.comes_back()

    assert before.stage is Stage.WAITING
    assert len(world.chargers.starts) == 1


async def test_webhook_never(world: World):
    """Without a webhook and without the driver's return the payment is found by the sweep."""
    await world.pays()
    world.provider.approve(world.payment_ref)
    await world.sweeps_payments(minutes=1)

    assert (await world.sees()).stage in {Stage.WAITING, Stage.STARTING}


async def test_webhook_hours_late(world: World):
    """Paid when everyone had given up: nothing starts, and the money goes back."""
    await world.pays()
    world.provider.fault("cancel", "timeout_before", times=50)
    await world.passes(minutes=16)
    world.provider.approve(world.payment_ref)
    await world.passes(minutes=180)
    await world.webhook()
    await world.sweeps_payments(minutes=10)

    assert (await world.sees()).ending is Ending.PAYMENT_EXPIRED
    assert world.chargers.starts == []
    assert world.book.captured == NOTHING
    assert world.book.status is ProviderStatus.CANCELLED


async def test_start_of_the_payment_times_out_though_done(world: World):
    """An order whose answer was lost is sent again with its key: one payment, one page."""
    world.provider.fault("start", "timeout_after")
    begun = await world.pays()
    await world.sweeps_payments(minutes=1)
    seen = await world.sees()

    assert begun.checkout_url is None
    assert seen.checkout_url is not None
    assert len(world.provider.snapshots) == 1


async def test_a_page_that_waits_for_the_provider_is_told(world: World):
    """The page is told as soon as the provider's address is known, so that the button appears."""
    world.provider.fault("start", "timeout_after")
    await world.pays()
    told: list[bytes] = []

    journey = await find(world.token, desk=world.desk)
    world.database._live.subscribe(live_topic(journey.journey_id), told.append)
    await world.sweeps_payments(minutes=1)

    # Empty: read the state anew.
    assert told == [b""]
    assert (await world.sees()).checkout_url is not None


async def test_a_hold_that_is_lost_while_charging_stops_it(world: World):
    """Nobody charges on without a hold: it is stopped, and what was drawn is on the work list."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    world.provider.expire(world.payment_ref)
    await world.webhook()
    stopping = await world.sees()
    await world.stops()
    await world.sweeps_payments(minutes=5)

    assert (stopping.stage, stopping.stop_reason) == (Stage.STOPPING, StopReason.PAYMENT_LOST)
    assert len(world.chargers.stops) == 1
    assert (await world.sees()).ending is Ending.CHARGED
    assert world.work_list() == ["hold_lost", "capture_failed"]
    assert world.book.captured == NOTHING


async def test_a_hold_that_is_lost_before_the_start_ends_it(world: World):
    """The cable comes too late: the hold is gone, and a start is not let through."""
    await world.pays()
    await world.approves()
    world.provider.expire(world.payment_ref)
    await world.webhook()
    answer = await world.starts()

    assert (await world.sees()).ending is Ending.PAYMENT_EXPIRED
    assert not answer.accepted


async def test_capture_times_out_though_done(world: World):
    """A capture whose answer was lost is not done twice."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    world.provider.fault("capture", "timeout_after")
    await world.stops()
    await world.sweeps_payments(minutes=5)

    # 4.000 kWh x 0.50 EUR/kWh = 2.00 EUR
    assert world.book.captured == Money(200, "EUR")
    assert max(world.provider.effects.values()) == 1
    settled = (await world.sees()).settled
    assert settled is not None
    assert settled.money_moved


async def test_provider_away_for_two_hours_at_capture(world: World):
    """The receipt is there at once, and the money is collected when the provider is back."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    world.provider.fault("capture", "error_before", times=3)
    world.provider.fault("fetch", "error_before", times=3)
    await world.stops()
    receipt = await world.receipt()
    await world.sweeps_payments(hours=2)
    away = world.book.captured
    await world.sweeps_payments(hours=90)

    assert receipt is not None
    assert away == NOTHING
    assert world.book.captured == Money(200, "EUR")


async def test_pay_first_gives_the_rest_back(world: World):
    """An iDEAL payment cannot hold: € 60 are paid, € 2 are kept, € 58 come back."""
    await world.pays_and_plugs_in("ideal")
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()

    assert world.book.captured == Money(6000, "EUR")
    assert world.book.refunded == Money(5800, "EUR")


async def test_refund_fails(world: World):
    """A refund that the bank sends back ends on the work list, never in silence."""
    await world.pays_and_plugs_in("ideal")
    await world.charges(minutes=10, kwh="4.000")
    world.provider.fault("refund", "part_fails")
    await world.stops()
    await world.sweeps_payments(minutes=30)
    settled = (await world.sees()).settled

    assert world.work_list() == ["refund_failed"]
    assert settled is not None
    assert not settled.money_moved


async def test_the_price_changed_since_it_was_shown(world: World):
    """What was shown is what is agreed: another price has to be confirmed again."""
    view = await world.looks()
    order = PayOrder(CODE, "creditcard", view.price.tariff_id, 7, "key", "en")

    with pytest.raises(TariffChanged):
        await pay(order, desk=world.desk)
    assert world.provider.snapshots == {}


async def test_pressing_pay_twice_pays_once(world: World):
    """The same key leads to the same payment."""
    first = await world.pays(key="same")
    view = await world.looks()
    order = PayOrder(CODE, "creditcard", view.price.tariff_id, 1, "same", "en")
    second = await pay(order, desk=world.desk)

    assert first == second
    assert len(world.provider.snapshots) == 1
