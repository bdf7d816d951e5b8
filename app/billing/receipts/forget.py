"""Erase the mail addresses that have served their purpose."""

from datetime import timedelta

from app.billing.receipts import store
from app.infra.database import EVERY_OPERATOR, Database

KEEP_ADDRESSES = timedelta(days=30)


async def forget_mail_addresses(*, database: Database) -> int:
    """
    Erase the addresses of finished mails after KEEP_ADDRESSES and return how many; a daily sweep.

    GDPR Art. 5(1)(e): the address was given to send one receipt. The receipts themselves stay.
    """
    async with database.work(EVERY_OPERATOR) as work:
        return await store.forget_addresses(work, work.now - KEEP_ADDRESSES)
