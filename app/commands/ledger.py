"""`directpay ledger`: whether the books are right, and what an account holds."""

import argparse
import os
import sys
from datetime import UTC, datetime

from app.audit.check import check
from app.audit.model import Checked
from app.audit.statements import account_statement, lines
from app.commands.running import run
from app.directpay.books.write_off import WriteOff, write_off
from app.embedded import database_of
from app.funds.ledger.chart import Book
from app.funds.ledger.model import AccountKey
from app.funds.ledger.statement import read_account
from app.kernel.money import Money
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(9999, 1, 1, tzinfo=UTC)


def add_ledger(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that look into the books."""
    ledger = commands.add_parser("ledger", help="look into the books")
    actions = ledger.add_subparsers(required=True, dest="action", metavar="ACTION")
    checker = actions.add_parser("check", help="whether all that must be true of the money is")
    checker.set_defaults(run=_check)
    teller = actions.add_parser("statement", help="what moved an account, and what it holds")
    teller.add_argument("operator", help="the operator's name in addresses")
    teller.add_argument("account", help="a kind, and its owner: clearing:019c..., revenue")
    teller.add_argument("--currency", default="EUR")
    teller.add_argument("--book", type=Book, default=Book.LIVE, help="live or test")
    teller.add_argument("--since", type=_day, default=BEGINNING, help="the first day (UTC)")
    teller.add_argument("--until", type=_day, default=END, help="the day after the last")
    teller.set_defaults(run=_statement)
    giver = actions.add_parser("write-off", help="give up a price that cannot be collected")
    giver.add_argument("receipt", help="the number of the receipt or invoice")
    giver.add_argument("--reason", required=True, help="a word such as hold_lost")
    giver.add_argument("--by", required=True, metavar="NAME", help="who you are")
    giver.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
    giver.set_defaults(run=_write_off)


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _check(given: argparse.Namespace) -> None:  # noqa: ARG001 - one shape
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        found: list[Checked] = run(_ask(settings))
    for checked in found:
        _tell(checked)
    if any(checked.count for checked in found):
        sys.exit(1)


async def _ask(settings: Settings) -> list[Checked]:
    async with create_services(settings, database_url(settings)) as services:
        return await check(database=services.database)


def _tell(checked: Checked) -> None:
    invariant = checked.invariant
    verdict = f"BROKEN {checked.count} times" if checked.count else "holds"
    print(f"{invariant.number:>2}. {invariant.title}: {verdict}")
    for breach in checked.breaches:
        print(f"    {breach.operator_id} {breach.subject}: {breach.detail}")


def _statement(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        print(*run(_account(given, settings)), sep="\n")


async def _account(given: argparse.Namespace, settings: Settings) -> list[str]:
    key = AccountKey(given.book, read_account(given.account), given.currency)
    async with create_services(settings, database_url(settings)) as services:
        statement = await account_statement(
            given.operator, key, given.since, given.until, database=services.database
        )
    return lines(statement)


def _write_off(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        given_up: Money = run(_give_up(given, settings))
    print(f"{given_up} of {given.receipt} are written off.")


async def _give_up(given: argparse.Namespace, settings: Settings) -> Money:
    order = WriteOff(given.receipt, given.reason, given.by)
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        return await write_off(order, operator_id=operator.operator_id, database=services.database)
