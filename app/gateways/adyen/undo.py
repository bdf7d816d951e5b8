"""Giving a whole payment back when it is not known what became of it."""

from app.funds.payments.ports import Outcome, ProviderAccount
from app.gateways.adyen.clients import Line
from app.gateways.adyen.provider import AdyenProvider, received


class AdyenUndo:
    """Orders beside the port of payments, on the same connections."""

    def __init__(self, adyen: AdyenProvider) -> None:
        """Call through *adyen*."""
        self._adyen = adyen

    async def cancel_by_reference(
        self, account: ProviderAccount, reference: str, *, key: str
    ) -> Outcome:
        """Cancel the payment that carries our *reference*, whose own one we were never told."""

        def call_off(line: Line) -> Outcome:
            body = {"merchantAccount": line.merchant, "paymentReference": reference}
            send = line.modifications.cancel_authorised_payment
            return received(send(body, idempotency_key=key))

        return await self._adyen.call(account, call_off)

    async def reverse(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Give everything back, whether it was captured or not: Adyen knows which."""

        def undo(line: Line) -> Outcome:
            body = {"merchantAccount": line.merchant}
            send = line.modifications.refund_or_cancel_payment
            return received(send(body, provider_ref, idempotency_key=key))

        return await self._adyen.modify(account, provider_ref, undo)
