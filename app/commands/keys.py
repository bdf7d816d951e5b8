"""`directpay api-key`: the keys by which an operator's own programs use the API."""

import argparse
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.commands.running import run
from app.embedded import database_of
from app.infra.database import Work
from app.people.identity.find import find_operator
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.manage import list_keys, revoke_key
from app.people.identity.keys.model import ApiKey, Scope
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_Deed = Callable[[Work], Awaitable[list[str]]]


def add_keys(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that make, list and revoke API keys."""
    actions = commands.add_parser(
        "api-key", help="the keys of an operator's own programs"
    ).add_subparsers(required=True, dest="action", metavar="ACTION")
    create = actions.add_parser("create", help="make one; it is printed once")
    create.add_argument("--name", required=True, help="whose it is, such as 'price robot'")
    create.add_argument(
        "--scope", action="append", required=True, choices=[str(scope) for scope in Scope]
    )
    create.add_argument("--days", type=_days, help="how long it is good (default: until revoked)")
    listing = actions.add_parser("list", help="all of them, with when they were last used")
    revoke = actions.add_parser("revoke", help="let one be good for nothing from now on")
    revoke.add_argument("prefix", help="the twelve characters after dpk_")
    for action, deed in ((create, _create), (listing, _list), (revoke, _revoke)):
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
            lines = await deed(work)
    print(*lines, sep="\n")


def _create(given: argparse.Namespace) -> _Deed:
    async def create(work: Work) -> list[str]:
        lifetime = None if given.days is None else timedelta(days=given.days)
        scopes = frozenset(Scope(scope) for scope in given.scope)
        _, text = await create_key(work, KeyOrder(given.name, scopes, lifetime))
        return [text]

    return create


def _list(_: argparse.Namespace) -> _Deed:
    async def every(work: Work) -> list[str]:
        return [_line(key) for key in await list_keys(work)] or ["There are no keys."]

    return every


def _revoke(given: argparse.Namespace) -> _Deed:
    async def revoke(work: Work) -> list[str]:
        await revoke_key(work, given.prefix)
        return [f"{given.prefix} is revoked."]

    return revoke


def _line(key: ApiKey) -> str:
    used = f"last used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
    ends = f"expires {key.expires_at:%Y-%m-%d}" if key.expires_at else "does not expire"
    state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else ends
    return f"{key.prefix}  {key.name}  {','.join(sorted(key.scopes))}  {state}  {used}"


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise argparse.ArgumentTypeError("a key is good for a day at least")
    return days
