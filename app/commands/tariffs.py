"""`directpay price` and `directpay tariff`: prices from files, and which tariff holds where."""

import argparse
import os
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from app.charging.chargers.find_evse import find_evse
from app.commands.running import give, read, run, tell
from app.directpay.offers.site import spot_of
from app.embedded import database_of
from app.gateways.ocpp.prices.file import ocpp_file
from app.infra.i18n import LANGUAGES, SOURCE_LANGUAGE, speaking
from app.pricing.tariffs.cdrs.command import price_lines
from app.pricing.tariffs.choice.choose import every_choice
from app.pricing.tariffs.choice.explain import explained
from app.pricing.tariffs.choice.model import AD_HOC, Group
from app.pricing.tariffs.engine import Stay
from app.pricing.tariffs.review.command import explain_file, lint_file, quote_file, split_file
from app.pricing.tariffs.review.places import Place
from app.pricing.tariffs.words.tariff import Moment
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services


def add_tariffs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that price and look at tariffs."""
    pricer = commands.add_parser("price", help="price CDRs: JSON lines in, JSON lines out")
    pricer.set_defaults(run=_price)
    _add_tariff(commands.add_parser("tariff", help="look at a tariff in a file"))


def _add_tariff(tariff: argparse.ArgumentParser) -> None:
    actions = tariff.add_subparsers(required=True, dest="action", metavar="ACTION")
    lint = actions.add_parser("lint", help="what is wrong with it, or will surprise")
    lint.add_argument("--country", help="where it shall hold (ISO 3166, such as DE)")
    lint.add_argument("--vat", type=Decimal, help="the rate there in percent")
    lint.add_argument("--kw", type=Decimal, default=Decimal(22), help="power of the strongest EVSE")
    lint.add_argument("--certified-clock", action="store_true", help="its time may be charged")
    lint.add_argument("--hold", action="store_true", help="the amount to hold is set there")
    words = actions.add_parser("explain", help="say it in words")
    offer = actions.add_parser("quote", help="what a stay would cost, line by line")
    for action in (words, offer):
        needed = action is offer
        action.add_argument("--at", type=_instant, required=needed, help="with its zone")
        action.add_argument("--zone", default="UTC", help="the location's: Europe/Amsterdam")
        action.add_argument("--vat", type=Decimal, help="the rate there in percent")
    for name in ("kwh", "kw"):
        offer.add_argument(f"--{name}", type=Decimal, required=True)
    offer.add_argument("--minutes", type=int, default=0, help="until it is unplugged")
    shown = actions.add_parser("ocpp", help="what charge points of OCPP 2.1 are told of it")
    shown.add_argument("--vat", type=Decimal, required=True, help="the rate there in percent")
    split = actions.add_parser("split", help="the charging periods of {tariff, timezone, samples}")
    for action in (lint, words, offer):
        action.add_argument("--language", choices=LANGUAGES, default=SOURCE_LANGUAGE)
    for action, do in (
        (lint, _lint),
        (words, _explain),
        (offer, _quote),
        (shown, _ocpp),
        (split, _split),
    ):
        action.add_argument("file", type=Path)
        action.set_defaults(run=do)
    _add_choose(actions.add_parser("choose", help="which tariff holds at a code, and why"))


def _add_choose(choose: argparse.ArgumentParser) -> None:
    choose.add_argument("code", help="the code of the charging point")
    choose.add_argument(
        "--group", type=Group.parse, action="append", help="who charges: fleet:ACME"
    )
    choose.add_argument("--at", type=datetime.fromisoformat, help="with its zone (default: now)")
    choose.set_defaults(run=_choose)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no zone, such as Z or +01:00")
    return instant.astimezone(UTC)


def _price(_: argparse.Namespace) -> None:
    give(price_lines(sys.stdin.buffer))


def _lint(given: argparse.Namespace) -> None:
    place = None
    if given.country:
        place = Place(given.country.upper(), given.kw, given.certified_clock, given.hold, given.vat)
    with speaking(given.language):
        tell(lint_file(read(given.file), place))


def _explain(given: argparse.Namespace) -> None:
    moment = Moment(given.at, given.zone, given.vat) if given.at else None
    with speaking(given.language):
        tell(explain_file(read(given.file), moment))


def _quote(given: argparse.Namespace) -> None:
    stay = Stay(given.at, given.kwh, given.minutes, given.kw)
    with speaking(given.language):
        tell(quote_file(read(given.file), stay, given.zone, given.vat))


def _ocpp(given: argparse.Namespace) -> None:
    tell(ocpp_file(read(given.file), given.vat))


def _split(given: argparse.Namespace) -> None:
    tell(split_file(read(given.file)))


def _choose(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        run(_tell_choice(given, settings))


async def _tell_choice(given: argparse.Namespace, settings: Settings) -> None:
    groups = frozenset(given.group or {AD_HOC})
    async with create_services(settings, database_url(settings)) as services:
        operator_id, evse = await find_evse(given.code, database=services.database)
        async with services.database.work(operator_id) as work:
            at = given.at.astimezone(UTC) if given.at else work.now
            choices = await every_choice(work, spot_of(evse), groups, at)
    print(*explained(choices), sep="\n")
