"""Store a webhook and enqueue the reading that it hints at."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.funds.payments.accounts import credential_at
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.store import Arrival, put_hint
from app.funds.payments.record import defer_match, defer_refresh
from app.infra.database import EVERY_OPERATOR, Work


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
    Store *webhook* and enqueue its handling.

    One for an unknown account, or with a wrong signature, leaves no trace. Raises SecretUnreadable.
    """
    if not webhook.provider_refs:
        return
    async with desk.database.work(EVERY_OPERATOR) as work:
        if not await _is_vouched(work, webhook, desk):
            return
        for provider_ref in webhook.provider_refs:
            arrival = Arrival(webhook.provider, webhook.account_token, provider_ref, webhook.body)
            place = await put_hint(work, arrival)
            if place is None:
                return
            if place.payment_id is not None:
                defer_refresh(work, place.operator_id, place.payment_id)
            else:
                defer_match(work, place.operator_id, place.account_id, provider_ref)


async def _is_vouched(work: Work, webhook: Webhook, desk: PaymentDesk) -> bool:
    """Tell whether a signature is right; without one a hint is only a hint."""
    if webhook.signature is None:
        return True
    credential = await credential_at(
        work, webhook.provider, webhook.account_token, vault=desk.vault
    )
    if credential is None:
        return False
    provider = desk.providers[webhook.provider]
    return provider.vouches(credential.account, webhook.signature, webhook.body)
