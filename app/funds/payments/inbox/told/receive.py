"""Store what a provider signed, and enqueue a look at the payments that it is about."""

from dataclasses import dataclass
from uuid import UUID

from app.funds.payments.accounts import credential_at, get_account
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.told.store import (
    find_told_payment,
    put_doubtful,
    put_notice,
    take_doubtful,
)
from app.funds.payments.ports import Notices, ProviderAccount
from app.funds.payments.record import defer_refresh
from app.infra.database import EVERY_OPERATOR, Work


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came to the address of an account."""

    provider: str
    account_token: str
    body: bytes


async def receive_notices(delivery: Delivery, *, desk: PaymentDesk) -> None:
    """
    Keep the signed items of *delivery*, each once; one for an unknown account leaves no trace.

    Items that the account's keys did not sign are kept apart, for the day on which the right key
    is configured: they are acknowledged like the others, or they would hold up what comes after.
    Raises SecretUnreadable, and then nothing is acknowledged.
    """
    async with desk.database.work(EVERY_OPERATOR) as work:
        credential = await credential_at(
            work, delivery.provider, delivery.account_token, vault=desk.vault
        )
        if credential is not None:
            account = credential.account
            told = desk.providers[account.provider].read_notices(account, delivery.body)
            await _keep(work, account, told)


async def judge_again(account_id: UUID, *, operator_id: UUID, desk: PaymentDesk) -> None:
    """Read the doubtful items of an account with the keys that it has now."""
    async with desk.database.work(operator_id) as work:
        account = await get_account(work, account_id, vault=desk.vault)
        for body in await take_doubtful(work, account):
            told = desk.providers[account.provider].read_notices(account, body)
            await _keep(work, account, told)


async def _keep(work: Work, account: ProviderAccount, told: Notices) -> None:
    for notice in told.genuine:
        payment_id = await find_told_payment(work, account, notice)
        is_new = await put_notice(work, account, notice, payment_id)
        if is_new and payment_id is not None:
            defer_refresh(work, account.operator_id, payment_id)
    if told.doubtful:
        await put_doubtful(work, account, told.doubtful)
