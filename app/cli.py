"""`directpay`: the command line."""

import argparse
import logging
import os
import sys
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.demo import Demo, run_demo
from app.embedded import database_of
from app.kernel.errors import Problem
from app.office.import_operator import import_operator, read_operator_file
from app.pricing.tariffs.cdrs.command import price_lines
from app.pricing.tariffs.engine import Stay
from app.pricing.tariffs.review.command import (
    Report,
    explain_file,
    lint_file,
    quote_file,
    split_file,
)
from app.pricing.tariffs.review.review import Place
from app.serving import database_url, listen, runner, serve, work
from app.settings import EVERY_ROLE, Role, Settings, SettingsError, new_key
from app.wiring import create_services


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in *arguments* and return the exit status; 1 with one sentence of why."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("procrastinate", "alembic", "httpx", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        given.run(given)
    except (Problem, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="directpay", description="Scan, pay, charge.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="everything, with a played outside world around it")
    demo.add_argument("--lan", action="store_true", help="let phones of this network take part")
    demo.set_defaults(run=_demo)

    server = commands.add_parser("serve", help="serve; with no DATABASE_URL everything in one")
    server.add_argument(
        "--roles",
        default="web,ocpp,worker",
        help="what this process does: any of web, ocpp, worker (default: all)",
    )
    server.set_defaults(run=_serve)

    ocpp = commands.add_parser("ocpp", help="serve only the charge points")
    ocpp.set_defaults(run=_serve, roles=Role.OCPP.value)
    worker = commands.add_parser("worker", help="run only the jobs")
    worker.set_defaults(run=_work)
    migrations = commands.add_parser("migrate", help="bring the database to this release")
    migrations.set_defaults(run=_migrate)
    key = commands.add_parser("key", help="make a key for DIRECTPAY_KEYS")
    key.set_defaults(run=_key)

    importer = commands.add_parser("import", help="take over what an operator's file defines")
    importer.add_argument(
        "file", type=Path, help="a YAML file: see docs/reference/operator-file.md"
    )
    importer.set_defaults(run=_import)

    pricer = commands.add_parser("price", help="price CDRs: JSON lines in, JSON lines out")
    pricer.set_defaults(run=_price)
    _add_tariff(commands.add_parser("tariff", help="look at a tariff in a file"))
    return parser


def _add_tariff(tariff: argparse.ArgumentParser) -> None:
    actions = tariff.add_subparsers(required=True, dest="action", metavar="ACTION")
    lint = actions.add_parser("lint", help="what is wrong with it, or will surprise")
    lint.add_argument("--country", help="where it shall hold (ISO 3166, such as DE)")
    lint.add_argument("--kw", type=Decimal, default=Decimal(22), help="power of the strongest EVSE")
    lint.add_argument("--certified-clock", action="store_true", help="its time may be charged")
    words = actions.add_parser("explain", help="say it in words")
    offer = actions.add_parser("quote", help="what a stay would cost")
    offer.add_argument("--at", type=datetime.fromisoformat, required=True, help="with its zone")
    offer.add_argument("--zone", default="UTC", help="the location's, such as Europe/Amsterdam")
    for name in ("kwh", "kw"):
        offer.add_argument(f"--{name}", type=Decimal, required=True)
    offer.add_argument("--minutes", type=int, default=0, help="until it is unplugged")
    offer.add_argument("--vat", type=Decimal, help="the country's rate in percent")
    split = actions.add_parser("split", help="the charging periods of {tariff, timezone, samples}")
    for action, run in ((lint, _lint), (words, _explain), (offer, _quote), (split, _split)):
        action.add_argument("file", type=Path)
        action.set_defaults(run=run)


def _demo(given: argparse.Namespace) -> None:
    run_demo(Demo.from_env(os.environ, lan=given.lan))


def _serve(given: argparse.Namespace) -> None:
    roles = _roles(given.roles)
    with database_of(Settings.from_env(os.environ)) as settings:
        bound = listen(settings.http.host, settings.http.port)
        address = f"http://{settings.http.host}:{settings.http.port}"
        _run(serve(settings, roles, bound, lambda: print(f"Direct Pay serves on {address}")))


def _work(_: argparse.Namespace) -> None:
    settings = Settings.from_env(os.environ)
    if settings.database.url is None:
        raise SettingsError("A worker of its own needs DATABASE_URL: `directpay serve` brings one.")
    with database_of(settings) as ready:
        _run(work(ready))


def _migrate(_: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False):
        print("The database has this release's schema.")


def _key(_: argparse.Namespace) -> None:
    print(new_key())


def _import(given: argparse.Namespace) -> None:
    with database_of(Settings.from_env(os.environ), alone=False) as settings:
        _run(_take_over(given.file, settings))


async def _take_over(path: Path, settings: Settings) -> None:
    file = read_operator_file(path)
    async with create_services(settings, database_url(settings)) as services:
        vault = services.desk.payments.vault
        imported = await import_operator(file, vault=vault, database=services.database)
    for change in imported.changes or ("Nothing has changed.",):
        print(change)
    if imported.forgotten_evses:
        print("Not in the file any more:", ", ".join(imported.forgotten_evses))


def _price(_: argparse.Namespace) -> None:
    wrong = 0
    for answer in price_lines(sys.stdin.buffer):
        sys.stdout.buffer.write(answer.text + b"\n")
        if answer.trouble:
            wrong += 1
            sys.stderr.write(f"{answer.trouble}\n")
    sys.stdout.buffer.flush()
    if wrong:
        sys.exit(1)


def _lint(given: argparse.Namespace) -> None:
    place = Place(given.country, given.kw, given.certified_clock) if given.country else None
    _tell(lint_file(_bytes(given.file), place))


def _explain(given: argparse.Namespace) -> None:
    _tell(explain_file(_bytes(given.file)))


def _quote(given: argparse.Namespace) -> None:
    stay = Stay(given.at.astimezone(UTC), given.kwh, given.minutes, given.kw)
    _tell(quote_file(_bytes(given.file), stay, given.zone, given.vat))


def _split(given: argparse.Namespace) -> None:
    _tell(split_file(_bytes(given.file)))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error


def _tell(report: Report) -> None:
    print(*report.lines, sep="\n")
    if not report.is_fine:
        sys.exit(1)


def _roles(text: str) -> frozenset[Role]:
    try:
        return frozenset(Role(name.strip()) for name in text.split(",")) or EVERY_ROLE
    except ValueError as error:
        raise SettingsError(f"--roles: {error}; there are web, ocpp and worker") from error


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - what it returns
    """Run *coroutine* on the fastest loop that is installed."""
    with runner() as loop:
        return loop.run(coroutine)


if __name__ == "__main__":
    sys.exit(main())
