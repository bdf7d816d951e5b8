"""Store a webhook and enqueue the reading that it hints at."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.funds.payments.inbox.store import Arrival, put_hint
from app.funds.payments.record import defer_match, defer_refresh
from app.infra.database import EVERY_OPERATOR, Database


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
        for provider_ref in webhook.provider_refs:
            arrival = Arrival(webhook.provider, webhook.account_token, provider_ref, webhook.body)
            place = await put_hint(work, arrival)
            if place is None:
                return
            if place.payment_id is not None:
                defer_refresh(work, place.operator_id, place.payment_id)
            else:
                defer_match(work, place.operator_id, place.account_id, provider_ref)
