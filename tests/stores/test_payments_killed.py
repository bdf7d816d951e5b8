"""The app killed with -9 after, and before, every commit of a payment's life (faults 35, 40)."""

from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest

from app.funds.payments.perform import start_payment
from app.funds.payments.ports import ProviderStatus, Strategy
from app.funds.payments.refresh import refresh_payment
from app.funds.payments.steps import request_capture, request_return
from app.kernel.money import Money
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider
from tests.stores.payment_world import OPERATOR, Killed, MortalDatabase, Told, World, eur

# Far more than any of these lives has; the first run that nothing kills ends the loop.
MOST_COMMITS = 60


@pytest.fixture
async def world(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> World:
    """An operator whose processes can be killed."""
    told = Told()
    database = MortalDatabase(make_database(reactors=told.reactors))
    world = World(database, FakeProvider(), sql, clock, told)  # type: ignore[arg-type]
    await world.account()
    return world


async def live(world: World, payment_id: UUID, keep: Money | None) -> AsyncIterator[None]:
    """A payment's life, step by step: started, made by the driver, seen, settled or given up."""
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    yield
    for ref, order in world.provider.orders.items():
        if order.key and world.provider.snapshots[ref].status is ProviderStatus.OPEN:
            world.provider.approve(ref)
    await refresh_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    yield
    async with world.database.work(OPERATOR) as work:
        if keep is None:
            await request_return(work, payment_id)
        else:
            await request_capture(work, payment_id, keep)
    yield
    await world.work_off()
    yield


async def live_with_one_death(
    world: World, payment_id: UUID, keep: Money | None, *, at: int, before: bool
) -> bool:
    """Live, die at the commit *at*, be started again, and live on; return whether it died."""
    mortal: MortalDatabase = world.database  # type: ignore[assignment]
    mortal.lives, mortal.before = at, before
    died = False
    while True:
        try:
            async for _ in live(world, payment_id, keep):
                pass
        except Killed:
            # The worker comes back, finds its jobs and what is due; the journey repeats its step.
            died = True
            await world.later(seconds=31)
            continue
        mortal.lives = 0
        await world.later(seconds=31)
        return died


@pytest.mark.parametrize("before", [False, True], ids=["after the commit", "before the commit"])
@pytest.mark.parametrize("strategy", [Strategy.HOLD, Strategy.PAY_FIRST])
@pytest.mark.parametrize("keep", [eur(800), eur(0), None], ids=["price", "nothing", "given up"])
async def test_death_at_any_commit_loses_nothing_and_doubles_nothing(
    world: World, strategy: Strategy, keep: Money | None, *, before: bool
):
    """Wherever the process dies, the provider's book ends as decided, with one effect per key."""
    deaths = 0
    for at in range(1, MOST_COMMITS):
        payment_id = await world.begin(strategy)
        if not await live_with_one_death(world, payment_id, keep, at=at, before=before):
            break
        deaths += 1

        payment = await world.payment(payment_id)
        book = world.at_provider(payment)
        assert (keep or eur(0)) == book.captured - book.refunded
        assert book.status in (ProviderStatus.PAID, ProviderStatus.CANCELLED)
        assert payment.is_settled
        assert book.captured == payment.captured
        assert {1} == set(world.provider.effects.values())
        # Each payment was made once at the provider.
        assert deaths == len(world.provider.snapshots)

    # start 2, reading 2, decision 1, and the operations' jobs with 2 each
    assert deaths >= 6
