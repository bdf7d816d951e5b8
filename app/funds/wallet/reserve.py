"""Set a driver's credit aside for a session."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.wallets import reserved
from app.funds.wallet import store
from app.funds.wallet.errors import CreditTooLow, WalletFrozen
from app.funds.wallet.model import Pieces, Reservation, Wallet, joined, lots_of, take
from app.funds.wallet.read import get_wallet, lock_wallet
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ReserveOrder:
    """
    What a session in *country* is to reserve of a driver's credit: at most *amount*, all at once.

    *payment_id* is the payment that will stand for it.
    """

    payment_id: UUID
    session_id: UUID
    driver_id: UUID
    amount: Money
    country: str


async def reserve(work: Work, order: ReserveOrder) -> Reservation:
    """
    Step: set the whole amount aside, in the transaction in which the session is agreed on.

    Given credit goes first, the oldest expiry first. Raises CreditTooLow, WalletFrozen,
    WalletNotFound, AccountNotFound; nothing is reserved then.
    """
    wallet_id = (await get_wallet(work, order.driver_id, order.amount.currency)).wallet_id
    wallet = await lock_wallet(work, wallet_id)
    new = Reservation(
        payment_id=order.payment_id,
        wallet_id=wallet_id,
        session_id=order.session_id,
        country=order.country,
        currency=wallet.currency,
        reserved_at=work.now,
        pieces=_taken(wallet, order.amount, work),
    )
    await store.add_reservation(work, new)
    await _set_aside(work, wallet, new, new.pieces)
    return new


async def reserve_more(work: Work, its: Reservation, amount: Money) -> None:
    """Step: let a reservation grow to *amount*. Raises as `reserve`, and changes nothing then."""
    wallet = await lock_wallet(work, its.wallet_id)
    more = _taken(wallet, amount - its.total, work)
    grown = replace(its, pieces=joined(its.pieces, more))
    await store.save_pieces(work, grown)
    await _set_aside(work, wallet, grown, more)


def _taken(wallet: Wallet, amount: Money, work: Work) -> Pieces:
    if wallet.is_frozen:
        raise WalletFrozen("nothing can be reserved of a frozen wallet", why=wallet.frozen_why)
    pieces = take(wallet.lots, amount, work.now)
    if pieces is None:
        left = wallet.spendable(work.now)
        raise CreditTooLow(f"{amount} of {left} cannot be reserved", spendable=str(left))
    return pieces


async def _set_aside(work: Work, wallet: Wallet, its: Reservation, pieces: Pieces) -> None:
    await store.move_lots(work, pieces, sign=-1)
    key = f"{TransactionKind.RESERVE}:{its.payment_id}:{its.total.minor}"
    fact = Fact(key, its.payment_id, wallet.book, work.now)
    lots = lots_of(pieces, wallet.currency)
    post_at_end(work, reserved(fact, wallet.wallet_id, its.session_id, lots))
