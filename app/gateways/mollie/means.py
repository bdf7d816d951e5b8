"""Stored means at Mollie: customers and their mandates, charged without the driver."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec
from mollie.api.client import Client
from mollie.api.error import IdentifierError
from mollie.api.objects.customer import Customer

from app.funds.payments.ports import Accepted, Declined, Outcome, ProviderAccount
from app.funds.payments.providers.stored import StoredCharge, StoredMeans
from app.gateways.mollie import wire
from app.gateways.mollie.amounts import written
from app.gateways.mollie.capabilities import name_of
from app.gateways.mollie.failures import Failure
from app.gateways.mollie.provider import MollieProvider

_CUSTOMER: Final = re.compile(r"cst_[0-9A-Za-z]{4,60}")
_MANDATE: Final = re.compile(r"mdt_[0-9A-Za-z]{4,60}")


class MollieMeans:
    """The port of stored means, beside the port of payments and on the same connections."""

    def __init__(self, mollie: MollieProvider) -> None:
        """Call through *mollie*."""
        self._mollie = mollie

    async def open_customer(self, account: ProviderAccount, reference: str, *, key: str) -> Outcome:
        """Make a customer who is only known by *reference*; Accepted carries Mollie's id."""

        def create(client: Client) -> Outcome:
            data = {"metadata": {"reference": reference}}
            made = client.customers.create(data, idempotency_key=key)
            return Accepted(msgspec.convert(dict(made), wire.WireNamed).id)

        return await self._mollie.call(account, create)

    async def stored_means(
        self, account: ProviderAccount, customer: str
    ) -> Sequence[StoredMeans] | Failure:
        """Return the mandates of *customer* that can be charged."""

        def read(client: Client) -> list[StoredMeans]:
            listed = _customer(client, customer).mandates.list(limit=250)
            found = [msgspec.convert(dict(each), wire.WireMandate) for each in listed]
            return [_means(each) for each in found if each.status == "valid"]

        return await self._mollie.call(account, read)

    async def charge(self, account: ProviderAccount, order: StoredCharge) -> Outcome:
        """Charge a mandate; what comes of it is read like any payment."""

        def take(client: Client) -> Outcome:
            made = client.payments.create(_charge(order), idempotency_key=order.key)
            return Accepted(msgspec.convert(dict(made), wire.WirePayment).id)

        return await self._mollie.call(account, take)

    async def forget(
        self, account: ProviderAccount, customer: str, token: str, *, key: str
    ) -> Outcome:
        """Revoke a mandate; one that is gone already counts as forgotten."""

        def drop(client: Client) -> Outcome:
            mandates = _customer(client, customer).mandates
            mandates.delete(_checked(_MANDATE, token), idempotency_key=key)
            return Accepted(token)

        outcome = await self._mollie.call(account, drop)
        gone = isinstance(outcome, Declined) and outcome.code == "not_found"
        return Accepted(token) if gone and _MANDATE.fullmatch(token) else outcome


def _charge(order: StoredCharge) -> dict[str, object]:
    data: dict[str, object] = {
        "amount": written(order.amount),
        "description": order.description,
        "redirectUrl": order.return_url,
        "customerId": _checked(_CUSTOMER, order.customer),
        "mandateId": _checked(_MANDATE, order.token),
        "sequenceType": "recurring",
        "metadata": {"reference": order.reference},
    }
    if order.webhook_url is not None:
        data["webhookUrl"] = order.webhook_url
    return data


def _customer(client: Client, customer: str) -> Customer:
    # The SDK hangs mandates on a customer; it needs only the id for that.
    return Customer({"id": _checked(_CUSTOMER, customer)}, client)  # type: ignore[no-untyped-call]


def _checked(kind: re.Pattern[str], name: str) -> str:
    if not kind.fullmatch(name):
        msg = f"not a name of Mollie's: {name!r}"
        raise IdentifierError(msg)
    return name


def _means(mandate: wire.WireMandate) -> StoredMeans:
    details = mandate.details or wire.WireDetails()
    name = name_of(mandate.method)
    if details.card_label and details.card_number:
        name = f"{details.card_label} •••• {details.card_number[-4:]}"
    elif details.consumer_account:
        name = f"{name} •••• {details.consumer_account[-4:]}"
    return StoredMeans(mandate.id, mandate.method, name)
