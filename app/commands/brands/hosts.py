"""`directpay hosts`: the hosts of an operator's pages."""

import argparse
import os
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.commands.running import run
from app.directpay.desk import Desk
from app.embedded import database_of
from app.people.identity.find import find_operator
from app.people.identity.hosts.change import (
    add_host,
    list_hosts,
    make_main,
    prove_host,
    remove_host,
    vouch_for_host,
)
from app.people.identity.hosts.model import Host
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_Deed = Callable[[argparse.Namespace, UUID, Desk], Awaitable[list[str]]]


def add_hosts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that list, name, prove, choose and take away hosts."""
    actions = commands.add_parser("hosts", help="where an operator's pages are").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    listing = actions.add_parser("list", help="all of them, with the record that proves each")
    add = actions.add_parser("add", help="name one; it counts when it is proved")
    add.add_argument("--vouch", action="store_true", help="it is the operator's on your word")
    check = actions.add_parser("check", help="look for the DNS record that proves one")
    main = actions.add_parser("main", help="let the pages be at one that is proved")
    remove = actions.add_parser("remove", help="take one away")
    for action in (add, check, main, remove):
        action.add_argument("name", help="such as charge.example.com")
    deeds = ((listing, _list), (add, _add), (check, _check), (main, _main), (remove, _remove))
    for action, deed in deeds:
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
        lines = await deed(given, operator.operator_id, services.desk)
    print(*lines, sep="\n")


async def _list(_: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    found = await list_hosts(operator_id=operator_id, database=desk.database)
    return [_line(each) for each in found] or [f"The pages are at {desk.base_url}."]


async def _add(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    add = vouch_for_host if given.vouch else add_host
    host = await add(given.name, operator_id=operator_id, hosts=desk.hosts, database=desk.database)
    return [_line(host)]


async def _check(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    host = await prove_host(
        given.name,
        operator_id=operator_id,
        hosts=desk.hosts,
        records=desk.records,
        database=desk.database,
    )
    return [_line(host)]


async def _main(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    host = await make_main(
        given.name, operator_id=operator_id, hosts=desk.hosts, database=desk.database
    )
    return [_line(host)]


async def _remove(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> list[str]:
    await remove_host(given.name, operator_id=operator_id, hosts=desk.hosts, database=desk.database)
    return [f"{given.name} leads nowhere any more."]


def _line(host: Host) -> str:
    if host.verified_at is None:
        return f"{host.name}  waits for a TXT record at {host.record} that says {host.proof}"
    since = f"proved {host.verified_at:%Y-%m-%d}"
    line = f"{host.name}  {since}{', the main one' if host.main else ''}"
    if host.missing_since is None:
        return line
    gone = f"{host.missing_since:%Y-%m-%d}"
    return f"{line}, but since {gone} no TXT record at {host.record} says {host.proof}"
