"""Whatever happens to a wallet in whatever order: it is what a slow model of it says."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.audit.check import check
from app.funds.ledger.chart import AccountKind
from app.funds.payments.steps import request_raise, request_return
from app.funds.wallet.errors import CreditTooLow, NothingToRefund, WalletFrozen
from app.funds.wallet.expire import expire_credit
from app.funds.wallet.freeze import freeze_wallet, unfreeze_wallet
from app.funds.wallet.top_ups.refund import refund_credit
from app.infra.database import Database, engine
from app.infra.live import MemoryLiveBus
from app.kernel.ids import RandomIds
from tests.fakes.clock import FakeClock
from tests.scenarios.test_wallet_race import reserves, settles
from tests.scenarios.wallets import eur, known_driver, sells_credit
from tests.scenarios.world import OPERATOR, World, open_world, world_reactors

AMOUNTS = st.integers(1, 6000)
# What the books must be, though these sessions have no journey that would sell anything.
ASKED = (1, 2, 3, 4, 9, 13, 15, 16, 17, 18, 19)


@dataclass
class Slow:
    """A lot as the model has it."""

    is_given: bool
    left: int
    ends_at: datetime | None
    number: int


@dataclass
class Held:
    """A reservation as the model has it: which lots it took from, in the order of spending."""

    payment_id: UUID
    taken: list[list] = field(default_factory=list)
    refused: bool = False

    @property
    def total(self) -> int:
        """What it holds."""
        return sum(part for _, part in self.taken)


class WalletMachine(RuleBasedStateMachine):
    """One driver in a world that all examples share."""

    world: World
    runner: asyncio.Runner
    drivers = 0

    def __init__(self) -> None:
        """Begin with a driver who has nothing."""
        super().__init__()
        type(self).drivers += 1
        self.run = self.runner.run
        self.driver = self.run(known_driver(self.world, f"driver-{self.drivers}@example.com"))
        self.lots: list[Slow] = []
        self.held: list[Held] = []
        self.paid: list[Held] = []
        self.frozen = False
        self.number = 0
        self.give(1000, 5)

    def name(self, what: str) -> str:
        """Return a key that was not used before."""
        self.number += 1
        return f"{what}-{self.drivers}-{self.number}"

    def spendable(self) -> list[Slow]:
        """Return the lots that can be spent, the first first."""
        now = self.world.clock.now()
        good = [lot for lot in self.lots if lot.left and (not lot.ends_at or now < lot.ends_at)]
        far = now + timedelta(days=9999)
        return sorted(good, key=lambda lot: (not lot.is_given, lot.ends_at or far, lot.number))

    def take(self, minor: int) -> list[list]:
        """Take from the lots in their order."""
        taken = []
        for lot in self.spendable():
            part = min(minor, lot.left)
            if part:
                lot.left -= part
                taken.append([lot, part])
            minor -= part
        return taken

    @rule(minor=st.sampled_from([2500, 5000]), method=st.sampled_from(["ideal", "creditcard"]))
    def buy(self, minor: int, method: str) -> None:
        """The driver buys credit, if the wallet may have more."""
        if self.frozen or self.bought() + self.gifts() + minor > 25_000:
            return
        self.world.clock.advance(seconds=1)
        self.run(self.driver.buys(minor, method, self.name("buy")))
        self.lots.append(Slow(is_given=False, left=minor, ends_at=None, number=len(self.lots)))

    @rule(minor=AMOUNTS, days=st.integers(1, 9))
    def give(self, minor: int, days: int) -> None:
        """The operator gives credit."""
        self.world.clock.advance(seconds=1)
        ends_at = self.world.clock.now() + timedelta(days=days)
        self.run(self.driver.is_given(minor, days=days, key=self.name("gift")))
        self.lots.append(Slow(is_given=True, left=minor, ends_at=ends_at, number=len(self.lots)))

    @rule(minor=AMOUNTS)
    def reserve(self, minor: int) -> None:
        """A session begins."""
        enough = sum(lot.left for lot in self.spendable()) >= minor
        try:
            payment_id = self.run(reserves(self.driver, eur(minor)))
        except (CreditTooLow, WalletFrozen):
            assert self.frozen or not enough
            return
        assert enough
        assert not self.frozen
        self.held.append(Held(payment_id, self.take(minor)))

    @rule(which=st.integers(0, 9), minor=AMOUNTS)
    def grow(self, which: int, minor: int) -> None:
        """The driver lets a session use more."""
        if not self.held:
            return
        its = self.held[which % len(self.held)]
        enough = sum(lot.left for lot in self.spendable()) >= minor and not self.frozen
        self.run(self._raises(its, its.total + minor))
        # A hold that was refused to grow is not asked again.
        its.refused = its.refused or not enough
        if not its.refused:
            for lot, part in self.take(minor):
                same = next((each for each in its.taken if each[0] is lot), None)
                if same is None:
                    its.taken.append([lot, part])
                else:
                    same[1] += part
            its.taken.sort(key=lambda each: not each[0].is_given)

    async def _raises(self, its: Held, minor: int) -> None:
        async with self.world.database.work(OPERATOR) as work:
            await request_raise(work, its.payment_id, eur(minor))

    @rule(which=st.integers(0, 9), share=st.integers(1, 100))
    def settle(self, which: int, share: int) -> None:
        """A session ends and costs a share of what it reserved."""
        if not self.held:
            return
        its = self.held.pop(which % len(self.held))
        price = max(1, its.total * share // 100)
        self.run(settles(self.driver, its.payment_id, eur(price)))
        for each in its.taken:
            kept = min(price, each[1])
            each[0].left += each[1] - kept
            each[1] = kept
            price -= kept
        self.paid.append(its)

    @rule(which=st.integers(0, 9))
    def release(self, which: int) -> None:
        """A session never begins, or costs nothing."""
        if not self.held:
            return
        its = self.held.pop(which % len(self.held))
        self.run(self._goes_back(its.payment_id, None))
        for lot, part in its.taken:
            lot.left += part

    @rule(which=st.integers(0, 9), share=st.integers(1, 100))
    def refund(self, which: int, share: int) -> None:
        """The operator gives a part of a session back, or what is left of it."""
        if not self.paid:
            return
        its = self.paid.pop(which % len(self.paid))
        back = max(1, its.total * share // 100)
        self.run(self._keeps(its.payment_id, its.total - back))
        for lot, part in reversed(its.taken):
            moved = min(back, part)
            lot.left += moved
            back -= moved

    async def _keeps(self, payment_id: UUID, minor: int) -> None:
        async with self.world.database.work(OPERATOR) as work:
            payment = await request_return(work, payment_id)
            await request_return(work, payment_id, payment.amount - eur(minor))

    async def _goes_back(self, payment_id: UUID, amount) -> None:
        async with self.world.database.work(OPERATOR) as work:
            await request_return(work, payment_id, amount)

    @rule(days=st.integers(1, 4))
    def pass_days(self, days: int) -> None:
        """Days go by, and the night's sweep."""
        self.world.clock.advance(days=days)
        self.run(expire_credit(database=self.world.database))
        for lot in self.lots:
            if lot.ends_at and lot.ends_at <= self.world.clock.now():
                lot.left = 0

    @rule()
    def give_back(self) -> None:
        """The driver wants the bought credit back."""
        try:
            refunded = self.run(
                refund_credit(
                    self.driver.driver_id,
                    "EUR",
                    operator_id=OPERATOR,
                    database=self.world.database,
                )
            )
        except (NothingToRefund, WalletFrozen):
            assert self.frozen or not self.bought()
            return
        self.run(self.world.worker.run_due())
        assert refunded.minor == self.bought()
        for lot in self.lots:
            lot.left = lot.left if lot.is_given else 0

    @rule(frozen=st.booleans())
    def freeze(self, frozen: bool) -> None:  # noqa: FBT001 - drawn
        """A person freezes the wallet, or makes it usable again."""
        self.run(self._freezes(frozen=frozen))
        self.frozen = frozen

    async def _freezes(self, *, frozen: bool) -> None:
        wallet = await self.driver.wallet()
        async with self.world.database.work(OPERATOR) as work:
            if frozen:
                await freeze_wallet(work, wallet, "a look")
            else:
                await unfreeze_wallet(work, wallet)

    def bought(self) -> int:
        """What was bought and is left."""
        return sum(lot.left for lot in self.lots if not lot.is_given)

    def gifts(self) -> int:
        """What was given and is left."""
        return sum(lot.left for lot in self.lots if lot.is_given)

    @invariant()
    def the_books_are_the_model(self) -> None:
        """Ledger, lots and model are the same to the cent, and nothing is below zero."""
        if not self.lots:
            return
        wallet = self.run(self.driver.wallet())
        assert (self.bought(), self.gifts()) == self.run(self.driver.balances())
        assert wallet.balance.minor == self.bought() + self.gifts()
        can = 0 if self.frozen else sum(lot.left for lot in self.spendable())
        assert can == wallet.spendable(self.world.clock.now()).minor
        assert all(lot.left >= 0 for lot in self.lots)


def test_a_wallet_is_its_model(postgres_url: str, sql: psycopg.Connection, clock: FakeClock):
    """Bought, given, reserved, settled, released, expired, refunded, frozen: in any order."""
    with asyncio.Runner() as runner:
        database = Database(
            engine(postgres_url),
            clock=clock,
            ids=RandomIds(),
            live=MemoryLiveBus(),
            reactors=world_reactors(),
        )
        WalletMachine.world = runner.run(open_world(database, sql, clock))
        WalletMachine.runner = runner
        runner.run(sells_credit(WalletMachine.world))
        run_state_machine_as_test(
            WalletMachine,
            settings=settings(
                max_examples=25,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        checked = runner.run(check(database=database))
        runner.run(database.close())

    found = [str(each) for one in checked for each in one.breaches if each.number in ASKED]
    assert [] == found
    assert 0 < sum(1 for _ in sql.execute("SELECT FROM wallet_reservation"))
    assert AccountKind.WALLET_PURCHASED.floor == 0 == AccountKind.WALLET_GRANTED.floor
