"""What a driver meets when the charge point does not do as it should."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.ports import CommandOutcome
from app.directpay.advance import sweep
from app.directpay.errors import PointBusy, PointOffline
from app.directpay.model import Ending, Stage, StopReason
from app.directpay.views import PointState
from app.funds.payments.ports import ProviderStatus
from app.kernel.money import Money
from tests.scenarios.world import World


async def released(world: World) -> bool:
    """Tell whether nothing is held and nothing was taken any more."""
    return world.book.status is ProviderStatus.CANCELLED and world.book.captured.minor == 0


async def test_offline_at_scan(world: World):
    """No way to pay is shown, and none is taken, when the charge point cannot be reached."""
    await world.disconnects()
    view = await world.looks()

    assert view.point.state is PointState.OFFLINE
    assert view.methods == ()
    with pytest.raises(PointOffline):
        await world.pays_anyway()


async def test_offline_between_payment_and_start(world: World):
    """The start is tried for a minute, then the hold is released and the driver told."""
    await world.pays()
    world.chargers.answers = [CommandOutcome.NOT_SENT] * 50
    await world.approves()
    for _ in range(13):
        await world.passes(seconds=5)

    assert (await world.sees()).ending is Ending.CHARGER_OFFLINE
    assert await released(world)


async def test_back_within_the_minute(world: World):
    """A charge point that is back after twenty seconds starts."""
    await world.pays()
    world.chargers.answers = [CommandOutcome.NOT_SENT] * 3
    await world.approves()
    for _ in range(4):
        await world.passes(seconds=5)

    assert (await world.sees()).stage is Stage.WAITING


async def test_start_rejected(world: World):
    """Rejected twice: nothing is charged, the hold is released within seconds."""
    await world.pays()
    world.chargers.answers = [CommandOutcome.REJECTED] * 2
    await world.approves()
    await world.passes(seconds=5)

    assert (await world.sees()).ending is Ending.START_REJECTED
    assert await released(world)


async def test_answer_to_the_start_is_lost(world: World):
    """The transaction is adopted by its idTag; no second start is sent."""
    await world.pays()
    world.chargers.answers = [CommandOutcome.UNKNOWN]
    await world.approves()
    await world.starts()

    assert (await world.sees()).stage is Stage.CHARGING
    assert len(world.chargers.starts) == 1


async def test_accepted_but_never_plugged(world: World):
    """The cable did not come: shown is the charge point's patience; a minute later we release."""
    await world.pays()
    await world.approves()
    waiting = await world.sees()
    await world.passes(minutes=4)

    assert waiting.plug_in_by is not None
    assert timedelta(minutes=3) == waiting.plug_in_by - waiting.now
    assert (await world.sees()).ending is Ending.NEVER_PLUGGED
    assert await released(world)


async def test_socket_gives_up_first(world: World):
    """Preparing, then available again: the charge point's own time-out ended it."""
    await world.pays()
    await world.approves()
    await world.reports(EvseStatus.PREPARING)
    await world.reports(EvseStatus.AVAILABLE)

    assert (await world.sees()).ending is Ending.NEVER_PLUGGED


async def test_started_after_we_released(world: World):
    """A start that comes after the release is refused and stopped at once."""
    await world.pays()
    await world.approves()
    await world.passes(minutes=4)
    answer = await world.starts()

    assert not answer.accepted
    assert len(world.chargers.stops) == 1
    assert await released(world)


async def test_duplicate_start_transaction(world: World):
    """Real firmware sends StartTransaction again after a power cut: the same answer."""
    await world.pays()
    await world.approves()
    first = await world.starts()
    second = await world.starts_again()

    assert first == second
    assert (await world.sees()).stage is Stage.CHARGING


async def test_connection_lost_and_back(world: World):
    """Charging goes on without connection; the readings come later and the sum is right."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=5, kwh="2.000")
    await world.disconnects()
    world.clock.advance(minutes=20)
    await world.passes(seconds=1)
    silent = await world.sees()
    await world.connects_again(EvseStatus.CHARGING)
    world.register_wh += Decimal(5000)
    await world.samples(world.register_wh)
    await world.stops()

    assert silent.live is not None
    assert silent.live.silent
    # (2.000 + 5.000) kWh x 0.50 EUR/kWh = 3.50 EUR
    assert world.book.captured == Money(350, "EUR")


async def test_stop_twice(world: World):
    """The second StopTransaction changes nothing."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=5, kwh="2.000")
    await world.stops()
    await world.stops(register_wh=world.register_wh + 9000)

    assert world.book.captured == Money(100, "EUR")


async def test_stop_never(world: World):
    """The stop is lost: the socket is free again, so the session is closed at the last reading."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    await world.reports(EvseStatus.AVAILABLE)
    await world.passes(minutes=4)

    assert (await world.sees()).ending is Ending.CHARGED
    assert world.book.captured == Money(200, "EUR")


async def test_stop_hours_late(world: World):
    """A stop that comes hours after we closed the session changes no amount."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    await world.reports(EvseStatus.AVAILABLE)
    await world.passes(minutes=4)
    await world.passes(hours=5)
    await world.stops(register_wh=world.register_wh + 3000)

    assert world.book.captured == Money(200, "EUR")


async def test_stop_is_never_confirmed(world: World):
    """The charge point ignores the stop: after ten minutes we close at the last reading."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    world.chargers.answers = [CommandOutcome.UNKNOWN] * 500
    await world.presses_stop()
    for _ in range(44):
        await world.passes(seconds=15)

    assert len(world.chargers.stops) > 10
    assert (await world.sees()).ending is Ending.CHARGED
    assert world.book.captured == Money(200, "EUR")


async def test_stop_pressed_while_the_charge_point_is_offline(world: World):
    """It may still tell the end: nothing is closed before it is back, and all energy counts."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    await world.disconnects()
    world.chargers.answers = [CommandOutcome.NOT_SENT] * 500
    await world.presses_stop()
    for _ in range(30):
        await world.passes(minutes=1)
    waiting = await world.sees()
    world.chargers.answers = []
    await world.connects_again(EvseStatus.CHARGING)
    world.register_wh += Decimal(2000)
    await world.stops()

    assert waiting.stage is Stage.STOPPING
    # (4.000 + 2.000) kWh x 0.50 EUR/kWh = 3.00 EUR
    assert world.book.captured == Money(300, "EUR")


@pytest.mark.parametrize("register_wh", [-5000, 900_000_000])
async def test_meter_backwards_or_absurd(world: World, register_wh: int):
    """A register that falls, or leaps, is not billed: the last trusted reading is."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    await world.stops(register_wh=Decimal(1_000_000 + register_wh))

    assert world.book.captured == Money(200, "EUR")


async def test_cost_reaches_the_hold(world: World):
    """Warned at four fifths, stopped in time: never a cent more than was held."""
    await world.pays_and_plugs_in()
    # 22 kW for 5.5 hours would be 121 kWh: € 60.50, more than the € 60 held.
    warned = False
    for _ in range(330):
        await world.charges(minutes=1, kwh="0.366")
        seen = await world.sees()
        warned = warned or seen.hold_warning
        if seen.stage is not Stage.CHARGING:
            break
    stopping = await world.sees()
    world.clock.advance(seconds=10)
    world.register_wh += Decimal(60)
    await world.stops()

    assert warned
    assert stopping.stop_reason is StopReason.HOLD_REACHED
    assert Money(5900, "EUR") < world.book.captured <= Money(6000, "EUR")


async def test_silent_at_the_hold(world: World):
    """Nothing is heard near the hold: the stop is sent by the clock."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=320, kwh="117.333")
    for _ in range(30):
        await world.passes(seconds=30)

    assert len(world.chargers.stops) >= 1


async def test_no_reading_ever(world: World):
    """A charge point that sends no meter values is stopped before its power can pass the hold."""
    await world.pays_and_plugs_in()
    await world.passes(hours=5, minutes=20)
    before = len(world.chargers.stops)
    # 120 kWh for EUR 60.00 at 22 kW last 5 h 27 min.
    await world.passes(minutes=8)

    assert before == 0
    assert len(world.chargers.stops) == 1
    assert (await world.sees()).stop_reason is StopReason.HOLD_REACHED


async def test_a_car_that_slows_down_near_the_hold(world: World):
    """The time that the hold lasts is counted anew with each reading: nothing stops too early."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=320, kwh="117.300")
    await world.charges(minutes=30, kwh="0.300")
    await world.passes(seconds=5)

    assert world.chargers.stops == []
    assert (await world.sees()).stage is Stage.CHARGING


async def test_power_beyond_the_socket_stops_nothing(world: World):
    """A register that goes in steps of a kilowatt-hour is no megawatt: nothing stops too early."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=318, kwh="116.000")
    world.clock.advance(seconds=1)
    world.register_wh += 1000
    await world.samples(world.register_wh)
    seen = await world.sees()

    assert world.chargers.stops == []
    assert seen.live is not None
    assert Decimal(22) == seen.live.power_kw


async def test_free_before_the_start_and_silent(world: World):
    """A socket that never says that it charges is not taken for free when it falls silent."""
    await world.pays_and_plugs_in()
    since = world.clock.now() - timedelta(hours=1)
    world.worker.sql.execute("UPDATE evse SET status = 'Available', status_since = %s", (since,))
    await world.passes(minutes=5)

    assert (await world.sees()).stage is Stage.CHARGING


async def test_zero_energy(world: World):
    """A car that took nothing pays nothing, and there is no receipt."""
    await world.pays_and_plugs_in()
    world.clock.advance(minutes=2)
    await world.stops()

    assert (await world.sees()).ending is Ending.NOTHING_CHARGED
    assert await world.receipt() is None
    assert await released(world)


async def test_two_drivers_on_one_code(world: World):
    """While one pays the second is told; after five minutes the second may have the socket."""
    await world.pays(key="one")
    state = (await world.looks()).point.state
    with pytest.raises(PointBusy):
        await world.pays_anyway(key="two")
    await world.passes(minutes=5)
    await world.pays_anyway(key="two")
    first = world.journeys[0].token
    await world.worker.run_due()

    assert state is PointState.SOMEONE_PAYING
    assert (await world.sees_as(first)).ending is Ending.PAYMENT_EXPIRED
    assert (await world.sees()).stage is Stage.PAYING


async def test_stop_pressed_ten_times(world: World):
    """Ten presses send one stop."""
    await world.pays_and_plugs_in()
    for _ in range(10):
        await world.presses_stop()

    assert len(world.chargers.stops) == 1


async def test_a_day_is_long_enough(world: World):
    """A session that nobody ends is stopped after a day."""
    await world.pays_and_plugs_in()
    for _ in range(25):
        world.clock.advance(timedelta(hours=1))
        await world.samples(world.register_wh)
        await world.passes(seconds=1)

    assert len(world.chargers.stops) >= 1


async def test_plugged_in_before_paying_on_ocpp_2(world: World):
    """OCPP 2.x calls a waiting cable Occupied: the driver may pay, until a transaction runs."""
    await world.reports(EvseStatus.OCCUPIED)
    waiting = (await world.looks()).point.state
    await world.pays_and_plugs_in()
    await world.reports(EvseStatus.OCCUPIED)
    charging = (await world.looks()).point.state

    assert waiting is PointState.PLUGGED
    assert charging is PointState.OCCUPIED


async def test_a_card_charges_at_the_socket(world: World):
    """A transaction that is none of ours takes the socket as well."""
    await world.reports(EvseStatus.OCCUPIED)
    await world.starts("SOMEBODYS-CARD")
    await world.reports(EvseStatus.OCCUPIED)

    assert (await world.looks()).point.state is PointState.OCCUPIED


async def test_a_session_that_cannot_be_priced_is_seen_by_a_person(world: World):
    """What stands unsettled for ten minutes is on the work list, once."""
    await world.pays_and_plugs_in()
    world.worker.sql.execute(
        """UPDATE journey SET stage = 'settling', state = '{"stage": "settling"}'"""
    )
    world.clock.advance(minutes=11)
    for _ in range(2):
        await sweep(database=world.database)

    assert world.work_list() == ["not_settled"]
