"""`directpay display`: the codes on the displays of charge points."""

import argparse
import os

from app.charging.chargers.display.work import rotate_secret
from app.commands.running import run
from app.embedded import database_of
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services


def add_displays(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that changes the secret of a display."""
    actions = commands.add_parser("display", help="the codes on displays").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    rotate = actions.add_parser("rotate", help="give a display a new secret, at once")
    rotate.add_argument("evse_uid", help="the EVSE, as the operator file names it")
    rotate.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
    rotate.set_defaults(run=_rotate)


def _rotate(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        run(_do(given, settings))


async def _do(given: argparse.Namespace, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        async with services.database.work(operator.operator_id) as work:
            number = await rotate_secret(work, given.evse_uid)
    print(f"{given.evse_uid} shows codes by its secret number {number} from now on.")
