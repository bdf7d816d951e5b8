"""What every `directpay ocpi` command does: find the operator, do it, print what came of it."""

import argparse
import os
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.commands.running import run
from app.embedded import database_of
from app.people.identity.find import find_operator
from app.roaming.desk import RoamingDesk
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

Deed = Callable[[argparse.Namespace, UUID, RoamingDesk], Awaitable[list[str]]]


def doing(deed: Deed) -> Callable[[argparse.Namespace], None]:
    """Return what runs a *deed* for the operator that was named, and prints its lines."""

    def do(given: argparse.Namespace) -> None:
        with database_of(Settings.from_env(os.environ), alone=False) as settings:
            run(_tell(given, deed, settings))

    return do


async def _tell(given: argparse.Namespace, deed: Deed, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(given.operator, database=services.database)
        lines = await deed(given, operator.operator_id, services.roaming)
    print(*lines, sep="\n")
