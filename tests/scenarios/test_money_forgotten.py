"""Money whose job was lost, and holds that end while the car still charges."""

from datetime import timedelta

import pytest

from app.directpay.decide import Task
from app.directpay.model import Ending, Stage, StopReason
from app.directpay.money.chase import chase_money
from app.funds.payments.ports import ProviderStatus
from tests.scenarios.world import World


async def test_a_lost_capture_is_found(world: World, monkeypatch: pytest.MonkeyPatch):
    """A session was priced and the job that captures was lost: five minutes later it is back."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="12.340")
    with monkeypatch.context() as patched:
        patched.setitem(world.worker._jobs, Task.COLLECT, world.worker._jobs[Task.WAKE])
        await world.stops()
    await world.passes(minutes=4)
    too_early = await chase_money(database=world.database)
    await world.passes(minutes=2)
    found = await chase_money(database=world.database)
    await world.worker.run_due()

    assert (0, 1) == (too_early, found)
    # 12.340 kWh x 0.50 EUR/kWh = 6.17 EUR
    assert 617 == world.book.captured.minor
    assert world.book.status is ProviderStatus.PAID
    assert 0 == await chase_money(database=world.database)


async def test_a_lost_release_is_found(world: World, monkeypatch: pytest.MonkeyPatch):
    """The driver gave up before the start and the job that releases was lost: it is found."""
    await world.pays()
    await world.approves()
    with monkeypatch.context() as patched:
        patched.setitem(world.worker._jobs, Task.GIVE_BACK, world.worker._jobs[Task.WAKE])
        await world.presses_stop()
    assert world.book.status is ProviderStatus.AUTHORISED
    await world.passes(minutes=6)
    found = await chase_money(database=world.database)
    await world.worker.run_due()

    assert 1 == found
    assert world.book.status is ProviderStatus.CANCELLED


async def test_who_still_charges_is_left_alone(world: World):
    """The payment of a running session is undecided because the session runs: nothing is done."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="1.000")

    assert 0 == await chase_money(database=world.database)


async def test_a_hold_that_ends_stops_the_session(world: World):
    """A day before the bank lets the hold go the session stops, and the price is captured."""
    ends_at = world.clock.now() + timedelta(hours=26)
    world.provider.capture_before = ends_at
    await world.pays_and_plugs_in()
    await world.charges(minutes=60, kwh="6.000")
    await world.passes(minutes=61)
    stopping = await world.sees()
    await world.stops()
    ended = await world.sees()

    assert (Stage.STOPPING, StopReason.HOLD_ENDS) == (stopping.stage, stopping.stop_reason)
    assert ended.ending is Ending.CHARGED
    # 6.000 kWh x 0.50 EUR/kWh = 3.00 EUR
    assert 300 == world.book.captured.minor
    assert world.clock.now() < ends_at
