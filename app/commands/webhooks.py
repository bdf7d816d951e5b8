"""`directpay webhooks`: the addresses at which payment providers tell what happened."""

import argparse
import os
from collections.abc import Sequence

from app.commands.running import run
from app.embedded import database_of
from app.funds.payments.accounts import webhook_tokens
from app.funds.payments.providers.capabilities import ADYEN
from app.funds.terminals.setup.read import read_terminals
from app.people.identity.list_all import list_operators
from app.serving import database_url
from app.settings import Settings
from app.wiring import Services, create_services


def add_webhooks(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that prints the addresses."""
    printer = commands.add_parser("webhooks", help="print where payment providers call")
    printer.add_argument("--operator", help="the slug of one operator; without it, of all")
    printer.set_defaults(run=_webhooks)


def _webhooks(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        run(_print(given.operator, settings))


async def _print(slug: str | None, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        lines = await webhook_lines(slug, services)
    print("\n".join(lines or ["There is no account at a payment provider."]))


async def webhook_lines(slug: str | None, services: Services) -> Sequence[str]:
    """
    Return a line for each account in use: operator, provider, mode and address.

    Where an operator has card terminals that tell by themselves (Adyen's), a second line is theirs.
    """
    lines = []
    for operator in await list_operators(database=services.database):
        if slug not in (None, operator.slug):
            continue
        async with services.database.work(operator.operator_id) as work:
            accounts = await webhook_tokens(work)
            terminals = await read_terminals(work)
        telling = {each.provider for each in terminals if not each.waits} & {ADYEN}
        for provider, mode, token in accounts:
            account, payments = f"{operator.slug}  {provider}  {mode}", services.desk.payments
            lines.append(f"{account}  {payments.webhook_url(provider, token)}")
            if provider in telling:
                lines.append(f"{account}  terminals  {payments.terminal_url(provider, token)}")
    return lines
