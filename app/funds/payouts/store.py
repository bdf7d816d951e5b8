"""Bank accounts, payouts and files in the database."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Row,
    Text,
    Uuid,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.funds.payouts.model import (
    BankAccount,
    Payout,
    PayoutKind,
    PayoutState,
    TransferFile,
)
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

bank_account = operator_table(
    "bank_account",
    Column("owner", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("iban", Text, nullable=False),
    Column("bic", Text),
    Column("changed_at", UtcDateTime, nullable=False),
)
payout = operator_table(
    "payout",
    Column("payout_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("iban", Text, nullable=False),
    Column("bic", Text),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("ordered_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("file_id", Uuid),
)
Index("ix_payout_state", payout.c.operator_id, payout.c.state)
transfer_file = operator_table(
    "transfer_file",
    Column("file_id", Uuid, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("pay_on", Date, nullable=False),
    Column("transfers", Integer, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
)


async def save_bank_account(work: Work, owner: str, account: BankAccount) -> None:
    """Insert or overwrite the account of *owner*."""
    values = {
        "holder": account.holder,
        "iban": account.iban,
        "bic": account.bic,
        "changed_at": work.now,
    }
    statement = insert(bank_account).values(operator_id=work.operator_id, owner=owner, **values)
    await work.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "owner"], set_=values)
    )


async def lock_bank_account(work: Work, owner: str) -> BankAccount | None:
    """Return the account of *owner*, locked: who pays it out waits for whoever does so now."""
    statement = scoped(bank_account, work).where(bank_account.c.owner == owner).with_for_update()
    row = (await work.execute(statement)).one_or_none()
    return None if row is None else BankAccount(row.holder, row.iban, row.bic)


async def insert_payout(work: Work, one: Payout) -> None:
    """Write a new payout."""
    await work.execute(
        insert(payout).values(
            operator_id=work.operator_id,
            payout_id=one.payout_id,
            kind=one.kind.value,
            owner=one.owner,
            holder=one.payee.holder,
            iban=one.payee.iban,
            bic=one.payee.bic,
            amount_minor=one.amount.minor,
            currency=one.amount.currency,
            reference=one.reference,
            ordered_at=one.ordered_at,
            state=one.state.value,
            file_id=one.file_id,
        )
    )


async def lock_payout(work: Work, payout_id: UUID) -> Payout | None:
    """Return a payout, locked until the work ends."""
    statement = scoped(payout, work).where(payout.c.payout_id == payout_id).with_for_update()
    row = (await work.execute(statement)).one_or_none()
    return None if row is None else _payout(row)


async def lock_ordered(work: Work) -> list[Payout]:
    """Return the payouts that are in no file yet, oldest first, locked until the work ends."""
    statement = (
        scoped(payout, work)
        .where(payout.c.state == PayoutState.ORDERED.value)
        .order_by(payout.c.ordered_at, payout.c.payout_id)
        .with_for_update()
    )
    return [_payout(row) for row in await work.execute(statement)]


async def all_payouts(work: Work) -> list[Payout]:
    """Return all payouts, oldest first."""
    statement = scoped(payout, work).order_by(payout.c.ordered_at, payout.c.payout_id)
    return [_payout(row) for row in await work.execute(statement)]


async def save_state(work: Work, one: Payout) -> None:
    """Write the state of a payout, and its file."""
    await work.execute(
        update(payout)
        .where(payout.c.operator_id == work.operator_id, payout.c.payout_id == one.payout_id)
        .values(state=one.state.value, file_id=one.file_id)
    )


async def insert_file(work: Work, file: TransferFile) -> None:
    """Write a file."""
    await work.execute(
        insert(transfer_file).values(
            operator_id=work.operator_id,
            file_id=file.file_id,
            message_id=file.message_id,
            made_at=file.made_at,
            pay_on=file.pay_on,
            transfers=file.count,
            total_minor=file.total.minor,
            currency=file.total.currency,
            document=file.document,
        )
    )


async def find_file(work: Work, file_id: UUID) -> TransferFile | None:
    """Return a file, or None."""
    statement = scoped(transfer_file, work).where(transfer_file.c.file_id == file_id)
    row = (await work.execute(statement)).one_or_none()
    if row is None:
        return None
    return TransferFile(
        file_id=row.file_id,
        message_id=row.message_id,
        made_at=row.made_at,
        pay_on=row.pay_on,
        count=row.transfers,
        total=Money(row.total_minor, row.currency),
        document=row.document,
    )


def _payout(row: Row[Any]) -> Payout:
    return Payout(
        payout_id=row.payout_id,
        kind=PayoutKind(row.kind),
        owner=row.owner,
        payee=BankAccount(row.holder, row.iban, row.bic),
        amount=Money(row.amount_minor, row.currency),
        reference=row.reference,
        ordered_at=row.ordered_at,
        state=PayoutState(row.state),
        file_id=row.file_id,
    )
