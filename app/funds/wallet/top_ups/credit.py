"""What a top-up does about the news of its payment: the credit is there when the money is."""

from uuid import UUID

from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.wallets import topped_up
from app.funds.payments.events import PaymentCollected, PaymentFailed, PaymentSecured
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment, request_capture
from app.funds.wallet import store as wallets
from app.funds.wallet.automatic.follow import (
    notice_credit,
    notice_failure,
    notice_late_payment,
)
from app.funds.wallet.model import Lot, LotKind
from app.funds.wallet.read import lock_wallet
from app.funds.wallet.top_ups import store
from app.funds.wallet.top_ups.model import TopUp, TopUpState
from app.infra.database import Work


async def on_secured(work: Work, event: PaymentSecured) -> None:
    """React: take the whole amount of what is held; what was given up on goes back by itself."""
    # Asked first: between the payment of a session and its start no statement is to spare.
    if event.origin is not Origin.TOP_UP:
        return
    found = await store.of_payment(work, event.payment_id)
    if found is None:
        return
    if found.state is not TopUpState.ASKED:
        await notice_late_payment(work, found)
        return
    payment = await get_payment(work, event.payment_id)
    if payment.keep is None:
        await request_capture(work, payment.payment_id, payment.amount)


async def on_collected(work: Work, event: PaymentCollected) -> None:
    """React: the money is there, and so is the credit."""
    asked = await _asked(work, event.payment_id)
    if asked is None:
        return
    wallet = await lock_wallet(work, asked.wallet_id)
    lot = Lot(
        lot_id=asked.top_up_id,
        kind=LotKind.PURCHASED,
        amount=asked.amount,
        left=asked.amount,
        source_id=asked.payment_id,
        received_at=work.now,
    )
    await wallets.add_lot(work, wallet.wallet_id, lot)
    await store.set_state(work, asked.top_up_id, TopUpState.CREDITED)
    await notice_credit(work, asked)
    key = f"{TransactionKind.TOP_UP}:{asked.top_up_id}"
    fact = Fact(key, asked.payment_id, wallet.book, work.now)
    post_at_end(work, topped_up(fact, asked.top_up_id, wallet.wallet_id, asked.amount))


async def on_failed(work: Work, event: PaymentFailed) -> None:
    """React: nobody paid, so nothing comes."""
    asked = await _asked(work, event.payment_id)
    if asked is not None:
        await store.set_state(work, asked.top_up_id, TopUpState.FAILED)
        await notice_failure(work, asked, event.why)


async def _asked(work: Work, payment_id: UUID) -> TopUp | None:
    found = await store.of_payment(work, payment_id)
    return found if found is not None and found.state is TopUpState.ASKED else None
