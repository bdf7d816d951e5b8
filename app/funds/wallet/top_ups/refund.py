"""Give what is left of bought credit back to the means that paid for it."""

from collections.abc import Sequence
from uuid import UUID

from app.funds.ledger.chart import AccountKind
from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.wallets import refunded
from app.funds.payments.accounts import provider_of
from app.funds.payments.events import Trouble
from app.funds.payments.model import Payment
from app.funds.payments.providers.capabilities import capability
from app.funds.payments.steps import lock_payment, request_return
from app.funds.payments.worklist import WorkItem, open_item
from app.funds.wallet import store
from app.funds.wallet.errors import NothingToRefund, WalletFrozen
from app.funds.wallet.model import Lot, LotKind, Piece, Wallet
from app.funds.wallet.read import get_wallet, lock_wallet
from app.infra.database import Database, Work
from app.kernel.money import Money


async def refund_credit(
    driver_id: UUID, currency: str, *, operator_id: UUID, database: Database
) -> Money:
    """
    Give back all bought credit that is left, the newest top-up first; return how much it is.

    It goes to the means that paid, by jobs; where that is too long ago it is owed as customer
    credit, and on the work list. What was given is never paid out. Raises NothingToRefund,
    WalletFrozen, WalletNotFound.
    """
    async with database.work(operator_id) as work:
        seen = await get_wallet(work, driver_id, currency)
        lots = sorted(_bought(seen), key=lambda lot: (lot.received_at, lot.lot_id), reverse=True)
        if not lots:
            raise NothingToRefund("nothing that was bought is left")
        # Payments, then the wallet: the order in which everyone locks.
        payments = [await lock_payment(work, lot.source_id) for lot in lots]
        wallet = await lock_wallet(work, seen.wallet_id)
        _check(wallet, lots)
        for lot, payment in zip(lots, payments, strict=True):
            await _return(work, lot, payment)
            await _take_out(work, wallet, lot, payment)
        return Money(sum(lot.left.minor for lot in lots), currency)


def _bought(wallet: Wallet) -> list[Lot]:
    return [lot for lot in wallet.lots if lot.kind is LotKind.PURCHASED and lot.left]


def _check(wallet: Wallet, lots: Sequence[Lot]) -> None:
    if wallet.is_frozen:
        raise WalletFrozen("nothing goes back of a frozen wallet", why=wallet.frozen_why)
    now = {lot.lot_id: lot.left for lot in wallet.lots}
    if any(now.get(lot.lot_id) != lot.left for lot in lots):
        raise NothingToRefund("some of it was used just now")


async def _return(work: Work, lot: Lot, payment: Payment) -> None:
    """Let the lot's locked *payment* give back what is left of it, if that is still possible."""
    if await _is_possible(work, payment):
        assert payment.keep is not None, "a top-up is credited when it is decided"  # noqa: S101
        gone = payment.amount - payment.keep
        await request_return(work, payment.payment_id, gone + lot.left)


async def _is_possible(work: Work, payment: Payment) -> bool:
    can = capability(await provider_of(work, payment.account_id), payment.method)
    return can is not None and work.now < payment.opened_at + can.refund_within


async def _take_out(work: Work, wallet: Wallet, lot: Lot, payment: Payment) -> None:
    await store.move_lots(work, (Piece(lot.lot_id, lot.kind, lot.left.minor),), sign=-1)
    to = AccountKind.CLEARING.of(lot.lot_id)
    if not await _is_possible(work, payment):
        to = AccountKind.CUSTOMER_CREDIT.of(payment.payment_id)
        detail = "bought credit, too old for its means: transfer it"
        item = WorkItem(payment.payment_id, None, Trouble.REFUND_FAILED, lot.left, detail, work.now)
        await open_item(work, item)
    key = f"{TransactionKind.WALLET_REFUND}:{lot.lot_id}:{work.now.isoformat()}"
    fact = Fact(key, payment.payment_id, wallet.book, work.now)
    post_at_end(work, refunded(fact, wallet.wallet_id, lot.left, to=to))
