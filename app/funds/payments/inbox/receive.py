"""Store a webhook and enqueue the reading that it hints at."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.funds.payments import store
from app.funds.payments.accounts import account_by_token
from app.funds.payments.inbox.store import Arrival, put_hint
from app.funds.payments.record import defer_match, defer_refresh
from app.infra.database import EVERY_OPERATOR, Database, Work


@dataclass(frozen=True, slots=True)
class Webhook:
    """What a provider sent to the address of an account, and the payments that it names."""

    provider: str
    account_token: str
    provider_refs: Sequence[str]
    body: bytes


async def receive_webhook(webhook: Webhook, *, database: Database) -> None:
    """Store *webhook* and enqueue its handling; one for an unknown account leaves no trace."""
    if not webhook.provider_refs:
        return
    async with database.work(EVERY_OPERATOR) as work:
        account = await account_by_token(work, webhook.provider, webhook.account_token)
        if account is None:
            return
        for provider_ref in webhook.provider_refs:
            await _receive(work, Arrival(*account, provider_ref, webhook.body))


async def _receive(work: Work, arrival: Arrival) -> None:
    await put_hint(work, arrival)
    payment_id = await store.find_by_provider_ref(
        work, arrival.operator_id, arrival.account_id, arrival.provider_ref
    )
    if payment_id is not None:
        defer_refresh(work, arrival.operator_id, payment_id)
    else:
        defer_match(work, arrival.operator_id, arrival.account_id, arrival.provider_ref)
