"""`directpay ocpi`: the platforms that an operator is connected to over OCPI."""

import argparse
from collections.abc import Iterable
from uuid import UUID

from app.commands.chargers.ocpi_books import book_actions
from app.commands.chargers.ocpi_deed import doing
from app.commands.chargers.ocpi_terminals import terminal_actions
from app.roaming.abroad.read import Abroad, points_abroad
from app.roaming.desk import RoamingDesk
from app.roaming.here.gap import replay
from app.roaming.platforms.cards import let_cards_roam
from app.roaming.platforms.find import platform_of_name
from app.roaming.platforms.model import Platform
from app.roaming.platforms.pair import invite, leave, pair, rotate
from app.roaming.platforms.read import all_platforms
from app.settings import SettingsError


def add_ocpi(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands for other platforms."""
    actions = commands.add_parser(
        "ocpi", help="other platforms: connect, look at, send again"
    ).add_subparsers(required=True, dest="action", metavar="ACTION")
    pairing = actions.add_parser("pair", help="connect to a platform, or invite it")
    pairing.add_argument("name", help="what you call the platform")
    pairing.add_argument("--url", help="the address of its versions; without: invite it here")
    pairing.add_argument("--token", help="its token A")
    turning = actions.add_parser("rotate", help="agree on new tokens with a platform")
    turning.add_argument("name", help="what you call the platform")
    ending = actions.add_parser("leave", help="end the connection to a platform")
    ending.add_argument("name", help="what you call the platform")
    status = actions.add_parser("status", help="all platforms, and how they are")
    points = actions.add_parser("points", help="the EVSEs of other platforms, with their codes")
    again = actions.add_parser("replay", help="push to a platform what it should have")
    again.add_argument("name", help="what you call the platform")
    again.add_argument("--all", action="store_true", help="also what it has taken already")
    roaming = actions.add_parser("roam", help="let drivers use their cards at a platform")
    roaming.add_argument("name", help="what you call the platform")
    roaming.add_argument("--off", action="store_true", help="not any more")
    deeds = (
        (roaming, _roam),
        (points, _points),
        (again, _replay),
        (pairing, _pair),
        (turning, _rotate),
        (ending, _leave),
        (status, _status),
    )
    for action, deed in (*deeds, *book_actions(actions), *terminal_actions(actions)):
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=doing(deed))


async def _pair(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    if given.url is None:
        async with desk.database.work(operator_id) as work:
            token = await invite(work, given.name)
        return [f"token A:  {token}", f"versions: {desk.versions_url}"]
    if given.token is None:
        raise SettingsError("--url needs --token: the token A that the platform gave you")
    platform = await pair(given.name, given.url, given.token, operator_id=operator_id, desk=desk)
    return [_line(platform)]


async def _rotate(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    return [_line(await rotate(given.name, operator_id=operator_id, desk=desk))]


async def _leave(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    is_told = await leave(given.name, operator_id=operator_id, desk=desk)
    return [f"{given.name} is gone" + ("" if is_told else ", and could not be told") + "."]


async def _status(_: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        found = await all_platforms(work)
    return [_line(each) for each in found] or ["There are no platforms."]


async def _replay(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, given.name)
        await replay(work, platform, is_all=given.all)
    return [f"The worker pushes to {given.name} what it should have."]


async def _roam(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        await let_cards_roam(work, given.name, is_wanted=not given.off)
    if given.off:
        return [f"No card can be used at {given.name} any more."]
    return [f"{given.name} is told of your drivers' cards."]


async def _points(_: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        found = await points_abroad(work)
    return [_point_line(each) for each in found] or ["There are no points."]


def _point_line(found: Abroad) -> str:
    point = found.point
    return f"{found.code}  {point.party}  {point.location_id}  {point.their_uid}  " + (
        point.trouble or "usable"
    )


def _line(platform: Platform) -> str:
    named = (f"{one.role} {one.country_code}*{one.party_id}" for one in platform.roles)
    roles = ",".join(_unique(named))
    heard = f"last heard {platform.heard_at:%Y-%m-%d %H:%M}" if platform.heard_at else "never heard"
    parts = [platform.name, platform.state, platform.version or "-", roles or "-", heard]
    if platform.failed_at is not None:
        parts.append(f"failing since {platform.failed_at:%Y-%m-%d %H:%M}: {platform.failure}")
    return "  ".join(parts)


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
