"""`directpay coupons`: codes of an operator's campaigns, and how the campaigns go."""

import argparse
import csv
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from uuid import UUID

from app.commands.running import read, run
from app.embedded import database_of
from app.kernel.money import Money
from app.people.identity.find import find_operator
from app.pricing.promotions.coupons.make import block_code, list_codes, make_codes, take_codes
from app.pricing.promotions.coupons.stats import Stats, campaign_stats
from app.serving import database_url
from app.settings import Settings
from app.wiring import Services, create_services

Row = tuple[object, ...]
_Deed = Callable[[argparse.Namespace, Services, UUID], Awaitable[Iterable[Row]]]


def add_coupons(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that make, list, take over and block codes, and count campaigns."""
    actions = commands.add_parser(
        "coupons", help="codes of campaigns, and how the campaigns go"
    ).add_subparsers(required=True, dest="action", metavar="ACTION")
    create = actions.add_parser("create", help="make codes that nobody can guess, as CSV")
    create.add_argument("--count", type=int, default=1, help="how many (default: 1)")
    export = actions.add_parser("export", help="the codes with what they were used for, as CSV")
    taking = actions.add_parser("import", help="take over codes that were made elsewhere")
    taking.add_argument("file", type=Path, help="a code on each line")
    block = actions.add_parser("block", help="let a code be good for nothing from now on")
    block.add_argument("code")
    stats = actions.add_parser("stats", help="what each campaign gave, as CSV")
    for action in (create, export, taking, block):
        action.add_argument("--campaign", required=True, help="its id in the operator file")
    deeds = {create: _create, export: _export, taking: _import, block: _block, stats: _stats}
    for action, deed in deeds.items():
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
        rows = await deed(given, services, operator.operator_id)
    csv.writer(sys.stdout, lineterminator="\n").writerows(rows)


async def _create(
    given: argparse.Namespace, services: Services, operator_id: UUID
) -> Iterable[Row]:
    _, codes = await make_codes(
        given.campaign,
        given.count,
        keys=services.desk.codes,
        operator_id=operator_id,
        database=services.database,
    )
    return [("code",), *((code,) for code in codes)]


async def _export(
    given: argparse.Namespace, services: Services, operator_id: UUID
) -> Iterable[Row]:
    found = await list_codes(
        given.campaign,
        keys=services.desk.codes,
        operator_id=operator_id,
        database=services.database,
    )
    rows = (
        (each.coupon_id, each.code, each.used.uses, each.uses_left, each.used.minor,
         each.used.watt_hours, each.is_blocked)
        for each in found
    )  # fmt: skip
    heads = ("id", "code", "uses", "uses_left", "minor_units", "watt_hours", "blocked")
    return [heads, *rows]


async def _import(
    given: argparse.Namespace, services: Services, operator_id: UUID
) -> Iterable[Row]:
    lines = read(given.file).decode(errors="replace").splitlines()
    number = await take_codes(
        given.campaign,
        [line for line in lines if line.strip()],
        keys=services.desk.codes,
        operator_id=operator_id,
        database=services.database,
    )
    return [(f"{number} codes are taken over.",)]


async def _block(given: argparse.Namespace, services: Services, operator_id: UUID) -> Iterable[Row]:
    await block_code(
        given.campaign,
        given.code,
        keys=services.desk.codes,
        operator_id=operator_id,
        database=services.database,
    )
    return [("The code is blocked.",)]


async def _stats(_: argparse.Namespace, services: Services, operator_id: UUID) -> Iterable[Row]:
    found = await campaign_stats(operator_id=operator_id, database=services.database)
    heads = ("campaign", "name", "payer", "uses", "given", "kwh", "drivers", "codes", "ended")
    return [heads, *map(_row, found)]


def _row(stats: Stats) -> Row:
    terms, total = stats.campaign.terms, stats.total
    ended = stats.campaign.ended_at
    return (
        stats.campaign.campaign_id,
        terms.name,
        terms.partner or "operator",
        total.uses,
        str(Money(total.minor, terms.currency)),
        stats.kwh,
        stats.drivers,
        stats.codes,
        "" if ended is None else f"{ended:%Y-%m-%d}",
    )
