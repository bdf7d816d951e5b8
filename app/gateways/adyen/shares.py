"""Adyen for Platforms: a capture, or a refund, says which balance account has which part of it."""

from app.funds.payments.ports import Outcome, ProviderAccount
from app.funds.payments.providers.shares import Shares
from app.gateways.adyen import orders
from app.gateways.adyen.clients import Line
from app.gateways.adyen.provider import AdyenProvider, received


class AdyenShares:
    """
    Divides captures between balance accounts, and takes the parts back with refunds.

    A refund may only touch the accounts of the capture, and names them by the same references
    (Adyen, "Split refunds").
    """

    def __init__(self, adyen: AdyenProvider) -> None:
        """Call through *adyen*."""
        self._adyen = adyen

    async def capture_shared(
        self, account: ProviderAccount, provider_ref: str, shares: Shares, *, key: str
    ) -> Outcome:
        """Take the sum of *shares* from a hold and let Adyen divide it."""

        def take(line: Line) -> Outcome:
            # A bank takes back from the platform, which sets it off with what it owes.
            logic = {"behavior": "deductFromLiableAccount"}
            body = {**orders.shared(shares, line.merchant), "platformChargebackLogic": logic}
            send = line.modifications.capture_authorised_payment
            return received(send(body, provider_ref, idempotency_key=key))

        return await self._adyen.modify(account, provider_ref, take)

    async def refund_shared(
        self, account: ProviderAccount, provider_ref: str, shares: Shares, *, key: str
    ) -> Outcome:
        """Give the sum of *shares* back, each part out of its balance account."""

        def give(line: Line) -> Outcome:
            body = orders.shared(shares, line.merchant)
            send = line.modifications.refund_captured_payment
            return received(send(body, provider_ref, idempotency_key=key))

        return await self._adyen.modify(account, provider_ref, give)
