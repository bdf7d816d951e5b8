"""Delayed routing at Mollie: what was captured goes on to the accounts of others."""

import msgspec
from mollie.api.client import Client

from app.funds.payments.ports import Accepted, Outcome, ProviderAccount
from app.funds.payments.providers.shares import Share
from app.gateways.mollie import wire
from app.gateways.mollie.amounts import written
from app.gateways.mollie.provider import MollieProvider, as_sdk_error, checked


class MollieShares:
    """
    Routes parts of a payment that was captured on the platform's account.

    Routing at the start would rule out several captures, PayPal and all currencies but two (Mollie,
    "Split payments"); delayed routing has none of these limits, and the amount is known by then.
    """

    def __init__(self, mollie: MollieProvider) -> None:
        """Call through *mollie*."""
        self._mollie = mollie

    async def route(
        self, account: ProviderAccount, provider_ref: str, share: Share, *, key: str
    ) -> Outcome:
        """Send *share* of the payment to its account; what stays with the platform needs none."""
        if share.account is None:
            return Accepted(provider_ref)
        data = {
            "amount": written(share.amount),
            "destination": {"type": "organization", "organizationId": share.account},
            "description": share.reference,
        }

        def send(client: Client) -> Outcome:
            # The SDK knows no routes.
            path = f"payments/{checked(provider_ref)}/routes"
            answer = client.perform_http_call("POST", path, data, idempotency_key=key)
            if not answer.ok:
                raise as_sdk_error(answer.content, answer.status_code)
            return Accepted(msgspec.json.decode(answer.content, type=wire.WireNamed).id)

        return await self._mollie.call(account, send)
