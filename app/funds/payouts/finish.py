"""Know what became of a payout: it arrived, or the bank returned it."""

from uuid import UUID

from app.funds.ledger.chart import Book
from app.funds.ledger.model import Fact
from app.funds.ledger.post import post
from app.funds.ledger.postings.payouts import payout_arrived
from app.funds.payouts import store
from app.funds.payouts.errors import PayoutNotFound
from app.funds.payouts.model import Payout, PayoutState
from app.funds.payouts.order import posting_of
from app.infra.database import Database, Work


async def payout_has_arrived(payout_id: UUID, *, operator_id: UUID, database: Database) -> Payout:
    """
    Book a payout that was seen on the bank's statement; again is harmless.

    Raises PayoutNotFound, PayoutOver.
    """
    async with database.work(operator_id) as work:
        payout = (await _find(work, payout_id)).ends(PayoutState.ARRIVED)
        await store.save_state(work, payout)
        fact = Fact(f"payout:{payout_id}:arrived", payout_id, Book.LIVE, payout.ordered_at)
        await post(work, payout_arrived(fact, payout_id, payout.amount))
    return payout


async def payout_was_returned(payout_id: UUID, *, operator_id: UUID, database: Database) -> Payout:
    """
    Book a payout that the bank did not execute: it is owed again, and ordered anew next time.

    Again is harmless. Raises PayoutNotFound, PayoutOver.
    """
    async with database.work(operator_id) as work:
        payout = (await _find(work, payout_id)).ends(PayoutState.RETURNED)
        await store.save_state(work, payout)
        fact = Fact(f"payout:{payout_id}:returned", payout_id, Book.LIVE, payout.ordered_at)
        await post(work, posting_of(payout, fact, -payout.amount))
    return payout


async def _find(work: Work, payout_id: UUID) -> Payout:
    payout = await store.lock_payout(work, payout_id)
    if payout is None:
        raise PayoutNotFound("no payout has this id", payout_id=payout_id)
    return payout
