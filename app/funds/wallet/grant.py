"""Give credit: a present, or prepaid credit of a contract, with an end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.wallets import granted
from app.funds.wallet import store
from app.funds.wallet.errors import GrantInvalid
from app.funds.wallet.model import Lot, LotKind
from app.funds.wallet.read import open_wallet
from app.infra.database import Work
from app.kernel.money import Money

MOST_NOTE = 140


@dataclass(frozen=True, slots=True)
class Grant:
    """
    Credit for a driver, good until *expires_at*; *key* makes giving it twice harmless.

    *note* is what the driver reads on the statement, such as `Welcome`.
    """

    driver_id: UUID
    amount: Money
    expires_at: datetime
    key: str
    note: str = ""


async def grant(work: Work, order: Grant) -> Lot:
    """
    Step: give credit, once for each key; return the lot, as it is by now.

    Raises GrantInvalid, also for a key that was used with other terms; AccountNotFound.
    """
    _check(order, work.now)
    wallet = await open_wallet(work, order.driver_id, order.amount.currency)
    lot_id = uuid5(work.operator_id, f"grant:{order.key}")
    new = Lot(
        lot_id=lot_id,
        kind=LotKind.GRANTED,
        amount=order.amount,
        left=order.amount,
        source_id=lot_id,
        received_at=work.now,
        expires_at=order.expires_at,
        note=order.note,
    )
    if not await store.add_lot(work, wallet.wallet_id, new):
        return await _known(work, wallet.wallet_id, new)
    fact = Fact(f"{TransactionKind.GRANT}:{lot_id}", lot_id, wallet.book, work.now)
    post_at_end(work, granted(fact, wallet.wallet_id, order.amount))
    return new


def _check(order: Grant, now: datetime) -> None:
    if order.amount <= Money.zero(order.amount.currency):
        raise GrantInvalid("an amount above zero is given", field="amount")
    if order.expires_at <= now:
        raise GrantInvalid("credit is given until an instant to come", field="expires_at")
    if len(order.note) > MOST_NOTE:
        raise GrantInvalid(f"a note has at most {MOST_NOTE} characters", field="note")


async def _known(work: Work, wallet_id: UUID, new: Lot) -> Lot:
    known = await store.lot_in(work, wallet_id, new.lot_id)
    if known is None or (known.amount, known.expires_at) != (new.amount, new.expires_at):
        raise GrantInvalid("this key was used for another gift", field="key")
    return known
