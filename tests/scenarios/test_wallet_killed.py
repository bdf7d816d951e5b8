"""A process that dies in the middle of a session on credit: nothing is lost, nothing doubled."""

import pytest

from app.directpay.decide import Task
from app.directpay.model import Ending, Stage
from app.directpay.money.chase import chase_money
from app.funds.payments.events import OrderedInHouse, PaymentSecured
from tests.scenarios.wallets import Driver, known_driver
from tests.scenarios.world import World


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
async def anna(world: World) -> Driver:
    """A driver who was given 40 EUR."""
    driver = await known_driver(world)
    await driver.is_given(4000)
    return driver


@pytest.mark.parametrize("event", [OrderedInHouse, PaymentSecured])
async def test_killed_before_the_commit(anna: Driver, event: type, monkeypatch: pytest.MonkeyPatch):
    """Between reserving and the commit there is nothing: the same tap again begins the journey."""

    async def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        reactors = {**anna.world.database._reactors}
        patched.setattr(
            anna.world.database, "_reactors", {**reactors, event: (*reactors[event], die)}
        )
        with pytest.raises(Killed):
            await anna.pays(3000)
    assert (0, 4000) == await anna.balances()
    await anna.pays(3000)

    assert Stage.WAITING is (await anna.world.sees()).stage
    assert (0, 1000) == await anna.balances()


async def test_killed_before_the_start_is_sent(anna: Driver):
    """The job that starts is gone with its process: a minute later the credit is whole again."""
    view = await anna.world.looks()
    assert view.price
    run_due, anna.world.worker.run_due = anna.world.worker.run_due, _nothing
    await anna.pays(3000)
    anna.world.worker.run_due = run_due
    anna.world.worker.sql.execute("DELETE FROM procrastinate_jobs")
    for _ in range(4):
        await anna.world.passes(minutes=1)

    assert Ending.CHARGER_OFFLINE is (await anna.world.sees()).ending
    assert (0, 4000) == await anna.balances()


async def test_killed_before_it_is_collected(anna: Driver, monkeypatch: pytest.MonkeyPatch):
    """The session is priced and the job that collects is lost: five minutes later it is found."""
    await anna.pays(3000)
    await anna.world.starts()
    await anna.world.charges(minutes=10, kwh="12.340")
    with monkeypatch.context() as patched:
        jobs = anna.world.worker._jobs
        patched.setitem(jobs, Task.COLLECT, jobs[Task.WAKE])
        await anna.world.stops()
    assert (0, 1000) == await anna.balances()
    await anna.world.passes(minutes=6)
    found = await chase_money(database=anna.world.database)
    await anna.world.worker.run_due()

    assert 1 == found
    assert (0, 4000 - 617) == await anna.balances()
    assert 0 == await chase_money(database=anna.world.database)


async def test_collecting_twice_takes_it_once(anna: Driver):
    """The job that collects may run again, at once or later: the price is taken once."""
    await anna.pays(3000)
    await anna.world.starts()
    await anna.world.charges(minutes=10, kwh="12.340")
    await anna.world.stops()
    journey = anna.world.worker.sql.execute("SELECT operator_id, journey_id FROM journey")
    operator_id, journey_id = journey.fetchone()
    for _ in range(3):
        await anna.world.worker._jobs[Task.COLLECT].run(
            operator_id=operator_id, journey_id=journey_id
        )

    assert (0, 4000 - 617) == await anna.balances()


async def _nothing() -> list[str]:
    return []
