"""Card terminals at Mollie: which there are, and a payment on one of them."""

import re
from typing import Final

import msgspec
from mollie.api.client import Client
from mollie.api.error import IdentifierError

from app.funds.payments.ports import Accepted, Outcome, ProviderAccount, StartPayment
from app.gateways.mollie import wire
from app.gateways.mollie.amounts import written
from app.gateways.mollie.failures import Failure
from app.gateways.mollie.provider import MollieProvider

METHOD: Final = "pointofsale"
_TERMINAL: Final = re.compile(r"term_[0-9A-Za-z]{4,60}")


class MollieTerminals:
    """
    Prompts a terminal; what was paid there is read like any payment.

    Mollie charges at once on a terminal: such a payment is paid first, and the rest refunded.
    """

    def __init__(self, mollie: MollieProvider) -> None:
        """Call through *mollie*."""
        self._mollie = mollie

    async def terminals(self, account: ProviderAccount) -> list[wire.WireTerminal] | Failure:
        """Return the terminals of the account."""

        def read(client: Client) -> list[wire.WireTerminal]:
            listed = client.terminals.list(limit=250)
            return [msgspec.convert(dict(each), wire.WireTerminal) for each in listed]

        return await self._mollie.call(account, read)

    async def prompt(self, account: ProviderAccount, terminal: str, order: StartPayment) -> Outcome:
        """Ask for *order* on a terminal; Accepted carries the payment."""

        def ask(client: Client) -> Outcome:
            made = client.payments.create(_prompt(terminal, order), idempotency_key=order.key)
            return Accepted(msgspec.convert(dict(made), wire.WirePayment).id)

        return await self._mollie.call(account, ask)


def _prompt(terminal: str, order: StartPayment) -> dict[str, object]:
    if not _TERMINAL.fullmatch(terminal):
        msg = f"not a terminal of Mollie: {terminal!r}"
        raise IdentifierError(msg)
    data: dict[str, object] = {
        "amount": written(order.amount),
        "description": order.description,
        "redirectUrl": order.return_url,
        "method": METHOD,
        "terminalId": terminal,
        "metadata": {"reference": order.reference},
    }
    if order.webhook_url is not None:
        data["webhookUrl"] = order.webhook_url
    return data
