"""A provider tells that something happened at a terminal: only a hint to look there."""

from collections.abc import Sequence

from app.funds.payments.accounts import credential_at
from app.funds.payments.desk import PaymentDesk
from app.funds.terminals import store
from app.funds.terminals.tend import defer_tending
from app.infra.database import EVERY_OPERATOR


async def hear(
    provider: str, account_token: str, devices: Sequence[str], *, desk: PaymentDesk
) -> None:
    """
    Look at the terminals *devices* of the account with this token; unknown ones leave no trace.

    Nobody signs what a terminal tells by itself, so nothing of it is believed. Raises
    SecretUnreadable.
    """
    if not devices:
        return
    async with desk.database.work(EVERY_OPERATOR) as work:
        credential = await credential_at(work, provider, account_token, vault=desk.vault)
    if credential is None:
        return
    operator_id = credential.account.operator_id
    async with desk.database.work(operator_id) as work:
        for terminal_id in await store.terminals_called(work, provider, devices):
            defer_tending(work, operator_id, terminal_id)
