"""Banks refuse half of all payments: a person is told, once."""

from app.funds.payments.health.declines import LEAST_REFUSED, watch_declines
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Strategy
from app.funds.payments.steps import PaymentOrder, begin_payment
from app.kernel.money import Money
from tests.scenarios.world import OPERATOR, World


async def orders(world: World, *, refused: bool) -> None:
    """A payment somewhere, which a bank refuses or not."""
    async with world.database.work(OPERATOR) as work:
        order = PaymentOrder(
            payment_id=work.ids.uuid7(work.now),
            subject_id=work.ids.uuid7(work.now),
            amount=Money(6000, "EUR"),
            method="creditcard",
            strategy=Strategy.HOLD,
            locale="en",
            description="Charging",
            return_url="https://pay.example/s/1/back",
        )
        await begin_payment(work, order)
    await start_payment(order.payment_id, operator_id=OPERATOR, desk=world.desk.payments)
    if refused:
        world.provider.decline(world.payment_ref)
    else:
        world.provider.approve(world.payment_ref)
    await world.webhook()


async def test_half_refused_is_told_once(world: World):
    """Ten of nineteen within the hour; a second look, and more of the same, add nothing."""
    for number in range(2 * LEAST_REFUSED - 1):
        await orders(world, refused=number % 2 == 0)
    first = await watch_declines(database=world.database)
    await orders(world, refused=True)
    second = await watch_declines(database=world.database)

    assert (1, 1) == (first, second)
    assert ["many_declines"] == world.work_list()


async def test_a_few_refusals_are_nothing(world: World):
    """Nine of nine say nothing yet; ten of twenty-one are fewer than half."""
    for _ in range(LEAST_REFUSED - 1):
        await orders(world, refused=True)
    few = await watch_declines(database=world.database)
    for _ in range(LEAST_REFUSED + 1):
        await orders(world, refused=False)
    await orders(world, refused=True)
    less_than_half = await watch_declines(database=world.database)

    assert (0, 0) == (few, less_than_half)


async def test_old_refusals_are_forgotten(world: World):
    """What was refused more than an hour ago does not count."""
    for _ in range(LEAST_REFUSED):
        await orders(world, refused=True)
    world.clock.advance(minutes=61)

    assert 0 == await watch_declines(database=world.database)
