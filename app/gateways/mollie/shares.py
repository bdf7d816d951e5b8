"""Delayed routing at Mollie: what was captured goes on to the accounts of others."""

from typing import TypeVar

import msgspec
from mollie.api.client import Client
from requests import Response

from app.funds.payments.ports import Accepted, Outcome, ProviderAccount
from app.funds.payments.providers.shares import Share, Shares, total
from app.gateways.mollie import wire
from app.gateways.mollie.amounts import written
from app.gateways.mollie.provider import MollieProvider, as_sdk_error, checked

T = TypeVar("T")


class WireRoute(msgspec.Struct):
    """A part of a payment that was sent on."""

    id: str
    description: str = ""


class WireRouteList(msgspec.Struct):
    """What `_embedded` holds."""

    routes: list[WireRoute]


class WireRoutes(msgspec.Struct):
    """All routes of a payment."""

    embedded: WireRouteList = msgspec.field(name="_embedded")


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
        """
        Send *share* of the payment to its account, unless a route with its reference is there.

        No notice tells of routes, and no key lives for ever: so they are looked for before.
        """
        data: dict[str, object] = {
            "amount": written(share.amount),
            "destination": {"type": "organization", "organizationId": share.account},
            "description": share.reference,
        }

        def send(client: Client) -> Outcome:
            path = f"payments/{checked(provider_ref)}/routes"
            known = _read(client.perform_http_call("GET", path), WireRoutes).embedded.routes
            found = (each.id for each in known if each.description == share.reference)
            if (route_id := next(found, None)) is not None:
                return Accepted(route_id)
            return Accepted(_post(client, path, data, key))

        return await self._mollie.call(account, send)

    async def refund_shared(
        self, account: ProviderAccount, provider_ref: str, shares: Shares, *, key: str
    ) -> Outcome:
        """Give the sum of *shares* back, and pull back what of it was routed."""
        data: dict[str, object] = {
            "amount": written(total(shares)),
            "description": f"Refund of {provider_ref}",
            "metadata": {"key": key},
            "routingReversals": [
                {
                    "amount": written(share.amount),
                    "source": {"type": "organization", "organizationId": share.account},
                }
                for share in shares
                if share.account is not None
            ],
        }

        def give(client: Client) -> Outcome:
            path = f"payments/{checked(provider_ref)}/refunds"
            return Accepted(_post(client, path, data, key))

        return await self._mollie.call(account, give)


def _post(client: Client, path: str, data: dict[str, object], key: str) -> str:
    """Return the id of what a request made that the SDK has no method for."""
    answer = client.perform_http_call("POST", path, data, idempotency_key=key)
    return _read(answer, wire.WireNamed).id


def _read(answer: Response, kind: type[T]) -> T:
    """Return what is in an answer; raise as the SDK would."""
    if not answer.ok:
        raise as_sdk_error(answer.content, answer.status_code)
    return msgspec.json.decode(answer.content, type=kind)
