"""`directpay station`: charge points, and those that nobody has configured yet."""

import argparse
import os
from collections.abc import Awaitable, Callable, Iterable

from app.charging.chargers.overview.model import ChargePointState, Filter
from app.charging.chargers.overview.read import list_charge_points
from app.charging.chargers.pairing.attempts import list_attempts, list_strangers
from app.charging.chargers.pairing.claim import claim_charge_point
from app.charging.chargers.pairing.codes import make_code
from app.charging.chargers.pairing.model import Attempt
from app.commands.running import run
from app.embedded import database_of
from app.infra.database import Database, Work
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_MOST = 10_000
_Deed = Callable[[Work, Database], Awaitable[list[str]]]


def add_stations(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that list, pair and claim charge points."""
    actions = commands.add_parser("station", help="charge points").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    listing = actions.add_parser("list", help="all of an operator, and how they are")
    pair = actions.add_parser("pair", help="make a one-time code for a new charge point")
    attempts = actions.add_parser("attempts", help="who knocked and is not known")
    claim = actions.add_parser("claim", help="make one that knocked with a code the operator's")
    claim.add_argument("identity", help="its OCPP identity")
    claim.add_argument(
        "--evse",
        action="append",
        default=[],
        type=_evse,
        metavar="UID=NUMBER",
        help="an EVSE of it",
    )
    for action, deed in ((listing, _list), (pair, _pair), (attempts, _attempts), (claim, _claim)):
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_doing(deed))


def _doing(deed: Callable[[argparse.Namespace], _Deed]) -> Callable[[argparse.Namespace], None]:
    def do(given: argparse.Namespace) -> None:
        with database_of(Settings.from_env(os.environ), alone=False) as settings:
            run(_tell(given.operator, deed(given), settings))

    return do


async def _tell(slug: str, deed: _Deed, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(slug, database=services.database)
        async with services.database.work(operator.operator_id) as work:
            lines = await deed(work, services.database)
    print(*lines, sep="\n")


def _list(_: argparse.Namespace) -> _Deed:
    async def told(work: Work, _: Database) -> list[str]:
        found = await list_charge_points(work, Filter(most=_MOST))
        return [_line(each) for each in found] or ["No charge points."]

    return told


def _pair(_: argparse.Namespace) -> _Deed:
    async def made(work: Work, _: Database) -> list[str]:
        code, text = await make_code(work, "command line")
        until = f"{code.expires_at:%Y-%m-%d %H:%M} UTC"
        return [text, f"Set it as the password of one charge point until {until}. Told once."]

    return made


def _attempts(_: argparse.Namespace) -> _Deed:
    async def told(work: Work, database: Database) -> list[str]:
        waiting = list(_told(await list_attempts(work), "waits to be claimed"))
        others = list(_told(await list_strangers(database=database), "has no code of anybody"))
        return [*waiting, *others] or ["Nobody."]

    return told


def _claim(given: argparse.Namespace) -> _Deed:
    async def done(work: Work, _: Database) -> list[str]:
        await claim_charge_point(work, given.identity, dict(given.evse))
        return [f"{given.identity} may connect from now on."]

    return done


def _line(state: ChargePointState) -> str:
    how = f"connected since {state.connected_since}" if state.connected else "not connected"
    what = f"{state.vendor or '?'} {state.model or '?'}"
    return f"{state.identity}: {how}, {state.protocol or 'never seen'}, {what}, {state.status}"


def _told(attempts: Iterable[Attempt], what: str) -> Iterable[str]:
    for each in attempts:
        versions = ", ".join(each.versions) or "no version"
        yield (
            f"{each.identity}: {what}; {each.times} times from {each.address},"
            f" last at {each.last_at:%Y-%m-%d %H:%M} UTC, offers {versions}"
        )


def _evse(text: str) -> tuple[str, int]:
    uid, _, number = text.rpartition("=")
    if not uid or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not UID=NUMBER, such as AMS-1-1=1")
    return uid, int(number)
