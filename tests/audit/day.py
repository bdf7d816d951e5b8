"""A day of business in a real database: sessions of every sort, and books that are right."""

from dataclasses import dataclass, replace

import psycopg

from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.funds.payments.accounts import AccountOrder, save_account
from app.kernel.money import Money
from app.people.identity.model import MerchantOfRecord
from app.people.identity.read import get_operator
from app.people.identity.save import save_operator
from tests.scenarios.promises import keeper
from tests.scenarios.readers import card_of_account, has_account, taps
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import OPERATOR, World


@dataclass
class Day:
    """The world after the day, and a superuser's connection to its database."""

    world: World
    sql: psycopg.Connection

    @property
    def name(self) -> str:
        """Return the name of its database."""
        return self.sql.info.dbname


async def live_a_day(world: World, sql: psycopg.Connection) -> Day:
    """A card that charges, an iDEAL of which a part is given back, a card that never charges."""
    await _charges(world, "creditcard", "one", "12.340")
    await _charges(world, "ideal", "two", "8.000")
    receipt = await world.receipt()
    assert receipt is not None
    part = RefundOrder(receipt.number, Money(100, "EUR"), "a wrong tariff", "anna", "k")
    await ask_refund(part, operator_id=OPERATOR, database=world.database)
    await world.worker.run_due()
    await world.pays("creditcard", key="three")
    await world.approves()
    await world.presses_stop()
    # What is only true once it is late: everything that had to move has moved.
    await world.sweeps_payments(hours=3)
    return Day(world, sql)


async def share_a_session(world: World) -> None:
    """The platform sells one session for the operator, who gets its part from the provider."""
    async with world.database.work(OPERATOR) as work:
        before = await get_operator(work)
        await save_operator(work, replace(before, merchant_of_record=MerchantOfRecord.PLATFORM))
        order = AccountOrder("mollie", "test", "test_key", share_account="org_12345")
        await save_account(work, order, vault=world.desk.payments.vault)
    await _charges(world, "creditcard", "shared", "6.000")
    async with world.database.work(OPERATOR) as work:
        await save_operator(work, before)
        order = replace(order, share_account=None)
        await save_account(work, order, vault=world.desk.payments.vault)


async def spend_credit(world: World) -> None:
    """A driver is given 40.00 EUR: a session of 4.00 EUR is paid with it, another one runs on."""
    anna = await known_driver(world)
    await anna.is_given(4000, days=300)
    await anna.pays(2000, key="four")
    await world.starts()
    await world.charges(minutes=10, kwh="8.000")
    await world.presses_stop()
    await world.stops()
    await world.connects()
    await anna.pays(2500, key="five")


async def pay_later(world: World) -> None:
    """A fleet's card charges 8.000 kWh on account: 4.00 EUR are owed."""
    await card_of_account(world, await has_account(world))
    await taps(world)
    await world.charges(minutes=40, kwh="8.000")
    await world.stops()
    await world.worker.run_due()
    await world.connects()


async def owe_after(world: World) -> None:
    """A driver keeps a card and pays afterwards; the bank says no, and 6.17 EUR are owed."""
    ben = await keeper(world, "ben@example.com")
    await ben.keeps_a_card()
    world.keeper.declines = 1
    await ben.charges()
    await world.connects()


async def _charges(world: World, method: str, key: str, kwh: str) -> None:
    await world.pays(method, key=key)
    await world.approves()
    await world.starts()
    await world.charges(minutes=40, kwh=kwh)
    await world.presses_stop()
    await world.stops()
    await world.connects()
    await world.webhook()
