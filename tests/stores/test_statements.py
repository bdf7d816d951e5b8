"""Statements of providers, fetched by the clock and matched."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from app.funds.payments.accounts import AccountOrder, Vault, accounts_for, save_accounts
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.told.store import put_notice
from app.funds.payments.ports import Declined, Notice, NotSent, ProviderAccount, Unknown
from app.funds.payments.providers.settlements import Failure, Movement, Settlement, SettlementLine
from app.funds.reconciliation.statements import fetch_statements
from app.funds.reconciliation.statements.fetch import DAILY, FIRST, OVERLAP
from app.infra.database import Database
from app.kernel.money import Money
from tests.fakes.clock import FakeClock
from tests.stores.payment_world import KEY, OPERATOR

VAULT = Vault((KEY,))
HOUR = timedelta(hours=1)


def fee(key: str, cents: int = 35) -> SettlementLine:
    """A line that needs no payment."""
    gross, zero = Money(-cents, "EUR"), Money(0, "EUR")
    return SettlementLine(key, Movement.FEE, "fee", None, None, None, gross, zero, gross, None)


@dataclass
class Balance:
    """A balance that says what it is given, and remembers since when it was asked."""

    answer: list[SettlementLine] | Failure = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)

    async def lines(
        self, account: ProviderAccount, *, since: datetime
    ) -> list[SettlementLine] | Failure:
        """Answer."""
        self.asked.append(since)
        return self.answer


@dataclass
class Reports:
    """Reports by the address in the notice's body."""

    known: dict[str, tuple[Settlement, ...] | Failure] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def announced(self, notice: Notice) -> str | None:
        """Return the address, where there is one."""
        text = notice.body.decode()
        return text if text.startswith("https://") else None

    async def fetch(
        self, account: ProviderAccount, address: str
    ) -> tuple[Settlement, ...] | Failure:
        """Answer."""
        self.fetched.append(address)
        return self.known[address]


@dataclass
class Books:
    """An operator with an account at two providers."""

    desk: PaymentDesk
    clock: FakeClock
    balance: Balance
    reports: Reports
    accounts: Sequence[ProviderAccount]

    async def fetch(self, after: timedelta = HOUR) -> int:
        """The clock strikes."""
        self.clock.advance(after)
        return await fetch_statements(desk=self.desk)

    async def announce(self, key: str, body: str) -> None:
        """Adyen tells something that is about no payment."""
        async with self.desk.database.work(OPERATOR) as work:
            await put_notice(work, self.accounts[1], Notice(key, "", None, body.encode()), None)


@pytest.fixture
async def books(database: Database, clock: FakeClock) -> Books:
    """Give the operator's books."""
    orders = [
        AccountOrder("mollie", "test", "access_1"),
        AccountOrder("adyen", "test", "AQE", merchant="Volt"),
    ]
    async with database.work(OPERATOR) as work:
        await save_accounts(work, orders, vault=VAULT)
        accounts = await accounts_for(work, vault=VAULT)
    balance, reports = Balance(), Reports()
    desk = PaymentDesk(
        database, {}, VAULT, None, balances={"mollie": balance}, reports={"adyen": reports}
    )
    return Books(desk, clock, balance, reports, accounts)


async def test_a_balance_is_read_once_a_day(books: Books):
    """First three months back, then from the last reading on, with some days twice."""
    begin = books.clock.now() + HOUR
    books.balance.answer = [fee("b"), fee("a")]
    first, second = await books.fetch(), await books.fetch()
    books.balance.answer = [fee("c"), fee("b")]
    third = await books.fetch(DAILY)

    assert (2, 0, 1) == (first, second, third)
    assert [begin - FIRST, begin - OVERLAP] == books.balance.asked


@pytest.mark.parametrize("failure", [Unknown("HTTP 502"), NotSent("no connection")])
async def test_silence_is_asked_again_in_an_hour(books: Books, failure: Failure):
    """What was not read is read from the same day on."""
    books.balance.answer = failure
    await books.fetch()
    books.balance.answer = [fee("a")]

    assert 1 == await books.fetch()
    assert books.balance.asked[1] - books.balance.asked[0] == HOUR


@pytest.mark.parametrize("failure", [Declined("x", "no"), NotSent("401", credentials_refused=True)])
async def test_a_key_that_may_not_read_is_asked_tomorrow(books: Books, failure: Failure):
    """An API key reads no balances: once a day is enough to see that it may by now."""
    books.balance.answer = failure
    await books.fetch()
    await books.fetch()
    await books.fetch(DAILY)

    assert 2 == len(books.balance.asked)


async def test_a_report_is_read_when_it_is_announced(books: Books, sql: psycopg.Connection):
    """Once, with all its lines; what announces nothing is passed over."""
    address = "https://ca-test.adyen.com/report/1.csv"
    books.reports.known[address] = (Settlement("Volt:1", (fee("1:a"), fee("1:b"))),)
    await books.announce("other", "something else")
    before = await books.fetch()
    await books.announce("r1", address)
    first, second = await books.fetch(), await books.fetch()
    row = sql.execute("SELECT new_lines, in_suspense FROM statement_fetch WHERE key = 'r1'")

    assert (0, 2, 0) == (before, first, second)
    assert [address] == books.reports.fetched
    assert (2, 0) == row.fetchone()


async def test_a_report_that_cannot_be_read_is_tried_again(books: Books):
    """Silence is tried every hour, a refusal never again."""
    late, foreign = "https://ca-test.adyen.com/late", "https://evil.example/x"
    books.reports.known = {late: Unknown("HTTP 502"), foreign: Declined("refused", "not Adyen's")}
    await books.announce("late", late)
    await books.announce("foreign", foreign)
    await books.fetch()
    books.reports.known[late] = (Settlement("Volt:2", (fee("2:a"),)),)

    assert 1 == await books.fetch()
    assert {late: 2, foreign: 1} == Counter(books.reports.fetched)


async def test_one_secret_that_cannot_be_read_stops_nobody_else(books: Books, database: Database):
    """The statements of the other operators are fetched all the same."""
    stranger = Vault((Vault.new_key(),))
    async with database.work(UUID(int=1)) as work:
        await save_accounts(work, [AccountOrder("mollie", "test", "access_2")], vault=stranger)
    books.balance.answer = [fee("a")]

    assert 1 == await books.fetch()
