"""A bank takes the money of a top-up back: the wallet is frozen, and never below zero."""

from dataclasses import replace
from uuid import UUID

from app.funds.ledger.chart import AccountKind
from app.funds.ledger.model import AccountKey, Fact, TransactionKind
from app.funds.ledger.post import balance_of, post_at_end
from app.funds.ledger.postings.wallets import disputed
from app.funds.payments.events import PaymentDisputed
from app.funds.wallet import store as wallets
from app.funds.wallet.model import LotKind, Piece, Wallet
from app.funds.wallet.read import lock_wallet
from app.funds.wallet.top_ups import store
from app.infra.database import Work
from app.kernel.money import Money


async def on_disputed(work: Work, event: PaymentDisputed) -> None:
    """
    React: take back what is left of the top-up; what is spent of it is owed by the driver.

    What the bank gives again pays that debt first, and is credit after. Either way the wallet is
    frozen until a person has looked at it.
    """
    found = await store.of_payment(work, event.payment_id)
    if found is None:
        return
    wallet = await lock_wallet(work, found.wallet_id)
    if not wallet.is_frozen:
        frozen = replace(wallet, frozen_at=work.now, frozen_why="chargeback")
        await wallets.set_frozen(work, frozen)
    of_lot = await _of_lot(work, wallet, found.top_up_id, event.amount)
    piece = Piece(found.top_up_id, LotKind.PURCHASED, abs(of_lot.minor))
    await wallets.move_lots(work, (piece,), sign=-1 if of_lot.minor > 0 else 1)
    key = f"{TransactionKind.WALLET_DISPUTED}:{event.payment_id}:{event.mark}"
    fact = Fact(key, event.payment_id, wallet.book, work.now)
    post_at_end(work, disputed(fact, wallet.wallet_id, event.amount, of_lot=of_lot))


async def _of_lot(work: Work, wallet: Wallet, lot_id: UUID, amount: Money) -> Money:
    """Return what of *amount* is taken out of the lot, or (below zero) put back into it."""
    if amount.minor > 0:
        left = {lot.lot_id: lot.left.minor for lot in wallet.lots}.get(lot_id, 0)
        return Money(min(left, amount.minor), amount.currency)
    debt = AccountKind.CUSTOMER_RECEIVABLE.of(wallet.wallet_id)
    owed = await balance_of(work, AccountKey(wallet.book, debt, amount.currency))
    return Money(min(0, amount.minor + owed.minor), amount.currency)
