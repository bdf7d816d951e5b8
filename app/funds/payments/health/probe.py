"""Try the accounts whose provider did not answer, so that no driver has to."""

from app.funds.payments.accounts import get_account
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.health.store import to_be_tried
from app.infra.database import EVERY_OPERATOR


async def probe_accounts(*, desk: PaymentDesk) -> int:
    """
    Ask the provider of each account whose pause is over; return how many there were. A sweep.

    An answer makes the account well; what waits for it goes on by itself. Raises SecretUnreadable.
    """
    async with desk.database.work(EVERY_OPERATOR) as work:
        ailing = await to_be_tried(work)
    for each in ailing:
        async with desk.database.work(each.operator_id) as work:
            account = await get_account(work, each.account_id, vault=desk.vault)
        await desk.providers[account.provider].ping(account)
    return len(ailing)
