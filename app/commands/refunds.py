"""`directpay refund`: give back a part of what a session was charged."""

import argparse
import os
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from uuid import UUID

from app.commands.running import run
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.directpay.refunds.decide import approve_refund, list_refunds, refuse_refund
from app.directpay.refunds.model import Refund
from app.embedded import database_of
from app.infra.database import Database
from app.kernel.money import Money
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_Deed = Callable[[argparse.Namespace, UUID, Database], Awaitable[list[Refund]]]
_AMOUNT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ([A-Z]{3})")


def add_refunds(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that ask for refunds and decide them."""
    refund = commands.add_parser("refund", help="give back a part of what was charged")
    actions = refund.add_subparsers(required=True, dest="action", metavar="ACTION")
    ask = actions.add_parser("ask", help="ask for one; a small one is carried out at once")
    ask.add_argument("receipt", help="the number of the receipt or invoice")
    ask.add_argument(
        "--amount", type=_amount, help="such as '2.50 EUR' (default: all that is left)"
    )
    ask.add_argument("--reason", required=True, help="the credit note tells it to the driver")
    ask.add_argument("--key", help="another one asks for another refund of the same receipt")
    approve = actions.add_parser("approve", help="carry out what somebody else asked for")
    refuse = actions.add_parser("refuse", help="give nothing back")
    for action in (approve, refuse):
        action.add_argument("refund", type=UUID)
    for action in (ask, approve, refuse):
        action.add_argument("--by", required=True, metavar="NAME", help="who you are")
    listing = actions.add_parser("list", help="all of them")
    deeds = ((ask, _ask), (approve, _approve), (refuse, _refuse), (listing, _list))
    for action, deed in deeds:
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_doing(deed))


def _amount(text: str) -> Money:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"expected an amount such as 2.50 EUR, got {text!r}")
    return Money.of(Decimal(match[1]), match[2])


def _doing(deed: _Deed) -> Callable[[argparse.Namespace], None]:
    def do(given: argparse.Namespace) -> None:
        with database_of(Settings.from_env(os.environ), alone=False) as settings:
            run(_tell(given, deed, settings))

    return do


async def _tell(given: argparse.Namespace, deed: _Deed, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        refunds = await deed(given, operator.operator_id, services.database)
    for refund in refunds:
        print(_line(refund))


def _line(refund: Refund) -> str:
    who = f"{refund.asked_by}, {refund.decided_by}" if refund.decided_by else refund.asked_by
    what = f"{refund.state:<8} {refund.amount!s:>12} of {refund.receipt_number}"
    return f"{refund.refund_id}  {what}  ({who}): {refund.reason}"


async def _ask(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[Refund]:
    # Without a key the same words twice are the same wish.
    key = given.key or f"{given.amount}:{given.reason}"
    order = RefundOrder(given.receipt, given.amount, given.reason, given.by, key)
    return [await ask_refund(order, operator_id=operator_id, database=database)]


async def _approve(
    given: argparse.Namespace, operator_id: UUID, database: Database
) -> list[Refund]:
    done = await approve_refund(
        given.refund, by=given.by, operator_id=operator_id, database=database
    )
    return [done]


async def _refuse(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[Refund]:
    done = await refuse_refund(
        given.refund, by=given.by, operator_id=operator_id, database=database
    )
    return [done]


async def _list(_: argparse.Namespace, operator_id: UUID, database: Database) -> list[Refund]:
    async with database.work(operator_id) as work:
        return await list_refunds(work)
