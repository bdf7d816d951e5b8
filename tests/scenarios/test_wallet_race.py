"""Sixty-four hands in one wallet, on the real database: the sum is exact."""

import asyncio
import random
from uuid import UUID

import pytest

from app.funds.payments.accounts import house_account
from app.funds.payments.ports import Origin, Strategy
from app.funds.payments.steps import PaymentOrder, begin_payment, request_capture
from app.funds.wallet.errors import CreditTooLow, NothingToRefund
from app.funds.wallet.reserve import ReserveOrder, reserve
from app.funds.wallet.top_ups.refund import refund_credit
from app.kernel.money import Money
from tests.scenarios.wallets import Driver, eur, known_driver, sells_credit
from tests.scenarios.world import OPERATOR, World

HANDS = 64


async def reserves(driver: Driver, amount: Money) -> UUID:
    """A session reserves credit, in a transaction of its own; return its payment."""
    async with driver.world.database.work(OPERATOR) as work:
        payment_id, session_id = work.ids.uuid7(work.now), work.ids.uuid7(work.now)
        await reserve(work, ReserveOrder(payment_id, session_id, driver.driver_id, amount, "NL"))
        order = PaymentOrder(
            payment_id=payment_id,
            subject_id=session_id,
            amount=amount,
            method="wallet",
            strategy=Strategy.HOLD,
            locale="en",
            description="Kade",
            return_url="",
            account_id=await house_account(work),
            origin=Origin.WALLET,
        )
        await begin_payment(work, order)
    return payment_id


async def settles(driver: Driver, payment_id: UUID, price: Money) -> None:
    """A session ends, and costs *price*."""
    async with driver.world.database.work(OPERATOR) as work:
        await request_capture(work, payment_id, price)


@pytest.mark.parametrize("seed", range(3))
async def test_sixty_four_sessions_want_the_same_credit(world: World, seed: int):
    """What was reserved, spent and given back adds up to the cent, whoever came first."""
    chance = random.Random(seed)
    anna = await known_driver(world)
    for number in range(7):
        await anna.is_given(1000, days=1 + number, key=f"gift-{number}")

    async def spends() -> int:
        amount = chance.randint(50, 400)
        try:
            payment_id = await reserves(anna, eur(amount))
        except CreditTooLow:
            return 0
        price = chance.randint(1, amount)
        await settles(anna, payment_id, eur(price))
        return price

    spent = sum(await asyncio.gather(*(spends() for _ in range(HANDS))))

    assert 0 < spent <= 7000
    assert (0, 7000 - spent) == await anna.balances()


async def test_the_last_credit_is_spent_once(world: World):
    """Of sixty-four sessions that want all of it one gets it."""
    anna = await known_driver(world)
    await anna.is_given(1000)
    tried = await asyncio.gather(
        *(reserves(anna, eur(1000)) for _ in range(HANDS)), return_exceptions=True
    )

    assert 1 == sum(isinstance(each, UUID) for each in tried)
    assert HANDS - 1 == sum(isinstance(each, CreditTooLow) for each in tried)
    assert (0, 0) == await anna.balances()


async def gives_back(driver: Driver) -> int:
    """A driver gives all bought credit back; return the cents."""
    database = driver.world.database
    try:
        refunded = await refund_credit(
            driver.driver_id, "EUR", operator_id=OPERATOR, database=database
        )
    except NothingToRefund:
        return 0
    return refunded.minor


@pytest.mark.parametrize("seed", range(3))
async def test_credit_is_given_back_once(world: World, seed: int):
    """Whoever presses again and again gets it once, and the others hear that there is none."""
    chance = random.Random(seed)
    await sells_credit(world)
    anna = await known_driver(world)
    await anna.buys(5000)
    await anna.buys(2500, key="second")

    async def presses() -> int:
        await asyncio.sleep(chance.random() / 20)
        return await gives_back(anna)

    given = await asyncio.gather(*(presses() for _ in range(HANDS)))
    await world.worker.run_due()

    assert [7500] == [minor for minor in given if minor]
    assert (0, 0) == await anna.balances()


async def test_spending_and_giving_back_at_once(world: World):
    """Credit that is given back is not spent, and what is spent does not go back."""
    await sells_credit(world)
    anna = await known_driver(world)
    await anna.buys(5000)

    async def spends() -> int:
        try:
            await settles(anna, await reserves(anna, eur(300)), eur(300))
        except CreditTooLow:
            return 0
        return 300

    both = [spends() if number % 4 else gives_back(anna) for number in range(32)]
    gone = sum(await asyncio.gather(*both))
    left, _ = await anna.balances()
    await world.worker.run_due()

    assert 5000 == gone + left
