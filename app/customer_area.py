"""
What an operator does by hand at its providers: done for the demo at the sandbox.

Webhooks are entered in Adyen's Customer Area, and terminals are boarded there and at Mollie.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypedDict

import httpx

from app.funds.payments.accounts import accounts_for
from app.funds.payments.ports import ProviderAccount
from app.funds.payments.providers.capabilities import ADYEN
from app.funds.terminals.model import Terminal
from app.funds.terminals.setup.read import read_terminals
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
    _post(f"{sandbox}/control/adyen/webhooks", hook)


class Boarding(TypedDict):
    """A terminal as the sandbox sets it up."""

    face: str
    owner: str
    description: str
    id: str


class TerminalHook(TypedDict):
    """Where the terminals of a merchant account tell what happened there."""

    merchantAccount: str
    terminalUrl: str


class Terminals(NamedTuple):
    """The terminals of the operators, and where Adyen's tell what happens at them."""

    boardings: tuple[Boarding, ...]
    hooks: tuple[TerminalHook, ...]


async def terminals_of_all(services: Services) -> Terminals:
    """Return the terminals of every operator as they are set up at their providers."""
    boardings: list[Boarding] = []
    hooks: list[TerminalHook] = []
    payments = services.desk.payments
    for operator in await list_operators(database=services.database):
        async with services.database.work(operator.operator_id) as work:
            accounts = await accounts_for(work, vault=payments.vault)
            terminals = await read_terminals(work)
        for account in accounts:
            its = [each for each in terminals if each.provider == account.provider]
            boardings += [_boarding(account, each) for each in its]
            url = payments.terminal_url(account.provider, account.webhook_token)
            if account.provider == ADYEN and account.merchant is not None and url is not None:
                hooks.append({"merchantAccount": account.merchant, "terminalUrl": url})
    return Terminals(tuple(boardings), tuple(hooks))


def _boarding(account: ProviderAccount, terminal: Terminal) -> Boarding:
    owner = account.merchant if account.provider == ADYEN else account.secret
    return {
        "face": account.provider,
        "owner": owner or "",
        "description": terminal.name,
        "id": terminal.device,
    }


def board(sandbox: str, terminals: Terminals) -> None:
    """Set *terminals* up at the *sandbox*. Raises httpx.HTTPError."""
    for boarding in terminals.boardings:
        _post(f"{sandbox}/control/terminals", boarding)
    for hook in terminals.hooks:
        _post(f"{sandbox}/control/adyen/merchants", hook)


def _post(address: str, body: object) -> None:
    httpx.post(address, json=body, trust_env=False).raise_for_status()
