"""`directpay import`: what an operator's file defines."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.running import run
from app.embedded import database_of
from app.kernel.parts import part
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

if TYPE_CHECKING:
    from app.office.import_operator import Imported


def add_operators(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that takes over an operator's file."""
    importer = commands.add_parser("import", help="take over what an operator's file defines")
    importer.add_argument(
        "file", type=Path, help="a YAML file: see docs/reference/operator-file.md"
    )
    importer.set_defaults(run=_import)


def _import(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        run(_take_over(given.file, settings))


async def _take_over(path: Path, settings: Settings) -> None:
    office = part("app.office.import_operator")
    file = office.read_operator_file(path)
    async with create_services(settings, database_url(settings)) as services:
        vault = services.desk.payments.vault
        imported: Imported = await office.import_operator(
            file, vault=vault, database=services.database, codes=services.desk.codes
        )
    for change in imported.changes or ("Nothing has changed.",):
        print(change)
    for warning in imported.warnings:
        print(warning)
    if imported.forgotten_evses:
        print("Not in the file any more:", ", ".join(imported.forgotten_evses))
