"""Drivers with prepaid credit in the world of the stories."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.directpay.credit.pay import Credit
from app.directpay.pay import PayOrder, pay
from app.funds.ledger.chart import Account, AccountKind, Book
from app.funds.ledger.model import AccountKey
from app.funds.ledger.post import balance_of
from app.funds.wallet.grant import Grant, grant
from app.funds.wallet.model import Wallet
from app.funds.wallet.read import get_wallet
from app.funds.wallet.statement import wallet_statement
from app.funds.wallet.top_ups.model import TopUp, WalletOffer
from app.funds.wallet.top_ups.offer import save_wallet_offer
from app.funds.wallet.top_ups.order import TopUpOrder, top_up
from app.kernel.money import Money
from app.people.identity.drivers.add import driver_for
from tests.scenarios.world import CODE, OPERATOR, World


def eur(minor: int) -> Money:
    """Return an amount of euro cents."""
    return Money(minor, "EUR")


@dataclass
class Driver:
    """A driver who is known, and the world."""

    world: World
    driver_id: UUID

    async def is_given(self, minor: int, *, days: int = 30, key: str = "gift") -> None:
        """The operator gives credit that is good for some days."""
        async with self.world.database.work(OPERATOR) as work:
            end = work.now + timedelta(days=days)
            await grant(work, Grant(self.driver_id, eur(minor), end, key))

    async def pays(self, minor: int, key: str = "credit") -> None:
        """The driver pays at the charge point with at most so much credit."""
        view = await self.world.looks()
        order = PayOrder(
            code=CODE,
            method="wallet",
            tariff_id=view.price.tariff_id,
            tariff_version=view.price.tariff_version,
            key=key,
            locale="en",
            credit=Credit(self.driver_id, eur(minor)),
        )
        self.world.journeys.append(await pay(order, desk=self.world.desk))
        await self.world.worker.run_due()

    async def orders(
        self, minor: int, method: str = "ideal", key: str = "top-up", consent: str | None = None
    ) -> TopUp:
        """The driver chooses how much credit to buy, and is sent to the provider's page."""
        page = "https://pay.example/wallet/voltstraat/back"
        order = TopUpOrder(self.driver_id, eur(minor), method, key, "en", page, consent)
        begun = await top_up(order, operator_id=OPERATOR, desk=self.world.desk.payments)
        return begun.top_up

    async def buys(
        self, minor: int, method: str = "ideal", key: str = "top-up", consent: str | None = None
    ) -> TopUp:
        """The driver buys credit, and comes back from the provider's page."""
        asked = await self.orders(minor, method, key, consent)
        self.world.provider.approve(self.world.payment_ref)
        await self.world.webhook()
        await self.world.worker.run_due()
        return asked

    async def statement(self) -> list[tuple[str, int]]:
        """What became of the credit, the newest first."""
        async with self.world.database.work(OPERATOR) as work:
            found = await get_wallet(work, self.driver_id, "EUR")
            lines = await wallet_statement(work, found)
            assert found.balance.minor == sum(line.amount.minor for line in lines)
        return [(line.kind.value, line.amount.minor) for line in lines]

    async def wallet(self) -> Wallet:
        """What the driver has."""
        async with self.world.database.work(OPERATOR) as work:
            return await get_wallet(work, self.driver_id, "EUR")

    async def balances(self) -> tuple[int, int]:
        """What was bought and what was given, as the ledger has it, in cents."""
        wallet_id = (await self.wallet()).wallet_id
        kinds = (AccountKind.WALLET_PURCHASED, AccountKind.WALLET_GRANTED)
        bought, given = [await balance(self.world, kind.of(wallet_id)) for kind in kinds]
        return bought, given


async def known_driver(world: World, address: str = "anna@example.com") -> Driver:
    """Return a driver of the world's operator."""
    async with world.database.work(OPERATOR) as work:
        return Driver(world, (await driver_for(work, address, "en")).driver_id)


async def sells_credit(world: World) -> None:
    """The operator sells 25, 50 or 100 EUR, and at most 250 EUR to one driver."""
    amounts = tuple(eur(minor) for minor in (2500, 5000, 10_000))
    async with world.database.work(OPERATOR) as work:
        await save_wallet_offer(work, WalletOffer(amounts, eur(25_000)))


async def balance(world: World, account: Account) -> int:
    """Return what an account of the test book holds, in cents."""
    async with world.database.work(OPERATOR) as work:
        return (await balance_of(work, AccountKey(Book.TEST, account, "EUR"))).minor
