"""Stored means at Adyen: tokens of a shopper, charged without the driver."""

from collections.abc import Sequence

import msgspec

from app.funds.payments.ports import Accepted, Declined, Outcome, ProviderAccount
from app.funds.payments.providers.stored import StoredCharge, StoredMeans
from app.gateways.adyen import orders, results, wire
from app.gateways.adyen.clients import Line
from app.gateways.adyen.failures import Failure
from app.gateways.adyen.provider import AdyenProvider
from app.gateways.adyen.words import instrument, method_of


class AdyenMeans:
    """The port of stored means, beside the port of payments and on the same connections."""

    def __init__(self, adyen: AdyenProvider) -> None:
        """Call through *adyen*."""
        self._adyen = adyen

    async def open_customer(self, account: ProviderAccount, reference: str, *, key: str) -> Outcome:
        """Return *reference*: to Adyen a shopper is whatever we call one."""
        del account, key
        return Accepted(reference)

    async def stored_means(
        self, account: ProviderAccount, customer: str
    ) -> Sequence[StoredMeans] | Failure:
        """Return what *customer* left and can be charged."""

        def read(line: Line) -> list[StoredMeans]:
            answer = line.recurring.get_tokens_for_stored_payment_details(
                query_parameters=orders.quoted(
                    {"merchantAccount": line.merchant, "shopperReference": customer}
                )
            )
            listed = answer.message.get("storedPaymentMethods", [])
            return [_means(each) for each in msgspec.convert(listed, list[wire.WireStored])]

        return await self._adyen.call(account, read)

    async def charge(self, account: ProviderAccount, order: StoredCharge) -> Outcome:
        """Charge a stored means; a bank that wants the driver there is a decline."""

        def take(line: Line) -> Outcome:
            body = orders.charge(order, line.merchant)
            answer = line.payments.payments(body, idempotency_key=order.key)
            return results.of_charge(msgspec.convert(answer.message, wire.WirePaid))

        return await self._adyen.call(account, take)

    async def forget(
        self, account: ProviderAccount, customer: str, token: str, *, key: str
    ) -> Outcome:
        """Delete a token; one that is gone already counts as forgotten."""
        if not token.isalnum():
            return Declined("refused", f"{token!r} is no token of Adyen's")

        def drop(line: Line) -> Outcome:
            line.recurring.delete_token_for_stored_payment_details(
                token,
                idempotency_key=key,
                query_parameters=orders.quoted(
                    {"merchantAccount": line.merchant, "shopperReference": customer}
                ),
            )
            return Accepted(token)

        outcome = await self._adyen.call(account, drop)
        gone = isinstance(outcome, Declined) and outcome.code == "not_found"
        return Accepted(token) if gone else outcome


def _means(stored: wire.WireStored) -> StoredMeans:
    kind = stored.brand or stored.type or ""
    method = method_of(kind) or method_of(stored.type or "") or kind
    return StoredMeans(stored.id, method, instrument(kind, stored.last_four))
