"""Card terminals at Mollie: which there are, and a payment on one of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid5

import msgspec
from mollie.api.client import Client

from app.funds.payments.ports import (
    Accepted,
    CardReading,
    Declined,
    DeviceStatus,
    NotSent,
    OrderedPayment,
    Outcome,
    PromptName,
    ProviderAccount,
    Reading,
    Screen,
    StartPayment,
    Strategy,
    Unknown,
    Unsupported,
)
from app.gateways.mollie import wire
from app.gateways.mollie.amounts import written
from app.gateways.mollie.provider import MollieProvider

METHOD: Final = "pointofsale"
_TERMINAL: Final = re.compile(r"term_[0-9A-Za-z]{4,60}")


class MollieTerminals:
    """
    Prompts a terminal; what was paid there is read like any payment.

    Mollie charges at once on a terminal: such a payment is paid first, and the rest refunded. It
    publishes no way to read a card without a payment, and none to write on the screen.
    """

    method = METHOD
    strategy = Strategy.PAY_FIRST
    reads_cards = False

    def __init__(self, mollie: MollieProvider) -> None:
        """Call through *mollie*."""
        self._mollie = mollie

    async def activate(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Ask for *order* on its terminal; Accepted carries the payment."""
        terminal = order.terminal
        if terminal is None or not _TERMINAL.fullmatch(terminal.device):
            return Declined("refused", "that is no terminal of Mollie's")

        def ask(client: Client) -> Outcome:
            body = _prompt(terminal.device, order)
            made = client.payments.create(body, idempotency_key=order.key)
            return Accepted(msgspec.convert(dict(made), wire.WirePayment).id)

        return await self._mollie.call(account, ask)

    async def look(self, account: ProviderAccount, ordered: OrderedPayment) -> Reading:
        """Answer Unsupported: the payment is read, and asking again with its key makes no other."""
        del account, ordered
        return Unsupported()

    async def read_card(
        self, account: ProviderAccount, prompt: PromptName, *, waits: bool
    ) -> Outcome:
        """Decline: a card is only read with a payment."""
        del account, prompt, waits
        return _NOT_OFFERED

    async def card_of(self, account: ProviderAccount, prompt: PromptName) -> CardReading:
        """Decline: a card is only read with a payment."""
        del account, prompt
        return _NOT_OFFERED

    async def show(
        self, account: ProviderAccount, device: str, screen: Screen, *, key: str
    ) -> Outcome:
        """Decline: the screen is Mollie's."""
        del account, device, screen, key
        return _NOT_OFFERED

    async def abort(self, account: ProviderAccount, ordered: OrderedPayment) -> Outcome:
        """Cancel the payment that the terminal asks for."""
        if ordered.provider_ref is None or ordered.prompt is None:
            return Declined("refused", "the terminal asks for no payment")
        key = str(uuid5(account.account_id, f"abort:{ordered.prompt.key}"))
        return await self._mollie.cancel(account, ordered.provider_ref, key=key)

    async def stop_reading(self, account: ProviderAccount, prompt: PromptName) -> Outcome:
        """Decline: a card is only read with a payment."""
        del account, prompt
        return _NOT_OFFERED

    async def status(
        self, account: ProviderAccount
    ) -> Mapping[str, DeviceStatus] | Declined | NotSent | Unknown:
        """Return the terminals of the account; those that are active are there to be used."""

        def read(client: Client) -> Mapping[str, DeviceStatus]:
            listed = client.terminals.list(limit=250)
            found = [msgspec.convert(dict(each), wire.WireTerminal) for each in listed]
            return {each.id: _status(each) for each in found}

        return await self._mollie.call(account, read)

    def devices_in(self, body: bytes) -> Sequence[str]:
        """Return none: what happens at a terminal is told by the webhook of its payment."""
        del body
        return ()


_NOT_OFFERED: Final = Declined("not_supported", "Mollie's terminals only take payments")


def _status(terminal: wire.WireTerminal) -> DeviceStatus:
    return DeviceStatus.ONLINE if terminal.status == "active" else DeviceStatus.OFFLINE


def _prompt(terminal: str, order: StartPayment) -> dict[str, object]:
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
