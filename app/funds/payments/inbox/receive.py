"""Store a webhook and begin the reading that it hints at."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from app.funds.payments.accounts import credential_at
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.store import Arrival, Errand, put_hint
from app.funds.payments.record import defer_match, defer_refresh
from app.funds.payments.refresh import refresh_payment, run_errand
from app.infra.database import EVERY_OPERATOR


@dataclass(frozen=True, slots=True)
class Webhook:
    """
    What a provider sent to the address of an account, and the payments that it names.

    *signature* is the one that it carries, if its provider signs hints at all.
    """

    provider: str
    account_token: str
    provider_refs: Sequence[str]
    body: bytes
    signature: str | None = None


async def receive_webhook(webhook: Webhook, *, desk: PaymentDesk) -> None:
    """
    Store *webhook*, and begin to read the payments that it names.

    The stored hint is the job: when this process does not come to the end of the reading, the sweep
    finds it open. What cannot be read at once is enqueued. One for an unknown account, or with a
    wrong signature, leaves no trace. Raises SecretUnreadable.
    """
    if not webhook.provider_refs or not await _is_vouched(webhook, desk):
        return
    async with desk.database.look() as look:
        arrivals = [
            Arrival(webhook.provider, webhook.account_token, provider_ref, webhook.body)
            for provider_ref in webhook.provider_refs
        ]
        errands = [await put_hint(look, arrival) for arrival in arrivals]
    for errand in errands:
        if errand is not None and not _is_begun(errand, desk):
            await _enqueue(errand, desk)


def _is_begun(errand: Errand, desk: PaymentDesk) -> bool:
    """Begin to read the payment of *errand*, if it is known and there is room."""
    payment_id, operator_id = errand.payment_id, errand.account.operator_id
    if payment_id is None:
        return False
    read = partial(run_errand, errand, desk=desk)
    again = partial(refresh_payment, payment_id, operator_id=operator_id, desk=desk)
    return desk.readings.take(payment_id, read, again=again)


async def _enqueue(errand: Errand, desk: PaymentDesk) -> None:
    account = errand.account
    async with desk.database.work(account.operator_id) as work:
        if errand.payment_id is not None:
            defer_refresh(work, account.operator_id, errand.payment_id)
        elif errand.provider_ref is not None:
            defer_match(work, account.operator_id, account.account_id, errand.provider_ref)


async def _is_vouched(webhook: Webhook, desk: PaymentDesk) -> bool:
    """Tell whether a signature is right; without one a hint is only a hint."""
    if webhook.signature is None:
        return True
    async with desk.database.work(EVERY_OPERATOR) as work:
        credential = await credential_at(
            work, webhook.provider, webhook.account_token, vault=desk.vault
        )
    if credential is None:
        return False
    provider = desk.providers[webhook.provider]
    return provider.vouches(credential.account, webhook.signature, webhook.body)
