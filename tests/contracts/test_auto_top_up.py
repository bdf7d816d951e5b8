"""Credit that buys itself again over judged HTTP: kept with consent, charged, and forgotten."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

import psycopg
import pytest

from app.funds.payments.accounts import account_for
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.jobs import payment_jobs
from app.funds.payments.providers.stored import MeansKeeper
from app.funds.payments.sweep import sweep_payments
from app.funds.wallet import reactors as wallets
from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.follow import notice_spending
from app.funds.wallet.automatic.model import WORDS, Agreement, AgreementState
from app.funds.wallet.automatic.stop import switch_off
from app.funds.wallet.jobs import wallet_jobs
from app.funds.wallet.model import LotKind, Piece, Wallet
from app.funds.wallet.read import get_wallet
from app.funds.wallet.store import move_lots
from app.funds.wallet.top_ups.model import WalletOffer
from app.funds.wallet.top_ups.offer import save_wallet_offer
from app.funds.wallet.top_ups.order import TopUpOrder, top_up
from app.gateways.adyen.means import AdyenMeans
from app.gateways.adyen.provider import AdyenProvider
from app.gateways.mollie.means import MollieMeans
from app.gateways.mollie.provider import MollieProvider
from app.kernel.money import Money
from app.people.identity.save import save_operator
from tests.conftest import MakeDatabase
from tests.contracts.test_payments_over_the_wire import OPERATOR, Wire, wired
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import HandWorker
from tests.scenarios.world import operator_of_the_world

DRIVER = UUID("019c0000-0000-7000-8000-00000000000d")
FEW = Money(2500, "EUR")
MOST = Money(25_000, "EUR")


@dataclass
class Shop:
    """A wallet of ours on one side, the sandbox on the other."""

    wire: Wire
    desk: PaymentDesk
    worker: HandWorker

    @property
    def keeper(self) -> MeansKeeper:
        """The provider's port of stored means."""
        return self.desk.keepers[self.wire.name]

    async def wallet(self) -> Wallet:
        """What the driver has."""
        async with self.desk.database.work(OPERATOR) as work:
            return await get_wallet(work, DRIVER, "EUR")

    async def agreement(self) -> Agreement:
        """What the driver agreed to."""
        wallet_id = (await self.wallet()).wallet_id
        async with self.desk.database.work(OPERATOR) as work:
            found = await store.last_of(work, wallet_id)
        assert found is not None
        return found

    async def until(self, minor: int) -> None:
        """Let jobs, webhooks and sweeps work until the wallet has so much; ten minutes at most."""
        for _ in range(10):
            await self.wire.silence()
            await self.desk.readings.done()
            await self.worker.run_due()
            if minor == (await self.wallet()).balance.minor:
                return
            self.wire.clock.advance(minutes=1)
            await sweep_payments(database=self.desk.database)
        raise AssertionError(await self.wallet())

    async def agrees(self) -> None:
        """The driver ticks the box, and pays on the provider's page."""
        page = "https://pay.example/wallet/voltstraat/back"
        order = TopUpOrder(DRIVER, FEW, "creditcard", "first", "en", page, WORDS)
        begun = await top_up(order, operator_id=OPERATOR, desk=self.desk)
        assert begun.checkout_url is not None
        await self.wire.control.post(begun.checkout_url, data={"deed": "approve"})
        await self.until(2500)

    async def spends(self, minor: int) -> None:
        """Credit is gone; what takes it otherwise is a session."""
        wallet = await self.wallet()
        async with self.desk.database.work(OPERATOR) as work:
            piece = Piece(wallet.lots[0].lot_id, LotKind.PURCHASED, minor)
            await move_lots(work, (piece,), sign=-1)
            await notice_spending(work, wallet.wallet_id)
        await self.worker.run_due()


@pytest.fixture(params=["mollie", "adyen"])
async def shop(
    request: pytest.FixtureRequest,
    make_database: MakeDatabase,
    sql: psycopg.Connection,
    clock: FakeClock,
) -> AsyncIterator[Shop]:
    """Give an operator that sells credit, with each provider in turn."""
    database = make_database(wallets.reactors())
    async with wired(request.param, database, sql, clock) as wire:
        async with database.work(OPERATOR) as work:
            await save_operator(work, replace(operator_of_the_world(), operator_id=OPERATOR))
            await save_wallet_offer(work, WalletOffer((FEW,), MOST))
        mollie, adyen = (wire.desk.providers[name] for name in ("mollie", "adyen"))
        assert isinstance(mollie, MollieProvider)
        assert isinstance(adyen, AdyenProvider)
        keepers = {"mollie": MollieMeans(mollie), "adyen": AdyenMeans(adyen)}
        desk = replace(wire.desk, keepers=keepers)
        worker = HandWorker(sql, [*payment_jobs(desk), *wallet_jobs(desk)], clock)
        yield Shop(wire, desk, worker)


async def test_a_card_is_kept_charged_and_forgotten(shop: Shop) -> None:
    """The driver agrees and pays; later the card is charged alone; switched off, it is deleted."""
    await shop.agrees()
    agreed = await shop.agreement()
    async with shop.desk.database.work(OPERATOR) as work:
        account = await account_for(work, vault=shop.desk.vault)
    kept = await shop.keeper.stored_means(account, agreed.customer)
    assert isinstance(kept, list), kept
    assert AgreementState.ON is agreed.state
    assert ["Visa •••• 1234"] == [means.instrument for means in kept]

    await shop.spends(2000)
    await shop.until(3000)
    book = (await shop.wire.control.get("/control/book")).json()
    assert [2500, 2500] == [line["captured"]["minor"] for line in book]

    await switch_off(DRIVER, "EUR", operator_id=OPERATOR, database=shop.desk.database)
    await shop.worker.run_due()
    assert [] == await shop.keeper.stored_means(account, agreed.customer)


@pytest.mark.parametrize("fault", ["timeout_after", "error_after"])
async def test_a_lost_answer_charges_once(shop: Shop, fault: str) -> None:
    """The charge was made and the answer lost: the same key finds it, and it is credit once."""
    await shop.agrees()
    await shop.wire.fault("start", fault)
    await shop.spends(2000)
    await shop.until(3000)
    book = (await shop.wire.control.get("/control/book")).json()

    assert [2500, 2500] == [line["captured"]["minor"] for line in book]


@pytest.mark.parametrize("shop", ["mollie"], indirect=True)
async def test_a_lost_answer_without_webhooks_is_asked_for_again(shop: Shop) -> None:
    """Nobody tells: the same key again is the same charge, and reading it finds the money."""
    shop.desk = replace(shop.desk, hooks_base=None)
    jobs = [*payment_jobs(shop.desk), *wallet_jobs(shop.desk)]
    shop.worker = HandWorker(shop.worker.sql, jobs, shop.wire.clock)
    await shop.agrees()
    await shop.wire.fault("start", "timeout_after")
    await shop.spends(2000)
    await shop.until(3000)
    book = (await shop.wire.control.get("/control/book")).json()
    tries = shop.worker.sql.execute("SELECT max(attempts) FROM payment_operation").fetchone()

    assert (2,) == tries
    assert [2500, 2500] == [line["captured"]["minor"] for line in book]
