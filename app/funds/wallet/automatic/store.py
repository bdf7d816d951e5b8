"""What drivers agreed to, in the database."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Row, SmallInteger, Text, Uuid, update
from sqlalchemy.dialects.postgresql import insert

from app.funds.wallet.automatic.model import Agreement, AgreementState, Ending, Terms
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

agreement = operator_table(
    "wallet_agreement",
    Column("agreement_id", Uuid, primary_key=True),
    Column("wallet_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("customer", Text, nullable=False),
    Column("below_minor", BigInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("a_day_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("agreed_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("declines", SmallInteger, nullable=False),
    Column("declined_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("ended_why", Text),
    Index("ix_wallet_agreement_wallet", "operator_id", "wallet_id"),
    # A wallet has one at a time, whoever agrees twice at once.
    Index(
        "uq_wallet_agreement_live",
        "operator_id",
        "wallet_id",
        unique=True,
        postgresql_where="state <> 'off'",
    ),
)


async def add(work: Work, new: Agreement) -> None:
    """Insert an agreement; the wallet is locked and has none that holds."""
    await work.execute(
        insert(agreement).values(
            operator_id=work.operator_id,
            agreement_id=new.agreement_id,
            wallet_id=new.wallet_id,
            account_id=new.account_id,
            customer=new.customer,
            below_minor=new.terms.below.minor,
            amount_minor=new.terms.amount.minor,
            a_day_minor=new.terms.a_day.minor,
            currency=new.terms.amount.currency,
            words=new.words,
            locale=new.locale,
            page=new.page,
            agreed_at=new.agreed_at,
            **_changing(new),
        )
    )


async def save(work: Work, changed: Agreement) -> None:
    """Write how an agreement stands; its wallet is locked."""
    its = (
        agreement.c.operator_id == work.operator_id,
        agreement.c.agreement_id == changed.agreement_id,
    )
    await work.execute(update(agreement).where(*its).values(**_changing(changed)))


async def with_id(work: Work, agreement_id: UUID) -> Agreement | None:
    """Return the agreement with this id, or None."""
    asked = scoped(agreement, work).where(agreement.c.agreement_id == agreement_id)
    return _agreement((await work.execute(asked)).one_or_none())


async def live_of(work: Work, wallet_id: UUID) -> Agreement | None:
    """Return the agreement of a wallet that is not over, or None."""
    its = (agreement.c.wallet_id == wallet_id, agreement.c.state != AgreementState.OFF)
    return _agreement((await work.execute(scoped(agreement, work).where(*its))).one_or_none())


async def last_of(work: Work, wallet_id: UUID) -> Agreement | None:
    """Return the agreement of a wallet that holds, or else the one that ended last, or None."""
    asked = scoped(agreement, work).where(agreement.c.wallet_id == wallet_id)
    newest = asked.order_by(agreement.c.ended_at.desc().nulls_first()).limit(1)
    return _agreement((await work.execute(newest)).one_or_none())


def _changing(one: Agreement) -> dict[str, Any]:
    return {
        "state": one.state,
        "declines": one.declines,
        "declined_at": one.declined_at,
        "ended_at": one.ended_at,
        "ended_why": one.ended_why,
    }


def _agreement(row: Row[Any] | None) -> Agreement | None:
    if row is None:
        return None
    return Agreement(
        agreement_id=row.agreement_id,
        wallet_id=row.wallet_id,
        account_id=row.account_id,
        customer=row.customer,
        terms=Terms(
            below=Money(row.below_minor, row.currency),
            amount=Money(row.amount_minor, row.currency),
            a_day=Money(row.a_day_minor, row.currency),
        ),
        words=row.words,
        locale=row.locale,
        page=row.page,
        agreed_at=row.agreed_at,
        state=AgreementState(row.state),
        declines=row.declines,
        declined_at=row.declined_at,
        ended_at=row.ended_at,
        ended_why=None if row.ended_why is None else Ending(row.ended_why),
    )
