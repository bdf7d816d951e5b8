"""The provider does not answer: another account takes over, or the driver is told the truth."""

import pytest

from app.directpay.errors import PaymentsDown
from app.directpay.model import Ending, Stage
from app.directpay.views import PointState
from app.funds.payments.accounts import AccountOrder, save_accounts
from app.funds.payments.ports import ProviderStatus
from tests.fakes.provider import Fault
from tests.scenarios.world import OPERATOR, World

DOWN = frozenset({"mollie"})


async def has_both(world: World) -> None:
    """The operator has an account at two providers; the first is preferred."""
    orders = (
        AccountOrder("mollie", "test", "test_key"),
        AccountOrder("adyen", "test", "key", merchant="Voltstraat"),
    )
    async with world.database.work(OPERATOR) as work:
        await save_accounts(work, orders, vault=world.desk.payments.vault)


async def test_without_another_account_nothing_is_offered(world: World):
    """The page shows the socket and no way to pay; an old page is refused before anything is."""
    await world.pays()
    world.provider.abandon(world.payment_ref)
    await world.comes_back()
    world.provider.down = DOWN
    seen = await world.looks()
    with pytest.raises(PaymentsDown):
        await world.pays_anyway()

    assert (PointState.FREE, ()) == (seen.point.state, seen.methods)
    assert PointState.FREE is (await world.looks()).point.state
    world.provider.down = frozenset()
    assert (await world.looks()).methods


async def test_another_account_takes_over(world: World):
    """With a second account the driver notices nothing, and the payment stays where it is."""
    await has_both(world)
    world.provider.down = DOWN
    await world.pays()
    world.provider.down = frozenset()
    await world.approves()
    await world.starts()
    await world.charges(minutes=10, kwh="3.000")
    await world.stops()

    (provider,) = world.worker.sql.execute(
        "SELECT provider FROM payment JOIN provider_account USING (operator_id, account_id)"
    ).fetchone()
    assert ("adyen", Ending.CHARGED) == (provider, (await world.sees()).ending)


async def test_silence_is_no_failure(world: World):
    """A capture that is not sent while nobody answers is sent later, once, and the driver waits."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="3.000")
    world.provider.fault("capture", Fault.RATE_LIMIT, times=2)
    await world.stops()
    waits = await world.sees()
    await world.sweeps_payments(hours=1)
    done = await world.sees()

    assert (Stage.ENDED, Ending.CHARGED) == (waits.stage, waits.ending)
    assert waits.settled is not None
    assert not waits.settled.money_moved
    assert done.settled is not None
    assert done.settled.money_moved
    assert (ProviderStatus.PAID, 150) == (world.book.status, world.book.captured.minor)
    assert [] == world.work_list()
