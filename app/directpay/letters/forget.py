"""Erase the mail addresses of journeys that have served their purpose."""

from app.billing.receipts.forget import KEEP_ADDRESSES
from app.directpay.letters import store
from app.infra.database import EVERY_OPERATOR, Database


async def forget_payers_addresses(*, database: Database) -> int:
    """
    Erase the addresses that payers left, KEEP_ADDRESSES after; return how many. A daily sweep.

    GDPR Art. 5(1)(e): an address was given for one session and its receipt.
    """
    async with database.work(EVERY_OPERATOR) as work:
        before = work.now - KEEP_ADDRESSES
        letters = await store.forget_addresses(work, before)
        return letters + await store.forget_payers(work, before)
