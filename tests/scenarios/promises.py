"""Drivers who keep a card and pay after the session, in the world of the stories."""

from dataclasses import dataclass
from uuid import UUID

from app.directpay.afterwards import store
from app.directpay.afterwards.keep import Consent
from app.directpay.afterwards.model import ChargeAfter, Promise
from app.directpay.afterwards.promise import Chosen
from app.directpay.afterwards.rule import save_charge_after
from app.directpay.desk import find
from app.directpay.pay import PayOrder, pay
from app.funds.ledger.chart import AccountKind
from app.funds.means.model import WORDS, KeptMeans
from app.funds.means.read import means_of
from app.kernel.money import Money
from tests.scenarios.wallets import balance, known_driver
from tests.scenarios.world import CODE, OPERATOR, World

LIMIT = Money(4000, "EUR")


@dataclass
class Keeper:
    """A driver who is known, and the world."""

    world: World
    driver_id: UUID

    async def presses(
        self, key: str, *, after: UUID | None = None, keep: bool = False, method: str = "creditcard"
    ) -> None:
        """The driver presses a button on the scan page."""
        view = await self.world.looks()
        order = PayOrder(
            code=CODE,
            method=method,
            tariff_id=view.price.tariff_id,
            tariff_version=view.price.tariff_version,
            key=key,
            locale="en",
            after=None if after is None else Chosen(self.driver_id, after),
            keep=Consent(self.driver_id, WORDS) if keep else None,
        )
        self.world.journeys.append(await pay(order, desk=self.world.desk))
        await self.world.worker.run_due()

    async def keeps_a_card(self) -> KeptMeans:
        """A session that costs nothing leaves the card: the box was ticked."""
        await self.presses("keeps", keep=True)
        await self.world.approves()
        await self.world.presses_stop()
        await self.world.connects()
        (kept,) = await self.means()
        return kept

    async def means(self) -> list[KeptMeans]:
        """What the driver keeps."""
        async with self.world.database.work(OPERATOR) as work:
            return await means_of(work, self.driver_id)

    async def charges(self, key: str = "after", kwh: str = "12.340") -> None:
        """A whole session that is paid afterwards; 12.340 kWh cost 6.17 EUR."""
        (kept,) = await self.means()
        await self.presses(key, after=kept.means_id)
        await self.world.starts()
        await self.world.charges(minutes=40, kwh=kwh)
        await self.world.presses_stop()
        await self.world.stops()

    async def promise(self) -> Promise:
        """The promise of the last journey."""
        journey = await find(self.world.token, desk=self.world.desk)
        async with self.world.database.work(OPERATOR) as work:
            found = await store.find(work, journey.journey_id)
        assert found is not None
        return found

    async def books(self) -> tuple[int, int, int]:
        """What the provider owes us, what the session's clearing and what the driver owe, cents."""
        journey = await find(self.world.token, desk=self.world.desk)
        async with self.world.database.work(OPERATOR) as work:
            promise = await store.find(work, journey.journey_id)
        assert promise is not None
        return (
            await balance(self.world, AccountKind.PSP_RECEIVABLE.of(promise.account_id)),
            await balance(self.world, AccountKind.CLEARING.of(journey.session_id)),
            await balance(self.world, AccountKind.CUSTOMER_RECEIVABLE.of(journey.session_id)),
        )


async def keeper(world: World, address: str = "anna@example.com") -> Keeper:
    """Return a driver at an operator that charges up to 40 EUR afterwards."""
    async with world.database.work(OPERATOR) as work:
        await save_charge_after(work, ChargeAfter(LIMIT))
    driver = await known_driver(world, address)
    return Keeper(world, driver.driver_id)
