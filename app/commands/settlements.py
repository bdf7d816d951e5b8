"""`directpay settlements`: take over what a provider says that it paid out."""

import argparse
import os
from pathlib import Path
from uuid import UUID

from app.commands.running import read, run
from app.embedded import database_of
from app.funds.payments.accounts import accounts_for
from app.funds.payments.errors import AccountNotFound
from app.funds.payments.ports import ProviderAccount
from app.funds.payments.providers.settlements import SettlementLine
from app.funds.reconciliation.record import Recorded, record_lines
from app.gateways.adyen.report import NotAReport, read_report
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings, SettingsError
from app.wiring import Services, create_services


def add_settlements(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that reads a settlement report."""
    settlements = commands.add_parser("settlements", help="match what a provider paid out")
    actions = settlements.add_subparsers(required=True, dest="action", metavar="ACTION")
    importer = actions.add_parser("import", help="read a settlement detail report of Adyen (CSV)")
    importer.add_argument("file", type=Path)
    importer.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
    importer.set_defaults(run=_import)


def _import(given: argparse.Namespace) -> None:
    text = read(given.file).decode()
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        recorded: Recorded = run(_take_over(given.operator, text, settings))
    print(f"{recorded.new} lines are new, {recorded.in_suspense} of them are in suspense.")


async def _take_over(slug: str, text: str, settings: Settings) -> Recorded:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(slug, database=services.database)
        account = await _adyen_account(operator.operator_id, services)
        return await record_lines(
            _lines(text, account.merchant or ""),
            account.account_id,
            operator_id=operator.operator_id,
            database=services.database,
        )


async def _adyen_account(operator_id: UUID, services: Services) -> ProviderAccount:
    vault = services.desk.payments.vault
    async with services.database.work(operator_id) as work:
        for account in await accounts_for(work, vault=vault):
            if account.provider == "adyen":
                return account
    raise AccountNotFound("the operator has no account at Adyen", operator_id=operator_id)


def _lines(text: str, merchant: str) -> list[SettlementLine]:
    try:
        settlements = read_report(text, merchant)
    except NotAReport as error:
        raise SettingsError(f"this is no settlement detail report: {error}") from error
    return [line for settlement in settlements for line in settlement.lines]
