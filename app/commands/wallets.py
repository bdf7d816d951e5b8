"""`directpay wallet`: drivers' prepaid credit."""

import argparse
import os
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from app.commands.running import run
from app.directpay.credit.manage import (
    Gift,
    credit_of,
    freeze_credit,
    give_credit,
    return_credit,
    unfreeze_credit,
)
from app.directpay.credit.overview import Credit
from app.embedded import database_of
from app.funds.wallet.volume.count import volumes
from app.infra.database import Database
from app.kernel.money import Money
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_Deed = Callable[[argparse.Namespace, UUID, Database], Awaitable[Iterable[str]]]
_AMOUNT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ([A-Z]{3})")


def add_wallets(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that give credit, show it, freeze it and give it back."""
    wallet = commands.add_parser("wallet", help="drivers' prepaid credit")
    actions = wallet.add_subparsers(required=True, dest="action", metavar="ACTION")
    give = actions.add_parser("grant", help="give credit to whoever has a mail address")
    show = actions.add_parser("show", help="what a driver has, and what became of it")
    freeze = actions.add_parser("freeze", help="let credit not be used for now")
    unfreeze = actions.add_parser("unfreeze", help="make credit usable again")
    back = actions.add_parser("refund", help="give what was bought and is left back to its means")
    volume = actions.add_parser("volume", help="what was paid with credit in a year, by country")
    for action in (give, show, freeze, unfreeze, back):
        action.add_argument("address", help="the driver's mail address")
    for action in (freeze, unfreeze, back):
        action.add_argument("--currency", default="EUR", help="(default: EUR)")
    give.add_argument("--amount", type=amount, required=True, help="such as '20.00 EUR'")
    give.add_argument(
        "--until", type=date.fromisoformat, required=True, help="the last day, such as 2027-01-31"
    )
    give.add_argument("--note", default="", help="what the driver reads on the statement")
    give.add_argument("--key", help="another one gives the same again")
    freeze.add_argument("--reason", required=True)
    deeds = {
        give: _give,
        show: _show,
        freeze: _freeze,
        unfreeze: _unfreeze,
        back: _refund,
        volume: _volume,
    }
    for action, deed in deeds.items():
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_doing(deed))


def amount(text: str) -> Money:
    """Return the amount that is written as *text*, such as 20.00 EUR."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"expected an amount such as 20.00 EUR, got {text!r}")
    return Money.of(Decimal(match[1]), match[2])


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


async def _give(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    last_day: date = given.until
    end = datetime.combine(last_day, time.min, UTC) + timedelta(days=1)
    # Without a key the same words twice are the same gift.
    key = given.key or f"{given.address}:{given.amount}:{last_day}:{given.note}"
    gift = Gift(given.address, given.amount, end, f"cli:{key}", given.note)
    lot = await give_credit(gift, operator_id=operator_id, database=database)
    return [f"{lot.amount} given, {lot.left} left, good until the end of {last_day} (UTC)"]


async def _show(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    seen = await credit_of(given.address, operator_id=operator_id, database=database)
    return [line for each in seen.credits for line in _lines(each)] or ["no credit"]


def _lines(credit: Credit) -> Iterable[str]:
    wallet = credit.wallet
    frozen = f", frozen: {wallet.frozen_why}" if wallet.is_frozen else ""
    yield f"{wallet.balance} ({wallet.book}){frozen}"
    for lot in wallet.lots:
        end = "no end" if lot.expires_at is None else f"until {lot.expires_at:%Y-%m-%d %H:%M}"
        yield f"  {lot.kind:<9} {lot.left!s:>12} of {lot.amount}, {end} {lot.note}".rstrip()
    for line in credit.lines:
        yield f"  {line.at:%Y-%m-%d %H:%M}  {line.kind:<15} {line.amount!s:>12}"


async def _freeze(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    frozen = await freeze_credit(
        given.address, given.currency, given.reason, operator_id=operator_id, database=database
    )
    return [f"{frozen.balance} are frozen: {frozen.frozen_why}"]


async def _unfreeze(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    usable = await unfreeze_credit(
        given.address, given.currency, operator_id=operator_id, database=database
    )
    return [f"{usable.balance} can be used"]


async def _refund(given: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    amount = await return_credit(
        given.address, given.currency, operator_id=operator_id, database=database
    )
    return [f"{amount} go back"]


async def _volume(_: argparse.Namespace, operator_id: UUID, database: Database) -> list[str]:
    async with database.work(operator_id) as work:
        found = await volumes(work)
    return [
        f"{each.country}  {each.amount!s:>16}  {each.sessions} sessions"
        + ("" if each.percent is None else f"  {each.percent} % of the threshold")
        for each in found
    ] or ["nothing was paid with live credit within a year"]
