"""Top-ups, and the terms of sale, in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Row, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.funds.wallet.top_ups.model import TopUp, TopUpState, WalletOffer
from app.infra.database import Work
from app.infra.question import Question, answer
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

top_up = operator_table(
    "wallet_top_up",
    Column("top_up_id", Uuid, primary_key=True),
    Column("wallet_id", Uuid, nullable=False),
    Column("payment_id", Uuid, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("agreement_id", Uuid),
)
Index("uq_wallet_top_up_key", top_up.c.operator_id, top_up.c.key, unique=True)
Index("uq_wallet_top_up_payment", top_up.c.operator_id, top_up.c.payment_id, unique=True)
Index("ix_wallet_top_up_wallet", top_up.c.operator_id, top_up.c.wallet_id)
# Every payment is asked about, on the way to its start: made once.
_OF_PAYMENT = Ready(
    select(top_up).where(
        top_up.c.operator_id == bindparam("of_operator"),
        top_up.c.payment_id == bindparam("of_payment"),
    )
)
offer = operator_table(
    "wallet_offer",
    Column("currency", Text, nullable=False),
    Column("amounts_minor", JSONB, nullable=False),
    Column("most_minor", BigInteger, nullable=False),
)


# Every look at a socket asks for it.
_OFFER = Ready(select(offer).where(offer.c.operator_id == bindparam("of_operator")))


async def add_top_up(work: Work, new: TopUp) -> bool:
    """Insert a top-up; tell False when there is one with its key."""
    values = {
        "operator_id": work.operator_id,
        "top_up_id": new.top_up_id,
        "wallet_id": new.wallet_id,
        "payment_id": new.payment_id,
        "amount_minor": new.amount.minor,
        "currency": new.amount.currency,
        "key": new.key,
        "asked_at": new.asked_at,
        "state": new.state,
        "agreement_id": new.agreement_id,
    }
    added = insert(top_up).values(values).on_conflict_do_nothing().returning(top_up.c.top_up_id)
    return (await work.execute(added)).first() is not None


async def with_key(work: Work, key: str) -> TopUp | None:
    """Return the top-up with this key, or None."""
    found = await work.execute(scoped(top_up, work).where(top_up.c.key == key))
    return _top_up(found.one_or_none())


async def with_id(work: Work, top_up_id: UUID) -> TopUp | None:
    """Return the top-up with this id, or None."""
    found = await work.execute(scoped(top_up, work).where(top_up.c.top_up_id == top_up_id))
    return _top_up(found.one_or_none())


async def of_payment(work: Work, payment_id: UUID) -> TopUp | None:
    """Return the top-up that a payment is for, or None; whoever changes it locked the payment."""
    asked = {"of_operator": work.operator_id, "of_payment": payment_id}
    return _top_up(await work.row(_OF_PAYMENT, asked))


async def waiting_for(work: Work, wallet_id: UUID) -> list[TopUp]:
    """Return the top-ups of a wallet that were asked for and are neither there nor over."""
    its = (top_up.c.wallet_id == wallet_id, top_up.c.state == TopUpState.ASKED)
    rows = await work.execute(scoped(top_up, work).where(*its).order_by(top_up.c.asked_at))
    return [found for row in rows if (found := _top_up(row))]


async def automatic_since(work: Work, wallet_id: UUID, since: datetime) -> list[TopUp]:
    """Return what was bought for a wallet by itself, whatever came of it, and what waits."""
    recent = (top_up.c.asked_at > since) | (top_up.c.state == TopUpState.ASKED)
    its = (top_up.c.wallet_id == wallet_id, top_up.c.agreement_id.is_not(None), recent)
    rows = await work.execute(scoped(top_up, work).where(*its).order_by(top_up.c.asked_at))
    return [found for row in rows if (found := _top_up(row))]


async def set_state(work: Work, top_up_id: UUID, state: TopUpState) -> None:
    """Write where a top-up is."""
    its = (top_up.c.operator_id == work.operator_id, top_up.c.top_up_id == top_up_id)
    await work.execute(update(top_up).where(*its).values(state=state))


async def find_offer(work: Work) -> WalletOffer | None:
    """Return the operator's terms of sale, or None: it sells no credit."""
    return await answer(work, offer_of(work.operator_id))


def offer_of(operator_id: UUID) -> Question[WalletOffer | None]:
    """Ask for an operator's terms of sale; None: it sells no credit."""
    return Question(_OFFER, {"of_operator": operator_id}, _offer)


def _offer(row: Row[Any] | None, _: datetime) -> WalletOffer | None:
    if row is None:
        return None
    amounts = tuple(Money(minor, row.currency) for minor in row.amounts_minor)
    return WalletOffer(amounts, Money(row.most_minor, row.currency))


async def put_offer(work: Work, new: WalletOffer) -> None:
    """Replace the operator's terms of sale."""
    values = {
        "currency": new.most.currency,
        "amounts_minor": [amount.minor for amount in new.amounts],
        "most_minor": new.most.minor,
    }
    added = insert(offer).values(operator_id=work.operator_id, **values)
    await work.execute(added.on_conflict_do_update(index_elements=["operator_id"], set_=values))


async def drop_offer(work: Work) -> None:
    """Forget the operator's terms of sale: it sells no more."""
    await work.execute(offer.delete().where(offer.c.operator_id == work.operator_id))


def _top_up(row: Row[Any] | None) -> TopUp | None:
    if row is None:
        return None
    return TopUp(
        top_up_id=row.top_up_id,
        wallet_id=row.wallet_id,
        payment_id=row.payment_id,
        amount=Money(row.amount_minor, row.currency),
        key=row.key,
        asked_at=row.asked_at,
        state=TopUpState(row.state),
        agreement_id=row.agreement_id,
    )
