"""What a wallet does about the operations of the payments that stand for it."""

from dataclasses import replace
from typing import assert_never

from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.wallets import Lots, spent
from app.funds.payments.events import OrderedInHouse
from app.funds.payments.house import answer, refuse
from app.funds.payments.model import Operation, OperationKind, PaymentStatus
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment
from app.funds.wallet import store
from app.funds.wallet.automatic.follow import notice_spending
from app.funds.wallet.errors import CreditTooLow, WalletFrozen
from app.funds.wallet.model import Reservation, ReservationState, lots_of, split
from app.funds.wallet.read import lock_wallet
from app.funds.wallet.reserve import reserve_more
from app.infra.database import Work
from app.kernel.money import Money


async def on_ordered(work: Work, event: OrderedInHouse) -> None:
    """React: do what the payment asks of its wallet, and answer it, in the same transaction."""
    payment = await get_payment(work, event.payment_id)
    if payment.origin is not Origin.WALLET:
        return
    operation = payment.operation(event.operation_id)
    its = await store.find_reservation(work, event.payment_id)
    if its is None:
        await refuse(work, event.payment_id, event.operation_id, "nothing_reserved")
        return
    try:
        await _carry_out(work, its, operation, is_held=payment.status is PaymentStatus.AUTHORISED)
    except (CreditTooLow, WalletFrozen) as problem:
        await refuse(work, event.payment_id, event.operation_id, problem.code)
    else:
        await answer(work, event.payment_id, event.operation_id)


async def _carry_out(work: Work, its: Reservation, operation: Operation, *, is_held: bool) -> None:
    amount = operation.amount or Money.zero(its.currency)
    match operation.kind:
        case OperationKind.RAISE:
            await reserve_more(work, its, amount)
        case OperationKind.CAPTURE:
            await _settle(work, its, amount)
        case OperationKind.RELEASE if is_held:
            await _release(work, its)
        case OperationKind.REFUND:
            await _give_back(work, its, operation, amount)
        case OperationKind.START | OperationKind.RELEASE | OperationKind.CANCEL:
            return  # reserved before, gone back with the settlement, or never open
        case OperationKind.ROUTE:
            msg = f"{operation.operation_id} shares credit, which no provider has"
            raise AssertionError(msg)
        case _:
            assert_never(operation.kind)


async def _settle(work: Work, its: Reservation, price: Money) -> None:
    """Let the reservation pay *price*; the rest goes back to the lots that it came from."""
    book = (await lock_wallet(work, its.wallet_id)).book
    kept, rest = split(its.pieces, price.minor)
    await store.move_lots(work, rest, sign=1)
    await store.save_spent(work, replace(its, pieces=kept, state=ReservationState.SPENT))
    fact = Fact(f"{TransactionKind.WALLET_SPENT}:{its.payment_id}", its.payment_id, book, work.now)
    back = lots_of(rest, its.currency)
    post_at_end(work, spent(fact, its.wallet_id, its.session_id, price, rest=back))
    await notice_spending(work, its.wallet_id)


async def _release(work: Work, its: Reservation) -> None:
    """Put the whole reservation back: the session cost nothing."""
    book = (await lock_wallet(work, its.wallet_id)).book
    await store.move_lots(work, its.pieces, sign=1)
    await store.save_pieces(work, replace(its, pieces=(), state=ReservationState.RELEASED))
    key = f"{TransactionKind.WALLET_SPENT}:{its.payment_id}"
    fact = Fact(key, its.payment_id, book, work.now)
    nothing, back = Money.zero(its.currency), lots_of(its.pieces, its.currency)
    post_at_end(work, spent(fact, its.wallet_id, its.session_id, nothing, rest=back))


async def _give_back(work: Work, its: Reservation, refund: Operation, amount: Money) -> None:
    """Put a part of what a session has cost back to its lots, what was bought first."""
    book = (await lock_wallet(work, its.wallet_id)).book
    kept, back = split(its.pieces, its.total.minor - amount.minor)
    await store.move_lots(work, back, sign=1)
    await store.save_pieces(work, replace(its, pieces=kept))
    key = f"{TransactionKind.WALLET_SPENT}:{its.payment_id}:{refund.operation_id}"
    fact = Fact(key, its.payment_id, book, work.now)
    lots: Lots = lots_of(back, its.currency)
    post_at_end(work, spent(fact, its.wallet_id, its.session_id, -amount, rest=lots))
