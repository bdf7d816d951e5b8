"""A payment desk on a real database, with a provider in memory and a worker that is stepped."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from app.funds.payments.accounts import AccountOrder, Vault, save_account
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.events import (
    PaymentCollected,
    PaymentFailed,
    PaymentReturned,
    PaymentSecured,
    PaymentTrouble,
)
from app.funds.payments.inbox.readings import Readings
from app.funds.payments.jobs import payment_jobs
from app.funds.payments.model import Payment
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import ProviderAccount, Snapshot, Strategy
from app.funds.payments.steps import PaymentOrder, begin_payment, get_payment
from app.funds.payments.sweep import sweep_payments
from app.infra.database import Database, Scope, Work
from app.infra.ready import Look
from app.kernel.events import Event
from app.kernel.money import Money
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider

OPERATOR = UUID("019c0000-0000-7000-8000-00000000000a")
KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
EVENTS = (PaymentSecured, PaymentFailed, PaymentCollected, PaymentReturned, PaymentTrouble)


class Killed(BaseException):
    """The process was killed with -9 here."""


@dataclass
class MortalDatabase:
    """
    A database whose process dies at its *lives*-th commit or look, just after it, or just before.

    With no lives left to count it lives for ever.
    """

    inner: Database
    lives: int = 0
    before: bool = False

    @asynccontextmanager
    async def work(self, scope: Scope) -> AsyncIterator[Work]:
        """Open work, and die where it was ordered."""
        async with self.inner.work(scope) as work:
            yield work
            self.lives -= 1
            if self.lives == 0 and self.before:
                raise Killed
        if self.lives == 0:
            raise Killed

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """Open a look, and die after it where it was ordered."""
        async with self.inner.look() as look:
            yield look
        self.lives -= 1
        if self.lives == 0:
            raise Killed


def eur(cents: int) -> Money:
    """An amount in cents."""
    return Money(cents, "EUR")


@dataclass
class Told:
    """Remembers what payments told, as `["PaymentSecured", ...]`."""

    names: list[str] = field(default_factory=list)

    async def __call__(self, work: Work, event: Event) -> None:
        """Note the event."""
        self.names.append(type(event).__name__)

    @property
    def reactors(self) -> Mapping[type[Event], list["Told"]]:
        """What makes a database tell this one."""
        return {event: [self] for event in EVENTS}


@dataclass
class World:
    """One operator with an account, a provider that can misbehave, and the jobs in the queue."""

    database: Database
    provider: FakeProvider
    sql: psycopg.Connection
    clock: FakeClock
    told: Told
    readings: Readings = field(default_factory=Readings)

    @property
    def desk(self) -> PaymentDesk:
        """What the verbs work with; made anew, as by another process."""
        providers, vault = {"fake": self.provider}, Vault((KEY,))
        url = "https://pay.test"
        return PaymentDesk(self.database, providers, vault, url, readings=self.readings)

    async def account(self, operator_id: UUID = OPERATOR) -> ProviderAccount:
        """Give the operator an account."""
        order = AccountOrder(provider="fake", mode="test", secret="test_secret")
        async with self.database.work(operator_id) as work:
            return await save_account(work, order, vault=self.desk.vault)

    async def begin(self, strategy: Strategy = Strategy.HOLD, *, cents: int = 6000) -> UUID:
        """Order a payment; nothing is sent."""
        async with self.database.work(OPERATOR) as work:
            order = PaymentOrder(
                payment_id=work.ids.uuid7(work.now),
                subject_id=work.ids.uuid7(work.now),
                amount=eur(cents),
                method="creditcard" if strategy is Strategy.HOLD else "ideal",
                strategy=strategy,
                locale="nl_NL",
                description="Charging at NL-001",
                return_url="https://pay.test/s/1/back",
            )
            await begin_payment(work, order)
        return order.payment_id

    async def secured(self, strategy: Strategy = Strategy.HOLD) -> UUID:
        """A payment that the driver made, and that we have seen."""
        payment_id = await self.begin(strategy)
        payment = await start_payment(payment_id, operator_id=OPERATOR, desk=self.desk)
        assert payment.provider_ref is not None
        self.provider.approve(payment.provider_ref)
        await self.job("payments.refresh", payment_id=payment_id)
        return payment_id

    async def payment(self, payment_id: UUID) -> Payment:
        """The payment as it is stored."""
        async with self.database.work(OPERATOR) as work:
            return await get_payment(work, payment_id)

    def at_provider(self, payment: Payment) -> Snapshot:
        """The payment in the provider's own book."""
        assert payment.provider_ref is not None
        return self.provider.snapshots[payment.provider_ref]

    async def job(self, name: str, **arguments: object) -> None:
        """Run one job of this name."""
        texts = {key: str(value) for key, value in arguments.items()}
        for job in payment_jobs(self.desk):
            if job.name == name:
                await job.run(**{"operator_id": str(OPERATOR), **texts})

    def waiting(self) -> list[str]:
        """The names of the jobs in the queue."""
        found = self.sql.execute(
            "SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        )
        return [name for (name,) in found]

    async def work_off(self) -> list[str]:
        """
        Let what webhooks asked for be read, and run the jobs in the queue, and what they enqueue.

        Each job runs once; return their names.
        """
        done: list[str] = []
        await self.readings.done()
        while True:
            row = self.sql.execute(
                "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = (SELECT min(id) "
                "FROM procrastinate_jobs WHERE status = 'todo') RETURNING id, task_name, args"
            ).fetchone()
            if row is None:
                return done
            number, name, arguments = row
            done.append(name)
            job = next(job for job in payment_jobs(self.desk) if job.name == name)
            try:
                await job.run(**arguments)
            except Killed:
                # What a dead worker was doing is found and done again.
                self.sql.execute(
                    "UPDATE procrastinate_jobs SET status = 'todo' WHERE id = %s", (number,)
                )
                raise

    async def later(self, **parts: int) -> list[str]:
        """Let time go by, sweep, and work off what that brings; return the jobs."""
        self.clock.advance(**parts)
        await sweep_payments(database=self.database)
        return await self.work_off()
