"""Between the payment and the start: who sends it, once, and what a crash in between means."""

from uuid import UUID

import pytest

from app.charging.chargers.ports import CommandOutcome
from app.directpay.command import ask_start
from app.directpay.decide import Task
from app.directpay.model import Stage
from tests.fakes.hands import FakeHands
from tests.scenarios.world import OPERATOR, World


@pytest.fixture
def hands(world: World) -> FakeHands:
    """The worker of the process that sees the payment."""
    found = FakeHands(world.worker.sql)
    world.database.hand_to(found)
    return found


def is_sent(world: World) -> bool:
    """Whether it is written down that the start was sent."""
    row = world.worker.sql.execute("SELECT (state->>'sent')::bool FROM journey").fetchone()
    return row is not None and bool(row[0])


def start_of(hands: FakeHands) -> UUID:
    """The journey whose start the commit has given away."""
    (start,) = [job for job in hands.taken if job.task == Task.START]
    return UUID(start.arguments["journey_id"])


async def test_the_commit_of_the_payment_writes_the_start_down_as_sent(
    world: World, hands: FakeHands
):
    """The worker at hand sends it right after the commit, without another transaction before."""
    await world.pays()
    world.provider.approve(world.payment_ref)
    await world.webhook()

    assert is_sent(world)
    assert [] == world.chargers.starts
    await ask_start(start_of(hands), operator_id=OPERATOR, desk=world.desk, first=True)
    assert 1 == len(world.chargers.starts)
    assert Stage.WAITING is (await world.sees()).stage


async def test_no_other_run_sends_it(world: World, hands: FakeHands):
    """Killed between the commit and the frame: nobody knows, so nothing is sent again."""
    await world.pays()
    world.provider.approve(world.payment_ref)
    await world.webhook()

    await ask_start(start_of(hands), operator_id=OPERATOR, desk=world.desk)

    assert [] == world.chargers.starts
    assert Stage.WAITING is (await world.sees()).stage


async def test_who_gave_up_meanwhile_is_not_started(world: World, hands: FakeHands):
    """The driver pressed stop between the commit and the frame: the money goes back."""
    await world.pays()
    world.provider.approve(world.payment_ref)
    await world.webhook()
    await world.presses_stop()

    await ask_start(start_of(hands), operator_id=OPERATOR, desk=world.desk, first=True)

    assert [] == world.chargers.starts
    assert Stage.ENDED is (await world.sees()).stage


async def test_a_start_that_was_rejected_is_written_down_anew(world: World, hands: FakeHands):
    """The second try waits in the queue for its hour, and is sent by whoever fetches it."""
    world.chargers.answers = [CommandOutcome.REJECTED]
    await world.pays()
    world.provider.approve(world.payment_ref)
    await world.webhook()
    await ask_start(start_of(hands), operator_id=OPERATOR, desk=world.desk, first=True)

    assert not is_sent(world)
    await world.passes(seconds=5)
    assert 2 == len(world.chargers.starts)
    assert Stage.WAITING is (await world.sees()).stage


async def test_without_a_worker_at_hand_the_start_is_sent_from_the_queue(world: World):
    """Web and worker are processes of their own: the job writes it down, and sends it then."""
    await world.pays()
    world.provider.approve(world.payment_ref)
    await world.webhook()

    assert 1 == len(world.chargers.starts)
    assert Stage.WAITING is (await world.sees()).stage
