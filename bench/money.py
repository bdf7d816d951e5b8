"""
Settlements a second: a session is settled and its hold captured, by 1, 8 and 32 writers.

Once with all writers on one operator's books, whose shared accounts are locked for a commit, and
once with an operator for each writer. What the check of the books takes for a million entries. And
how soon webhooks are answered (see `bench.webhooks`).
"""

import asyncio
import time
from decimal import Decimal
from uuid import UUID, uuid5

import psycopg

from app.audit.store import ask, invariants
from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.model import Fact, Posting
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings import payments, sales
from app.funds.ledger.postings.payments import Paid
from app.funds.ledger.postings.sales import Sale
from app.infra.database import EVERY_OPERATOR, Database, engine
from app.infra.live import MemoryLiveBus
from app.infra.migrations.migrate import migrate
from app.kernel.clock import SystemClock
from app.kernel.ids import RandomIds
from app.kernel.money import Money, TaxedAmount
from app.serving import runner
from bench import webhooks
from tests.servers import postgres_for_tests

CLOCK = SystemClock()
SECONDS = 5
WRITERS = (1, 8, 32)
SPACE = UUID("019c0000-0000-7000-8000-000000000000")
PRICE = Money(617, "EUR")
TAXES = (TaxedAmount.from_gross(PRICE, Decimal(21)),)
REVENUE = AccountKind.REVENUE.of()
MILLION = 1_000_000


def settlement(number: int) -> tuple[Posting, Posting]:
    """The two transactions of a session: six entries."""
    session = uuid5(SPACE, str(number))
    sale = Sale(session, "NL", TAXES, Money(25, "EUR"), REVENUE)
    settled = Fact(f"settlement:{session}", session, Book.LIVE, CLOCK.now())
    captured = Fact(f"capture:{session}", session, Book.LIVE, CLOCK.now())
    paid = Paid(session, SPACE, session)
    return sales.settlement(settled, sale), payments.captured(captured, paid, PRICE)


async def write(database: Database, operator_id: UUID, numbers: range, until: float) -> int:
    """Settle sessions until the time is over, and return how many."""
    done = 0
    for number in numbers:
        if time.monotonic() > until:
            break
        async with database.work(operator_id) as work:
            post_at_end(work, *settlement(number))
        done += 1
    return done


async def race(database: Database, writers: int, *, shared: bool) -> float:
    """Return the settlements a second of so many writers, on one book or each on their own."""
    begun = time.monotonic()
    first = int(begun * 1000) * 10_000_000
    tasks = [
        write(
            database,
            uuid5(SPACE, "shared" if shared else f"own {writer}"),
            range(first + writer * 100_000, first + (writer + 1) * 100_000),
            begun + SECONDS,
        )
        for writer in range(writers)
    ]
    done = sum(await asyncio.gather(*tasks))
    return done / (time.monotonic() - begun)


# Copies of what was posted: transactions of other ids on the same accounts, balances in step.
FILL = """
SET session_replication_role = replica;
CREATE TEMPORARY TABLE copied AS
    SELECT transaction_id AS old, gen_random_uuid() AS new, n
    FROM (SELECT * FROM ledger_transaction LIMIT 1000) t, generate_series(1, {}) n;
INSERT INTO ledger_transaction SELECT t.operator_id, c.new, t.key || ':' || c.n, t.book, t.kind,
    t.source_id, t.digest, t.occurred_at, t.recorded_at
    FROM copied c JOIN ledger_transaction t ON t.transaction_id = c.old;
INSERT INTO ledger_entry (operator_id, transaction_id, line, account_id, amount_minor, currency)
    SELECT e.operator_id, c.new, e.line, e.account_id, e.amount_minor, e.currency
    FROM copied c JOIN ledger_entry e ON e.transaction_id = c.old;
UPDATE ledger_account a SET balance_minor = a.side * e.total FROM (
    SELECT account_id, sum(amount_minor) AS total FROM ledger_entry GROUP BY account_id) e
    WHERE e.account_id = a.account_id;
ANALYZE;
"""
COPIES = 290  # of a thousand transactions with three to four entries each: a million


async def measure(url: str) -> Database:
    """Print the settlements a second of each number of writers."""
    database = Database(
        engine(url, pool_size=max(WRITERS)),
        clock=CLOCK,
        ids=RandomIds(),
        live=MemoryLiveBus(),
        reactors={},
    )
    print("settlements/s (2 transactions, 6 entries)   one operator   an operator each")
    for writers in WRITERS:
        one = await race(database, writers, shared=True)
        own = await race(database, writers, shared=False)
        print(f"{writers:>3} writers {one:>44.0f} {own:>18.0f}", flush=True)
    return database


async def check_a_million(database: Database, admin_url: str) -> None:
    """Print how long the whole check takes on a million entries."""
    with psycopg.connect(admin_url, autocommit=True) as sql:
        sql.execute(FILL.format(COPIES))
        (entries,) = sql.execute("SELECT count(*) FROM ledger_entry").fetchone() or (0,)
    slowest: list[tuple[float, int]] = []
    begun = time.monotonic()
    for invariant in invariants():
        before = time.monotonic()
        async with database.work(EVERY_OPERATOR) as work:
            await ask(work, invariant)
        slowest.append((time.monotonic() - before, invariant.number))
    seconds = time.monotonic() - begun
    print(f"check of {entries / MILLION:.2f} million entries: {seconds:.1f} s,", end=" ")
    print("slowest", ", ".join(f"{number}: {each:.1f} s" for each, number in sorted(slowest)[-3:]))


async def run(url: str, admin_url: str) -> None:
    """Measure everything on one database."""
    database = await measure(url)
    await check_a_million(database, admin_url)
    await database.close()


def main() -> None:
    """Measure on a server of its own."""
    with postgres_for_tests() as server, runner() as loop:
        server.recreate("bench_money")
        url = server.url_of("bench_money")
        migrate(url)
        loop.run(run(url, server.as_admin(url)))
    webhooks.main()


if __name__ == "__main__":
    main()
