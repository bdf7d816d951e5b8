"""Accounts, transactions and entries: a database that refuses whatever does not balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Select,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    select,
    text,
)

from app.funds.ledger import guards
from app.funds.ledger.chart import Account, AccountKind, Book
from app.funds.ledger.errors import BalanceTooLow
from app.funds.ledger.model import AccountKey, Movement, Posting, TransactionKind
from app.infra.database import Work
from app.infra.ready import ConstraintBroken, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

account = operator_table(
    "ledger_account",
    Column("account_id", Uuid, primary_key=True),
    Column("book", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("side", SmallInteger, nullable=False),
    Column("floor_minor", BigInteger),
    # On the account's own side: a liability of 5.00 is 500, not -500.
    Column("balance_minor", BigInteger, nullable=False),
    UniqueConstraint("operator_id", "book", "kind", "owner", "currency"),
    CheckConstraint("side IN (1, -1)", name="side"),
    CheckConstraint("book IN ('live', 'test')", name="book"),
    CheckConstraint("balance_minor >= floor_minor", name="floor"),
)
transaction = operator_table(
    "ledger_transaction",
    Column("transaction_id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("book", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("operator_id", "key"),
    Index("ix_ledger_transaction_source", "operator_id", "source_id"),
    Index("ix_ledger_transaction_recorded_at", "operator_id", "recorded_at"),
)
entry = operator_table(
    "ledger_entry",
    Column("transaction_id", Uuid, primary_key=True),
    Column("line", SmallInteger, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    # Above zero for a debit, below for a credit.
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    # In the order of posting within an account, whose row is locked meanwhile.
    Column("entry_no", BigInteger, Identity(always=True), nullable=False),
    CheckConstraint("amount_minor <> 0", name="moves"),
    ForeignKeyConstraint(
        ["operator_id", "transaction_id"],
        ["ledger_transaction.operator_id", "ledger_transaction.transaction_id"],
    ),
    ForeignKeyConstraint(
        ["operator_id", "account_id"],
        ["ledger_account.operator_id", "ledger_account.account_id"],
    ),
    Index("ix_ledger_entry_account", "operator_id", "account_id", "entry_no"),
)
transaction.info["final"] = True
entry.info["final"] = True

account.info["also"] = guards.OF_ACCOUNTS
transaction.info["also"] = guards.OF_TRANSACTIONS
entry.info["also"] = guards.OF_ENTRIES

_POSTED = Ready(
    text(
        "SELECT transaction_id, key, digest FROM ledger_post(:operator, :now,"
        " CAST(:postings AS jsonb), CAST(:lines AS jsonb))"
    ).columns(transaction_id=Uuid, key=Text, digest=LargeBinary)
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a key has become: the transaction that has it, and what that says."""

    transaction_id: UUID
    digest: bytes
    is_new: bool


async def write(work: Work, postings: Sequence[Posting]) -> dict[str, Written]:
    """
    Write the *postings* whose key is new; return what each key has become.

    Raises BalanceTooLow when an account would fall below its floor: the work is lost then.
    """
    numbered = [(work.ids.uuid7(work.now), posting) for posting in postings]
    given = {
        "operator": work.operator_id,
        "now": work.now,
        "postings": _json([_transaction(work, *one) for one in numbered]),
        "lines": _json([line for one in numbered for line in _lines(work, *one)]),
    }
    try:
        rows = await work.rows(_POSTED, given)
    except ConstraintBroken as error:
        if error.constraint != "ck_ledger_account_floor":
            raise
        raise BalanceTooLow("an account would fall below its floor") from error
    ours = {transaction_id for transaction_id, _ in numbered}
    return {
        row.key: Written(row.transaction_id, row.digest, row.transaction_id in ours) for row in rows
    }


def _transaction(work: Work, transaction_id: UUID, posting: Posting) -> dict[str, object]:
    return {
        "id": transaction_id,
        "key": posting.fact.key,
        "book": posting.fact.book,
        "kind": posting.kind,
        "source": posting.fact.source_id,
        "digest": posting.digest(work.operator_id).hex(),
        "at": posting.fact.at,
    }


def _lines(work: Work, transaction_id: UUID, posting: Posting) -> list[dict[str, object]]:
    return [
        {
            "transaction": transaction_id,
            "line": number,
            "account": posting.account_of(one).account_id(work.operator_id),
            "book": posting.fact.book,
            "kind": one.account.kind,
            "owner": one.account.owner,
            "currency": one.amount.currency,
            "side": one.account.kind.side.sign,
            "floor": one.account.kind.floor,
            "amount": one.amount.minor,
        }
        for number, one in enumerate(posting.entries, start=1)
    ]


def _json(rows: list[dict[str, object]]) -> str:
    return msgspec.json.encode(rows).decode()


async def balance(work: Work, key: AccountKey) -> Money:
    """Return the balance of an account on its own side; zero for one that is new."""
    query = scoped(account, work, account.c.balance_minor).where(_is(work, key))
    return Money((await work.execute(query)).scalar_one_or_none() or 0, key.currency)


async def accounts(work: Work, book: Book, kind: AccountKind) -> list[tuple[AccountKey, Money]]:
    """Return the accounts of a *kind* with their balances, by owner and currency."""
    query = scoped(account, work).where(account.c.kind == kind, account.c.book == book)
    rows = await work.execute(query.order_by(account.c.owner, account.c.currency))
    return [
        (
            AccountKey(book, Account(kind, row.owner), row.currency),
            Money(row.balance_minor, row.currency),
        )
        for row in rows
    ]


async def exists(work: Work, key: AccountKey) -> bool:
    """Tell whether anything was ever posted to an account."""
    query = scoped(account, work, account.c.account_id).where(_is(work, key))
    return (await work.execute(query)).scalar_one_or_none() is not None


async def opening(work: Work, key: AccountKey, since: datetime) -> Money:
    """Return the balance of an account just before *since*."""
    grown = func.coalesce(func.sum(entry.c.amount_minor), 0)
    query = _entries(work, key, grown).where(transaction.c.recorded_at < since)
    total = int((await work.execute(query)).scalar_one())
    return Money(key.account.kind.side.sign * total, key.currency)


async def movements(
    work: Work, key: AccountKey, since: datetime, until: datetime
) -> list[Movement]:
    """Return the entries of an account recorded from *since* and before *until*, in order."""
    query = _entries(work, key, *transaction.c, entry.c.amount_minor)
    query = query.where(transaction.c.recorded_at >= since, transaction.c.recorded_at < until)
    sign = key.account.kind.side.sign
    return [
        Movement(
            recorded_at=row.recorded_at,
            occurred_at=row.occurred_at,
            kind=TransactionKind(row.kind),
            key=row.key,
            source_id=row.source_id,
            amount=Money(sign * row.amount_minor, key.currency),
        )
        for row in await work.execute(query.order_by(entry.c.entry_no))
    ]


def _is(work: Work, key: AccountKey) -> ColumnElement[bool]:
    return account.c.account_id == key.account_id(work.operator_id)


def _entries(work: Work, key: AccountKey, *columns: Any) -> Select[Any]:  # noqa: ANN401
    joined = entry.join(
        transaction,
        (transaction.c.operator_id == entry.c.operator_id)
        & (transaction.c.transaction_id == entry.c.transaction_id),
    )
    return (
        select(*columns)
        .select_from(joined)
        .where(
            entry.c.operator_id == work.operator_id,
            entry.c.account_id == key.account_id(work.operator_id),
        )
    )
