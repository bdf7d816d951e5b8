"""An account whose provider does not answer: one fuse for all processes."""

import asyncio
from dataclasses import replace

import psycopg
import pytest

from app.funds.payments.accounts import (
    AccountOrder,
    Vault,
    account_for,
    save_account,
)
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.health import SharedFuses, count_down, probe_accounts
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import FAILURES, HEALTHY, PAUSE, NotSent, ProviderAccount, Unknown
from app.funds.payments.sweep import sweep_payments
from app.gateways.common.calls import Calls
from app.infra.database import EVERY_OPERATOR, Database
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider, Fault
from tests.stores.payment_world import KEY, OPERATOR, Told, World

VAULT = Vault((KEY,))


class Process:
    """A process that calls a provider: it has calls of its own, and the database of all."""

    def __init__(self, database: Database) -> None:
        """Work on *database*."""
        self.database = database
        self.calls = Calls(SharedFuses(database))
        self.made = 0

    async def account(self) -> ProviderAccount:
        """Read the account, as every verb does before it calls."""
        async with self.database.work(OPERATOR) as work:
            return await account_for(work, vault=VAULT)

    async def call(self, answer: object = "fine") -> object:
        """Call the provider, who answers *answer*."""

        def provider() -> object:
            self.made += 1
            return answer

        return await self.calls.run(await self.account(), provider)

    async def is_down(self) -> bool:
        """Tell what a page would think."""
        return self.calls.is_down(await self.account())


@pytest.fixture
async def processes(database: Database) -> tuple[Process, Process]:
    """Give two processes of an operator with one account."""
    async with database.work(OPERATOR) as work:
        await save_account(work, AccountOrder("mollie", "test", "test_1"), vault=VAULT)
    return Process(database), Process(database)


async def blow(process: Process) -> None:
    """Let the provider be silent until nobody calls it any more."""
    for _ in range(FAILURES):
        await process.call(Unknown("HTTP 502"))


async def test_silence_in_one_process_holds_up_the_other(processes: tuple[Process, Process]):
    """What one process found out the other knows at its next call, which is not made."""
    first, second = processes
    await blow(first)
    refused = await second.call()

    assert NotSent("the provider does not answer", PAUSE.seconds) == refused
    assert 0 == second.made
    assert await second.is_down()


async def test_the_processes_count_together(processes: tuple[Process, Process]):
    """Half of the failures in each are as many as all of them in one."""
    first, second = processes
    for _ in range(FAILURES // 2):
        await first.call(Unknown("HTTP 502"))
        await second.call(NotSent("no connection"))

    assert await first.is_down()


async def test_an_answer_begins_the_count_anew(processes: tuple[Process, Process]):
    """Only failures in a row count; a refused secret and a declined order are answers."""
    first, second = processes
    for _ in range(3):
        for _ in range(FAILURES - 1):
            await first.call(Unknown("HTTP 502"))
        await second.call(NotSent("refused", credentials_refused=True))

    assert not await first.is_down()
    assert HEALTHY == (await first.account()).health


async def test_one_call_tries_and_the_others_wait(
    processes: tuple[Process, Process], clock: FakeClock
):
    """After the pause exactly one call of all processes goes out; its answer frees the others."""
    first, second = processes
    await blow(first)
    made = first.made
    clock.advance(PAUSE)
    both = (first, second, first, second)
    await asyncio.gather(*(one.call(Unknown("HTTP 502")) for one in both))
    tried = first.made + second.made - made
    clock.advance(PAUSE)
    await second.call("fine")
    after = [await one.call() for one in both]

    assert 1 == tried
    assert ["fine"] * 4 == after
    assert not await first.is_down()


async def test_a_provider_that_asks_for_a_pause_has_it_from_all(
    processes: tuple[Process, Process], clock: FakeClock
):
    """429 with Retry-After holds up every process for so long; payments still begin elsewhere."""
    first, second = processes
    await first.call(NotSent("429", retry_after_seconds=7))
    held_up = await second.call()
    clock.advance(seconds=7)
    then = await second.call()

    assert (NotSent("the provider does not answer", 7), "fine") == (held_up, then)
    assert not await first.is_down()


async def test_a_probe_makes_the_account_well(
    processes: tuple[Process, Process], database: Database, clock: FakeClock
):
    """The worker asks when the pause is over, so that no driver has to."""
    first, second = processes
    provider = _Pinged(first)
    desk = PaymentDesk(database, {"mollie": provider}, VAULT, None)
    await blow(first)
    too_early = await probe_accounts(desk=desk)
    clock.advance(PAUSE)
    provider.answer = Unknown("HTTP 502")
    still_silent = await probe_accounts(desk=desk), await second.is_down()
    clock.advance(PAUSE)
    provider.answer = "fine"
    well = await probe_accounts(desk=desk), await second.is_down()
    at_rest = await probe_accounts(desk=desk)

    assert (0, (1, True), (1, False), 0) == (too_early, still_silent, well, at_rest)


async def test_what_waits_goes_on_with_the_first_answer(
    processes: tuple[Process, Process],
    database: Database,
    sql: psycopg.Connection,
    clock: FakeClock,
):
    """An order that would be tried in an hour is tried at once when the provider is back."""
    first, _ = processes
    world = World(database, FakeProvider(), sql, clock, Told())
    world.provider.fault("start", Fault.RATE_LIMIT, times=9)
    payment_id = await world.begin()
    for minutes in (0, 1, 5):
        clock.advance(minutes=minutes)
        await start_payment(payment_id, operator_id=OPERATOR, desk=_desk_of(world))
    await blow(first)
    clock.advance(PAUSE)
    before = await sweep_payments(database=database)
    await first.call("fine")
    after = await sweep_payments(database=database)

    assert (0, 1) == (before, after)


async def test_readiness_counts_what_is_down(
    processes: tuple[Process, Process], database: Database
):
    """Accounts in use that take no payments are counted over all operators."""
    async with database.work(EVERY_OPERATOR) as work:
        before = await count_down(work)
    await blow(processes[0])
    async with database.work(EVERY_OPERATOR) as work:
        assert (0, 1) == (before, await count_down(work))


def _desk_of(world: World) -> PaymentDesk:
    """Return a desk whose provider is called as the account of the processes says."""
    return PaymentDesk(world.database, {"mollie": world.provider}, VAULT, None)


class _Pinged(FakeProvider):
    """A provider whose ping is a call of a process."""

    def __init__(self, process: Process) -> None:
        super().__init__()
        self.process = process
        self.answer: object = "fine"

    async def ping(self, account: ProviderAccount) -> bool:
        """Call, with the account as it was read."""
        answer = await self.process.calls.run(account, lambda: self.answer)
        return not isinstance(answer, Unknown | NotSent)


def test_health_does_not_make_another_account(account: ProviderAccount):
    """Lists of methods and connections are kept by account, however it fares."""
    assert account == replace(account, health=replace(HEALTHY, failures=3))


@pytest.fixture
def account() -> ProviderAccount:
    """Give an account."""
    return ProviderAccount(OPERATOR, OPERATOR, "mollie", "test", "test_1", 1, "token")
