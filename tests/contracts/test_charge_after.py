"""Sessions charged after them over judged HTTP, with both providers: kept, charged, refused."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import psycopg
import pytest

from app.directpay.afterwards.remove import remove_means
from app.directpay.attempts.again import pay_again
from app.directpay.desk import find
from app.directpay.model import Stage
from app.funds.payments.accounts import AccountOrder, account_for, save_accounts
from app.funds.payments.providers.stored import MeansKeeper
from app.funds.payments.steps import get_payment
from app.funds.payments.sweep import sweep_payments
from app.gateways.adyen.means import AdyenMeans
from app.gateways.adyen.provider import AdyenProvider
from app.gateways.mollie.means import MollieMeans
from app.gateways.mollie.provider import MollieProvider
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.contracts.test_payments_over_the_wire import ORDERS, Wire, register, wired
from tests.fakes.clock import FakeClock
from tests.scenarios.promises import Keeper, keeper
from tests.scenarios.world import OPERATOR, World, open_world, world_reactors

PRICE = 617


@dataclass
class Street:
    """The world of the stories on one side, the sandbox of a provider on the other."""

    world: World
    wire: Wire
    anna: Keeper

    @property
    def keeper(self) -> MeansKeeper:
        """The provider's port of stored means."""
        return self.world.desk.payments.keepers[self.wire.name]

    async def until(self, stage: Stage | None = None, *, moved: bool = False) -> None:
        """Let jobs, webhooks and sweeps work until the page says so; ten minutes at most."""
        for _ in range(10):
            await self.wire.silence()
            await self.world.desk.payments.readings.done()
            await self.world.worker.run_due()
            view = await self.world.sees()
            settled = view.settled
            is_moved = settled is not None and (settled.money_moved or settled.owed)
            if (stage is None or view.stage is stage) and (is_moved or not moved):
                return
            self.wire.clock.advance(minutes=1)
            await sweep_payments(database=self.world.database)
        raise AssertionError(await self.world.sees())

    async def approves(self) -> None:
        """The driver pays on the provider's page."""
        journey = await find(self.world.token, desk=self.world.desk)
        async with self.world.database.work(OPERATOR) as work:
            page = (await get_payment(work, journey.payment_id)).checkout_url
        assert page is not None
        await self.wire.control.post(page, data={"deed": "approve"})

    async def keeps_a_card(self) -> None:
        """A session that costs nothing leaves the card with the provider."""
        await self.anna.presses("keeps", keep=True)
        await self.approves()
        await self.until(Stage.WAITING)
        await self.world.presses_stop()
        await self.until(Stage.ENDED, moved=True)
        await self.world.connects()

    async def charges(self) -> None:
        """A session of 12.340 kWh is charged to the card after it."""
        await self.anna.charges()
        await self.until(Stage.ENDED, moved=True)

    async def taken(self) -> list[int]:
        """What the provider's own book says was taken and stayed, in cents, where it is any."""
        book = (await self.wire.control.get("/control/book")).json()
        kept = [line["captured"]["minor"] - line["refunded"]["minor"] for line in book]
        return [minor for minor in kept if minor]


@pytest.fixture(params=["mollie", "adyen"])
async def street(
    request: pytest.FixtureRequest,
    make_database: MakeDatabase,
    sql: psycopg.Connection,
    clock: FakeClock,
) -> AsyncIterator[Street]:
    """Give a driver who keeps a card, with each provider in turn; the books are right after it."""
    database = make_database(world_reactors())
    async with wired(request.param, database, sql, clock) as wire:
        mollie, adyen = (wire.desk.providers[name] for name in ("mollie", "adyen"))
        assert isinstance(mollie, MollieProvider)
        assert isinstance(adyen, AdyenProvider)
        keepers = {"mollie": MollieMeans(mollie), "adyen": AdyenMeans(adyen)}
        desk = replace(wire.desk, keepers=keepers)
        world = await open_world(database, sql, clock, desk)
        await _at_provider(world, wire, ORDERS[wire.name])
        street = Street(world, wire, await keeper(world))
        await street.keeps_a_card()
        yield street
        assert [] == await breaches(database)


async def _at_provider(world: World, wire: Wire, order: AccountOrder) -> None:
    async with world.database.work(OPERATOR) as work:
        (account,) = await save_accounts(work, [order], vault=world.desk.payments.vault)
    if wire.name == "adyen":
        url = world.desk.payments.webhook_url(wire.name, account.webhook_token)
        await register(wire.control, url)


async def test_kept_charged_and_forgotten(street: Street) -> None:
    """The card stays with the provider, is charged the price, and is deleted when removed."""
    (kept,) = await street.anna.means()
    async with street.world.database.work(OPERATOR) as work:
        account = await account_for(work, vault=street.world.desk.payments.vault)
    assert "Visa •••• 1234" == kept.instrument
    await street.charges()
    assert [PRICE] == await street.taken()

    await remove_means(
        kept.means_id,
        driver_id=street.anna.driver_id,
        operator_id=OPERATOR,
        database=street.world.database,
    )
    await street.world.worker.run_due()
    assert [] == await street.keeper.stored_means(account, kept.customer)


@pytest.mark.parametrize("fault", ["timeout_after", "error_after", "timeout_before", "rate_limit"])
async def test_a_lost_answer_charges_once(street: Street, fault: str) -> None:
    """Whatever is lost, before or after its effect, the driver pays the price once."""
    await street.wire.fault("start", fault)
    await street.charges()
    view = await street.world.sees()

    assert [PRICE] == await street.taken()
    assert (True, False) == (view.settled.money_moved, view.settled.owed)


async def test_a_bank_that_says_no_is_paid_by_the_link(street: Street) -> None:
    """The driver is told, pays on the provider's page, and the debt is over."""
    await street.wire.control.post("/control/policy", json={"stored": "decline"})
    await street.charges()
    view = await street.world.sees()
    assert view.settled.owed
    assert [] == await street.taken()

    url = await pay_again(street.world.token, "ideal", view.pay_key, desk=street.world.desk)
    assert url is not None
    await street.approves()
    for _ in range(20):
        await street.until(moved=True)
        if not (await street.world.sees()).settled.owed:
            break
    assert [PRICE] == await street.taken()
    assert (PRICE, 0, 0) == await street.anna.books()


async def test_it_works_again_the_next_day(street: Street) -> None:
    """The bank said no once; a day later the same card is charged again, under another key."""
    await street.wire.control.post("/control/policy", json={"stored": "decline"})
    await street.charges()
    await street.wire.control.post("/control/policy", json={"stored": "approve"})
    street.wire.clock.advance(days=1, minutes=1)
    await street.world.passes(seconds=1)
    for _ in range(20):
        await street.until(moved=True)
        if not (await street.world.sees()).settled.owed:
            break

    assert [PRICE] == await street.taken()
    assert (PRICE, 0, 0) == await street.anna.books()
