"""`directpay audit`: what staff did, and whether the record of it is what it was."""

import argparse
import os
import re
import sys
from collections.abc import Sequence

from app.commands.running import run
from app.embedded import database_of
from app.infra.database import EVERY_OPERATOR, Database
from app.people.identity.find import find_operator
from app.people.identity.list_all import list_operators
from app.people.identity.staff.model import INSTALLATION, Chain, Entry, Mark
from app.people.identity.staff.verify import last_entries, verify, verify_one
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_MARK = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def add_audit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that read and check the record of what staff did."""
    actions = commands.add_parser("audit", help="what staff did").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    listing = actions.add_parser("list", help="the last rows of the record")
    listing.add_argument("--last", type=int, default=50, metavar="N", help="how many (50)")
    listing.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
    listing.set_defaults(run=_list)
    verifying = actions.add_parser("verify", help="whether every row is what it was")
    verifying.add_argument("--operator", metavar="SLUG", help="only this one's (default: all)")
    verifying.add_argument(
        "--known", type=_mark, metavar="N:DIGEST", help="a row as you noted it, of --operator"
    )
    verifying.set_defaults(run=_verify)


def _mark(text: str) -> Mark:
    match = _MARK.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("expected what `audit verify` printed, such as 41:9f86...")
    return Mark(int(match[1]), bytes.fromhex(match[2]))


def _list(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        entries: Sequence[Entry] = run(_read(given, settings))
    for each in entries:
        print(f"{each.number:>6}  {each.at:%Y-%m-%d %H:%M:%S}  {each.actor}  {each.action}")
        print(f"        {each.detail}")


async def _read(given: argparse.Namespace, settings: Settings) -> Sequence[Entry]:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        async with services.database.work(operator.operator_id) as work:
            return await last_entries(work, operator.operator_id, given.last)


def _verify(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        chains: list[tuple[str, Chain]] = run(_walk(given, settings))
    for name, chain in chains:
        _tell(name, chain)
    if any(chain.broken for _, chain in chains):
        sys.exit(1)


async def _walk(given: argparse.Namespace, settings: Settings) -> list[tuple[str, Chain]]:
    async with create_services(settings, database_url(settings)) as services:
        database = services.database
        if given.operator is None:
            return await _all(database)
        operator = await find_operator(given.operator, database=database)
        async with database.work(EVERY_OPERATOR) as work:
            chain = await verify_one(work, operator.operator_id, given.known)
        return [(operator.slug, chain)]


async def _all(database: Database) -> list[tuple[str, Chain]]:
    names = {each.operator_id: each.slug for each in await list_operators(database=database)}
    names[INSTALLATION] = "(installation)"
    chains = await verify(database=database)
    return [(names.get(each.operator_id, str(each.operator_id)), each) for each in chains]


def _tell(name: str, chain: Chain) -> None:
    if chain.broken is None:
        print(f"{name}: {chain.head.number} rows are what they were; the last: {chain.head}")
    else:
        print(f"{name}: BROKEN at row {chain.broken.number}: {chain.broken.why}")
