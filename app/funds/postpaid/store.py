"""Accounts that pay later, and their charges, in the database."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Row,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.funds.ledger.chart import Book
from app.funds.postpaid.model import Account, Charge, ChargeState
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

account = operator_table(
    "postpaid_account",
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("book", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("per_session_minor", BigInteger, nullable=False),
    Column("most_open_minor", BigInteger),
    Column("tariff_group", Text),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("operator_id", "name", "currency", "book"),
)
charge = operator_table(
    "postpaid_charge",
    Column("payment_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("booked_minor", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint("booked_minor >= 0 AND booked_minor <= amount_minor", name="booked"),
)
_a, _c = account.c, charge.c
Index("ix_postpaid_charge_account", _c.operator_id, _c.account_id, _c.made_at)


async def put_account(work: Work, one: Account) -> None:
    """Insert an account, or overwrite it."""
    key = {"operator_id": work.operator_id, "account_id": one.account_id}
    values = {
        "name": one.name,
        "book": one.book,
        "currency": one.per_session.currency,
        "per_session_minor": one.per_session.minor,
        "most_open_minor": None if one.most_open is None else one.most_open.minor,
        "tariff_group": one.group,
        "opened_at": one.opened_at,
        "ended_at": one.ended_at,
    }
    statement = insert(account).values(**key, **values)
    await work.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


async def find_account(work: Work, account_id: UUID, *, lock: bool = False) -> Account | None:
    """Return an account, its row locked when *lock*, or None."""
    query = scoped(account, work).where(_a.account_id == account_id)
    row = (await work.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _account(row)


async def account_of_name(work: Work, name: str, currency: str, book: Book) -> Account | None:
    """Return the account of this name in a currency and a book, or None."""
    its = (_a.name == name, _a.currency == currency, _a.book == book)
    row = (await work.execute(scoped(account, work).where(*its))).one_or_none()
    return None if row is None else _account(row)


async def accounts(work: Work, after: UUID | None, limit: int | None) -> list[Account]:
    """Return all accounts by name: at most *limit*, those *after* the account of this id."""
    place = (_a.name, _a.currency, _a.book)
    query = scoped(account, work).order_by(*place).limit(limit)
    if after is not None:
        last = select(*place).where(_a.operator_id == work.operator_id, _a.account_id == after)
        query = query.where(tuple_(*place) > last.scalar_subquery())
    return [_account(row) for row in await work.execute(query)]


async def under_way(work: Work, account_id: UUID) -> int:
    """Return what sessions under way may still put on an account, in minor units."""
    query = select(func.coalesce(func.sum(_c.amount_minor), 0)).where(
        _c.operator_id == work.operator_id,
        _c.account_id == account_id,
        _c.state == ChargeState.OPEN,
    )
    return int((await work.execute(query)).scalar_one())


async def add_charge(work: Work, new: Charge) -> None:
    """Insert a charge."""
    await work.execute(
        charge.insert().values(
            operator_id=work.operator_id,
            payment_id=new.payment_id,
            account_id=new.account_id,
            session_id=new.session_id,
            currency=new.amount.currency,
            amount_minor=new.amount.minor,
            booked_minor=new.booked.minor,
            state=new.state,
            made_at=new.made_at,
        )
    )


async def find_charge(work: Work, payment_id: UUID) -> Charge | None:
    """Return the charge of a payment, or None. The payment's own lock guards it."""
    query = scoped(charge, work).where(_c.payment_id == payment_id)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _charge(row)


async def save_charge(work: Work, changed: Charge) -> None:
    """Write what a charge came to."""
    its = (_c.operator_id == work.operator_id, _c.payment_id == changed.payment_id)
    values = {"state": changed.state, "booked_minor": changed.booked.minor}
    await work.execute(update(charge).where(*its).values(values))


def _account(row: Row[Any]) -> Account:
    most = row.most_open_minor
    return Account(
        account_id=row.account_id,
        operator_id=row.operator_id,
        name=row.name,
        per_session=Money(row.per_session_minor, row.currency),
        book=Book(row.book),
        opened_at=row.opened_at,
        most_open=None if most is None else Money(most, row.currency),
        group=row.tariff_group,
        ended_at=row.ended_at,
    )


def _charge(row: Row[Any]) -> Charge:
    return Charge(
        payment_id=row.payment_id,
        account_id=row.account_id,
        session_id=row.session_id,
        amount=Money(row.amount_minor, row.currency),
        booked=Money(row.booked_minor, row.currency),
        made_at=row.made_at,
        state=ChargeState(row.state),
    )
