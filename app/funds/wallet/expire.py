"""Take back given credit whose time is over."""

from typing import Final
from uuid import UUID

from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.wallets import expired
from app.funds.wallet import store
from app.funds.wallet.model import Piece
from app.funds.wallet.read import lock_wallet
from app.infra.database import EVERY_OPERATOR, Database, Work

BATCH: Final = 200


async def expire_credit(*, database: Database) -> int:
    """
    Expire every lot whose time is over; return how many. A nightly sweep, safe to repeat.

    Nobody can spend it since its instant; what a session had reserved before may still pay it, and
    what comes back of that expires in the next night.
    """
    total = 0
    while True:
        async with database.work(EVERY_OPERATOR) as work:
            over = await store.expired_lots(work, BATCH)
        for operator_id, wallet_id, lot_id in over:
            async with database.work(operator_id) as work:
                total += await _expire(work, wallet_id, lot_id)
        if len(over) < BATCH:
            return total


async def _expire(work: Work, wallet_id: UUID, lot_id: UUID) -> bool:
    wallet = await lock_wallet(work, wallet_id)
    lot = next((each for each in wallet.lots if each.lot_id == lot_id), None)
    if lot is None or lot.is_good(work.now):
        return False
    await store.move_lots(work, (Piece(lot_id, lot.kind, lot.left.minor),), sign=-1)
    # A lot can expire twice, when something came back from a session: the instant tells them apart.
    key = f"{TransactionKind.WALLET_EXPIRED}:{lot_id}:{work.now.isoformat()}"
    post_at_end(work, expired(Fact(key, lot_id, wallet.book, work.now), wallet_id, lot.left))
    return True
