"""`directpay payouts`: what is paid from the bank account, and what became of it."""

import argparse
import os
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from app.commands.running import run
from app.embedded import database_of
from app.funds.payments.sharing.read import ShareSeen, list_shares
from app.funds.payouts.accounts import OUR_OWN, save_bank_account
from app.funds.payouts.finish import payout_has_arrived, payout_was_returned
from app.funds.payouts.model import CURRENCY, BankAccount, Payout
from app.funds.payouts.order import order_credit, order_payouts
from app.funds.payouts.read import list_payouts
from app.funds.payouts.transfer import get_transfer_file, make_transfer_file
from app.infra.database import Database
from app.kernel.money import Money
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_Deed = Callable[[argparse.Namespace, UUID, Database], Awaitable[list[str]]]


def add_payouts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that pay operators, and customers whose refund failed."""
    actions = commands.add_parser("payouts", help="transfers from the bank account").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    account = actions.add_parser("account", help="the bank account of an operator, or our own")
    account.add_argument("--of", default=OUR_OWN, help="who is paid (default: who pays)")
    order = actions.add_parser("order", help="order transfers of all that is owed")
    order.add_argument("--minimum", type=Decimal, default=Decimal(0), help="wait below, in EUR")
    refund = actions.add_parser("refund", help="a refund of last resort, by bank transfer")
    refund.add_argument("payment", type=UUID, help="the payment whose refund failed")
    for action in (account, refund):
        action.add_argument("--holder", required=True)
        action.add_argument("--iban", required=True)
        action.add_argument("--bic")
    file = actions.add_parser("file", help="write what was ordered into a file for the bank")
    file.add_argument("--on", type=date.fromisoformat, help="the day of execution")
    file.add_argument("--again", type=UUID, metavar="FILE", help="a file that was made before")
    file.add_argument("output", type=Path)
    arrived = actions.add_parser("arrived", help="it is on the bank's statement")
    returned = actions.add_parser("returned", help="the bank did not execute it: owed again")
    for action in (arrived, returned):
        action.add_argument("payout", type=UUID)
    listing = actions.add_parser("list", help="all of them")
    shares = actions.add_parser("shares", help="what providers gave to the operator itself")
    shares.add_argument("--last", type=int, default=50, help="how many (default: 50)")
    for action, deed in (
        (account, _account),
        (order, _order),
        (refund, _refund),
        (file, _file),
        (arrived, _arrived),
        (returned, _returned),
        (listing, _list),
        (shares, _shares),
    ):
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_doing(deed))


def _doing(deed: _Deed) -> Callable[[argparse.Namespace], None]:
    def do(given: argparse.Namespace) -> None:
        with database_of(Settings.from_env(os.environ), alone=False) as settings:
            run(_tell(given, deed, settings))

    return do


async def _tell(given: argparse.Namespace, deed: _Deed, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        lines = await deed(given, operator.operator_id, services.database)
    print(*lines, sep="\n")


async def _account(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    account = BankAccount.of(given.holder, given.iban, given.bic)
    async with database.work(operator_id) as work:
        await save_bank_account(work, given.of, account)
    whose = f"{given.of} is paid to" if given.of else "Transfers are made from"
    return [f"{whose} {account.iban} of {account.holder}."]


async def _order(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    minimum = Money.of(given.minimum, CURRENCY)
    ordered = await order_payouts(operator_id=operator_id, minimum=minimum, database=database)
    return [_line(payout) for payout in ordered] or ["Nothing is owed."]


async def _refund(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    payee = BankAccount.of(given.holder, given.iban, given.bic)
    payout = await order_credit(given.payment, payee, operator_id=operator_id, database=database)
    return ["Nothing is owed for this payment." if payout is None else _line(payout)]


async def _file(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    if given.again is not None:
        async with database.work(operator_id) as work:
            file = await get_transfer_file(work, given.again)
    else:
        made = await make_transfer_file(given.on, operator_id=operator_id, database=database)
        if made is None:
            return ["Nothing was ordered."]
        file = made
    given.output.write_bytes(file.document)
    return [f"{file.file_id}  {file.count} transfers, {file.total}, on {file.pay_on}"]


async def _arrived(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    payout = await payout_has_arrived(given.payout, operator_id=operator_id, database=database)
    return [_line(payout)]


async def _returned(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    payout = await payout_was_returned(given.payout, operator_id=operator_id, database=database)
    return [_line(payout)]


async def _list(_: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    async with database.work(operator_id) as work:
        payouts = await list_payouts(work)
    return [_line(payout) for payout in payouts] or ["There are no payouts."]


async def _shares(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    async with database.work(operator_id) as work:
        shares = await list_shares(work, given.last)
    return [share_line(share) for share in shares] or ["No provider gave the operator anything."]


def share_line(share: ShareSeen) -> str:
    """Return the line that tells of a share."""
    parts = (("given", share.given), ("on its way", share.on_its_way), ("owed", share.owed))
    said = ", ".join(f"{amount} {what}" for what, amount in parts if amount)
    who = f"{share.ordered.recipient} of {share.ordered.ordered}"
    return f"{share.at:%Y-%m-%d %H:%M}  {share.payment.payment_id}  {who}: {said or 'nothing'}"


def _line(payout: Payout) -> str:
    payee = f"{payout.payee.holder} {payout.payee.iban}"
    return f"{payout.payout_id}  {payout.amount}  {payout.state}  {payee}  {payout.owner}"
