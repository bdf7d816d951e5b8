"""The books in a real database: what is posted, what is refused, and who may write at once."""

import asyncio
from random import Random
from uuid import UUID, uuid5

import psycopg
import pytest

from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.errors import BalanceTooLow, LedgerKeyReused
from app.funds.ledger.model import AccountKey, Fact, Posting, TransactionKind, credit, debit
from app.funds.ledger.post import balance_of, balances_of, post, post_at_end
from app.infra.database import Database
from app.infra.ready import ConstraintBroken
from app.kernel.money import Money
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.funds.business import Business

OPERATOR = UUID("019c0000-0000-7000-8000-000000000001")
OTHER = UUID("019c0000-0000-7000-8000-000000000002")
SOURCE = UUID("019c0000-0000-7000-8000-00000000000a")
BANK, REVENUE = AccountKind.BANK.of(), AccountKind.REVENUE.of()
CREDIT = AccountKind.CUSTOMER_CREDIT.of("anna")


def eur(minor: int) -> Money:
    """Cents."""
    return Money(minor, "EUR")


def sale(clock: FakeClock, key: str = "sale:1", minor: int = 617) -> Posting:
    """Cash for energy."""
    fact = Fact(key, SOURCE, Book.LIVE, clock.now())
    return fact.posts(
        TransactionKind.SETTLEMENT, debit(BANK, eur(minor)), credit(REVENUE, eur(minor))
    )


async def balance(database: Database, account, operator_id: UUID = OPERATOR) -> int:
    """The balance of an account in cents."""
    async with database.work(operator_id) as work:
        return (await balance_of(work, AccountKey(Book.LIVE, account, "EUR"))).minor


async def test_a_posting_moves_the_balances(database: Database, clock: FakeClock):
    """Each account grows on its own side, and says so at once."""
    async with database.work(OPERATOR) as work:
        (posted,) = await post(work, sale(clock))

    assert posted.is_new
    assert (617, 617) == (await balance(database, BANK), await balance(database, REVENUE))


async def test_the_same_key_is_the_same_transaction(database: Database, clock: FakeClock):
    """Posting again returns what was posted, and moves nothing."""
    async with database.work(OPERATOR) as work:
        (first,) = await post(work, sale(clock))
    clock.advance(hours=1)
    async with database.work(OPERATOR) as work:
        (again,) = await post(work, sale(clock))

    assert (first.transaction_id, False) == (again.transaction_id, again.is_new)
    assert 617 == await balance(database, BANK)


async def test_the_same_key_with_another_content_is_refused(database: Database, clock: FakeClock):
    """A key means one thing for ever; the work that says otherwise does nothing."""
    async with database.work(OPERATOR) as work:
        await post(work, sale(clock))

    with pytest.raises(LedgerKeyReused, match="sale:1"):
        async with database.work(OPERATOR) as work:
            await post(work, sale(clock, "sale:2"), sale(clock, minor=618))

    assert 617 == await balance(database, BANK)


async def test_two_contents_for_a_key_in_one_work(database: Database, clock: FakeClock):
    """The two are compared before anything is written."""
    with pytest.raises(LedgerKeyReused):
        async with database.work(OPERATOR) as work:
            await post(work, sale(clock), sale(clock, minor=1))


async def test_postings_at_the_end_are_written_at_the_commit(database: Database, clock: FakeClock):
    """What is kept for the end is written with the work, and lost with it."""
    async with database.work(OPERATOR) as work:
        post_at_end(work, sale(clock), sale(clock, "sale:2"))
        before = await balance_of(work, AccountKey(Book.LIVE, BANK, "EUR"))
    with pytest.raises(KeyError):
        async with database.work(OPERATOR) as work:
            post_at_end(work, sale(clock, "sale:3"))
            raise KeyError

    assert 0 == before.minor
    assert 1234 == await balance(database, BANK)


async def test_an_account_has_a_floor(database: Database, clock: FakeClock):
    """What we owe a customer is never below zero: the database says no, and nothing is done."""
    fact = Fact("payout:1", SOURCE, Book.LIVE, clock.now())
    paid = fact.posts(TransactionKind.PAYOUT, debit(CREDIT, eur(1)), credit(BANK, eur(1)))

    with pytest.raises(BalanceTooLow):
        async with database.work(OPERATOR) as work:
            await post(work, sale(clock), paid)

    assert 0 == await balance(database, BANK)


async def test_books_and_currencies_are_apart(database: Database, clock: FakeClock):
    """Test money and real money, euros and crowns never meet in one account."""
    test = Fact("sale:2", SOURCE, Book.TEST, clock.now())
    crowns = Money(900, "SEK")
    async with database.work(OPERATOR) as work:
        await post(
            work,
            sale(clock),
            test.posts(TransactionKind.SETTLEMENT, debit(BANK, crowns), credit(REVENUE, crowns)),
        )
        live = await balances_of(work, AccountKind.BANK)
        tested = await balances_of(work, AccountKind.BANK, Book.TEST)

    assert [eur(617)] == [amount for _, amount in live]
    assert [crowns] == [amount for _, amount in tested]


async def test_operators_have_books_of_their_own(database: Database, clock: FakeClock):
    """The same key and the same accounts of two operators have nothing to do with each other."""
    for operator_id, minor in ((OPERATOR, 100), (OTHER, 7)):
        async with database.work(operator_id) as work:
            await post(work, sale(clock, minor=minor))

    assert (100, 7) == (
        await balance(database, BANK),
        await balance(database, BANK, OTHER),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount_minor = 1",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_transaction SET kind = 'capture'",
        "DELETE FROM ledger_transaction",
        "UPDATE ledger_account SET floor_minor = NULL",
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_entry",
        "TRUNCATE ledger_account CASCADE",
    ],
)
async def test_the_database_refuses_changes(
    database: Database, sql: psycopg.Connection, clock: FakeClock, statement: str
):
    """Nobody changes or deletes what is in the books, not even a superuser."""
    async with database.work(OPERATOR) as work:
        await post(work, sale(clock))

    with pytest.raises(psycopg.errors.RaiseException, match="changed or deleted"):
        sql.execute(statement)


async def _transaction_id(database: Database, clock: FakeClock) -> UUID:
    async with database.work(OPERATOR) as work:
        (posted,) = await post(work, sale(clock))
    return posted.transaction_id


_ENTRY = (
    "INSERT INTO ledger_entry (operator_id, transaction_id, line, account_id, amount_minor,"
    " currency) SELECT %s, %s, 3, account_id, %s, %s FROM ledger_account WHERE kind = 'bank'"
)


async def test_the_database_refuses_what_does_not_balance(
    database: Database, sql: psycopg.Connection, clock: FakeClock
):
    """An entry that is added to a transaction later is refused when it commits."""
    posted = await _transaction_id(database, clock)

    with pytest.raises(psycopg.errors.RaiseException, match="does not balance"):
        sql.execute(_ENTRY, (OPERATOR, posted, 1, "EUR"))


async def test_the_database_refuses_a_foreign_currency(
    database: Database, sql: psycopg.Connection, clock: FakeClock
):
    """Entries of another currency than their account's are refused, even when they balance."""
    posted = await _transaction_id(database, clock)

    with pytest.raises(psycopg.errors.RaiseException, match="does not balance"), sql.transaction():
        sql.execute(_ENTRY, (OPERATOR, posted, 5, "SEK"))
        sql.execute(_ENTRY.replace("3,", "4,"), (OPERATOR, posted, -5, "SEK"))


async def test_the_database_refuses_a_transaction_of_nothing(
    database: Database, sql: psycopg.Connection, clock: FakeClock
):
    """A transaction without entries says nothing."""
    posted = await _transaction_id(database, clock)

    with pytest.raises(psycopg.errors.RaiseException, match="does not balance"):
        sql.execute(
            "INSERT INTO ledger_transaction SELECT operator_id, %s, 'empty', book, kind,"
            " source_id, digest, occurred_at, recorded_at FROM ledger_transaction"
            " WHERE transaction_id = %s",
            (uuid5(posted, "empty"), posted),
        )


@pytest.mark.timeout(120)
async def test_writers_on_the_same_accounts(make_database: MakeDatabase, clock: FakeClock):
    """64 writers move money between the same accounts in all directions: exact, no deadlock."""
    database = make_database(pool_size=16)
    kinds = [AccountKind.BANK, AccountKind.REVENUE, AccountKind.PSP_FEE, AccountKind.WRITE_OFF]

    async def write(writer: int) -> None:
        for turn in range(5):
            one, two = kinds[writer % 4], kinds[(writer + 1 + turn % 3) % 4]
            fact = Fact(f"{writer}:{turn}", SOURCE, Book.LIVE, clock.now())
            amount = eur(writer + 1)
            async with database.work(OPERATOR) as work:
                post_at_end(
                    work,
                    fact.posts(
                        TransactionKind.SETTLEMENT,
                        debit(one.of(), amount),
                        credit(two.of(), amount),
                    ),
                    sale(clock, f"own:{writer}:{turn}", 1),
                )

    await asyncio.gather(*(write(writer) for writer in range(64)))
    grown = [await balance(database, kind.of()) * kind.side.sign for kind in kinds]

    # bank +1 and revenue +1 each time, and the rest cancels out: 64 x 5.
    assert 0 == sum(grown)
    moved = dict.fromkeys(kinds, 0)
    for writer in range(64):
        for turn in range(5):
            moved[kinds[writer % 4]] += writer + 1
            moved[kinds[(writer + 1 + turn % 3) % 4]] -= writer + 1
    moved[AccountKind.BANK] += 320
    moved[AccountKind.REVENUE] -= 320
    assert [moved[kind] for kind in kinds] == grown


async def test_an_unseen_account_has_nothing(database: Database):
    """An account to which nothing was posted has a balance of zero."""
    assert 0 == await balance(database, BANK)


async def test_other_refusals_stay_what_they_are(database: Database, clock: FakeClock):
    """Only the floor is told as a problem; another broken rule of the database is a bug."""
    wrong = Fact("sale:1", SOURCE, "paper", clock.now())  # type: ignore[arg-type]  # on purpose
    posting = wrong.posts(TransactionKind.GRANT, debit(BANK, eur(1)), credit(REVENUE, eur(1)))

    with pytest.raises(ConstraintBroken, match="ck_ledger_account_book"):
        async with database.work(OPERATOR) as work:
            await post(work, posting)


async def test_replaying_everything_changes_nothing(
    database: Database, sql: psycopg.Connection, clock: FakeClock
):
    """A year of business, posted in bunches, then all of it again in another order."""
    chance = Random(20261122)
    business = Business(chance)
    while len(business.posted) < 600:
        business.happens()
    given = [posting for posting in business.posted if posting.entries]
    for first in range(0, len(given), 40):
        async with database.work(OPERATOR) as work:
            await post(work, *given[first : first + 40])
    once = balances(sql)
    again = chance.sample(given, len(given))
    for first in range(0, len(again), 25):
        async with database.work(OPERATOR) as work:
            posted = await post(work, *again[first : first + 25])
            assert not any(one.is_new for one in posted)

    expected = {
        (str(account.kind), account.owner): total * account.kind.side.sign
        for account, total in business.sums.items()
        if total
    }
    assert expected == once
    assert once == balances(sql)


def balances(sql: psycopg.Connection) -> dict[tuple[str, str], int]:
    """Every account that holds something."""
    rows = sql.execute(
        "SELECT kind, owner, balance_minor FROM ledger_account WHERE balance_minor <> 0"
    )
    return {(kind, owner): minor for kind, owner, minor in rows}
