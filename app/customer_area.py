"""What a merchant does by hand in Adyen's Customer Area: done for the demo at the sandbox."""

from collections.abc import Sequence
from typing import TypedDict

import httpx

from app.funds.payments.accounts import accounts_for
from app.funds.payments.providers.capabilities import ADYEN
from app.people.identity.list_all import list_operators
from app.wiring import Services


class Hook(TypedDict):
    """Where the sandbox tells of a merchant account, and what it signs with."""

    merchantAccount: str
    url: str
    hmacKey: str


async def adyen_hooks(services: Services) -> Sequence[Hook]:
    """Return the webhook of every account at Adyen that is in use."""
    hooks: list[Hook] = []
    payments = services.desk.payments
    for operator in await list_operators(database=services.database):
        async with services.database.work(operator.operator_id) as work:
            accounts = await accounts_for(work, vault=payments.vault)
        for account in accounts:
            url = payments.webhook_url(account.provider, account.webhook_token)
            if account.provider == ADYEN and account.merchant and account.webhook_keys and url:
                hooks.append(
                    {
                        "merchantAccount": account.merchant,
                        "url": url,
                        "hmacKey": account.webhook_keys[0],
                    }
                )
    return hooks


def tell_adyen(sandbox: str, hook: Hook) -> None:
    """Enter *hook* at the *sandbox*. Raises httpx.HTTPError."""
    httpx.post(f"{sandbox}/control/adyen/webhooks", json=hook, trust_env=False).raise_for_status()
