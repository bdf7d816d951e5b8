"""`directpay openid`: where an operator's drivers may sign in with an account that they have."""

import argparse
import os
import sys

from app.commands.running import run
from app.embedded import database_of
from app.people.identity.find import find_operator
from app.people.identity.model import Operator
from app.people.identity.openid.model import Connection
from app.people.identity.openid.set_up import get_connection, remove_connection, set_connection
from app.serving import database_url
from app.settings import Settings
from app.wiring import Services, create_services


def add_openid(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that set up, show and remove an operator's provider."""
    actions = commands.add_parser(
        "openid", help="the provider (OpenID Connect) by which an operator's drivers may sign in"
    ).add_subparsers(required=True, dest="action", metavar="ACTION")
    put = actions.add_parser("set", help="let drivers sign in there, instead of anywhere before")
    put.add_argument("--issuer", required=True, help="such as https://login.example")
    put.add_argument("--client-id", required=True, help="what we are called there")
    put.add_argument("--label", required=True, help="what the button says")
    put.add_argument(
        "--secret", action="store_true", help="read the client's secret from the standard input"
    )
    put.add_argument(
        "--app-redirect", action="append", default=[], metavar="ADDRESS",
        help="where an app is led back to, such as com.example.app:/signed-in; several times",
    )  # fmt: skip
    show = actions.add_parser("show", help="what is set up, and what to enter at the provider")
    remove = actions.add_parser("remove", help="let nobody sign in there any more")
    for action, deed in ((put, _set), (show, _show), (remove, _remove)):
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_run, deed=deed)


def _run(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        run(_tell(given, settings))


async def _tell(given: argparse.Namespace, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        print(*await given.deed(given, operator, services), sep="\n")


async def _set(given: argparse.Namespace, operator: Operator, services: Services) -> list[str]:
    new = Connection(
        operator_id=operator.operator_id,
        issuer=given.issuer,
        client_id=given.client_id,
        label=given.label,
        app_redirects=tuple(given.app_redirect),
    )
    secret = sys.stdin.readline().strip() or None if given.secret else None
    async with services.database.work(operator.operator_id) as work:
        await set_connection(work, new, secret, sealer=services.desk.openid.sealer)
    return await _show(given, operator, services)


async def _show(_: argparse.Namespace, operator: Operator, services: Services) -> list[str]:
    async with services.database.work(operator.operator_id) as work:
        known = await get_connection(work)
    base_url = services.desk.base_of(operator.operator_id)
    bases = dict.fromkeys((base_url, operator.public_url or base_url))
    return [
        f"issuer        {known.issuer}",
        f"client id     {known.client_id}",
        f"secret        {'kept, sealed' if known.sealed_secret else 'none: a public client'}",
        f"button        {known.label}",
        *(f"redirect URI  {base}/me/{operator.slug}/openid/back" for base in bases),
        *(f"an app's      {address}" for address in known.app_redirects),
    ]


async def _remove(_: argparse.Namespace, operator: Operator, services: Services) -> list[str]:
    async with services.database.work(operator.operator_id) as work:
        await remove_connection(work)
    return [f"Nobody signs in at {operator.slug} with an account elsewhere any more."]
