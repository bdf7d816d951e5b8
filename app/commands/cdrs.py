"""`directpay cdr`: what speaks against CDRs."""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.commands.running import give, read
from app.kernel.clock import SystemClock
from app.pricing.tariffs.cdrs.check import check_lines
from app.pricing.tariffs.cdrs.model import StatedCdr
from app.pricing.tariffs.cdrs.plausible import Known
from app.pricing.vat.rates import rate
from app.pricing.vat.supplies import Supply


def add_cdrs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that look at CDRs."""
    actions = commands.add_parser("cdr", help="look at CDRs").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    check = actions.add_parser("check", help="what speaks against them: JSON lines in and out")
    check.add_argument("file", help="cases as of `directpay price`; - is standard input")
    check.add_argument("--kw", type=Decimal, help="the power of the EVSEs")
    check.add_argument("--country", help="where they are, for the VAT (ISO 3166, such as DE)")
    check.add_argument("--at", type=_instant, help="the instant of the check (default: now)")
    check.set_defaults(run=_check)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _check(given: argparse.Namespace) -> None:
    at = given.at or SystemClock().now()

    def known(cdr: StatedCdr) -> Known:
        vat = _rates(given.country.upper(), cdr.end_date_time.date()) if given.country else None
        return Known(now=at, most_kw=given.kw, vat=vat)

    give(check_lines(_lines(given.file), known))


def _rates(country: str, day: date) -> frozenset[Decimal]:
    """Return the VAT rates of a day, and none at all, which may have its reasons."""
    return frozenset(rate(country, day, supply) for supply in Supply) | {Decimal(0)}


def _lines(name: str) -> Iterable[bytes]:
    return sys.stdin.buffer if name == "-" else read(Path(name)).splitlines()
