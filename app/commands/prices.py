"""`directpay prices`: write prices to a series from a file, and see what is known of it."""

import argparse
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from app.commands.running import read, run
from app.embedded import database_of
from app.infra.database import Work
from app.people.identity.find import find_operator
from app.pricing.tariffs.dynamic.documents import BY_SUFFIX, read_rows
from app.pricing.tariffs.dynamic.model import Note, Written
from app.pricing.tariffs.dynamic.read import get_series, review_series
from app.pricing.tariffs.dynamic.write import write_prices
from app.serving import database_url
from app.settings import Settings, SettingsError
from app.wiring import create_services

_Deed = Callable[[Work], Awaitable[Sequence[str]]]


def add_prices(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that write and show price series."""
    actions = commands.add_parser("prices", help="prices through the day").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    write = actions.add_parser("write", help="take the prices in a file into a series")
    write.add_argument(
        "file", type=Path, help="a .csv, .json or .xml: docs/reference/price-series.md"
    )
    show = actions.add_parser("show", help="what is known of a series, and what surprises")
    show.add_argument("--version", type=int, help="as it was then (default: the newest)")
    for action, deed in ((write, _write), (show, _show)):
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.add_argument("--series", required=True, metavar="ID", help="the series")
        action.set_defaults(run=_doing(deed))


def _doing(deed: Callable[[argparse.Namespace], _Deed]) -> Callable[[argparse.Namespace], None]:
    def do(given: argparse.Namespace) -> None:
        ready = deed(given)
        with database_of(Settings.from_env(os.environ), alone=False) as settings:
            run(_tell(given.operator, ready, settings))

    return do


async def _tell(slug: str, deed: _Deed, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        operator = await find_operator(slug, database=services.database)
        async with services.database.work(operator.operator_id) as work:
            lines = await deed(work)
    print(*lines, sep="\n")


def _write(given: argparse.Namespace) -> _Deed:
    body, media_type = read(given.file), BY_SUFFIX.get(given.file.suffix.lower())
    if media_type is None:
        raise SettingsError(f"{given.file}: expected a name that ends with {', '.join(BY_SUFFIX)}")

    async def write(work: Work) -> Sequence[str]:
        definition, _ = await get_series(work, given.series)
        rows = read_rows(body, media_type, definition)
        return tuple(_lines(await write_prices(work, given.series, rows, given.file.name)))

    return write


def _lines(written: Written) -> Iterator[str]:
    yield (
        f"{written.series_id} version {written.version}: {written.taken} taken,"
        f" {written.unchanged} known already, {len(written.clamped)} clamped,"
        f" {len(written.refused)} refused"
    )
    yield from (f"clamped: {_line(note)}" for note in written.clamped)
    yield from (f"refused: {_line(note)}" for note in written.refused)
    yield from written.tariffs
    for other in written.worked_out:
        yield from _lines(other)


def _line(note: Note) -> str:
    start = f" ({note.start.isoformat()})" if note.start is not None else ""
    return f"row {note.row}{start}: {note.reason}"


def _show(given: argparse.Namespace) -> _Deed:
    async def show(work: Work) -> Sequence[str]:
        definition, version = await get_series(work, given.series, given.version)
        findings = await review_series(work, given.series)
        told = [f"{found.severity}: {found.text}" for found in findings]
        if version is None:
            return [f"{definition.id}: nothing was written yet", *told]
        head = f"{definition.id} version {version.version}, {version.source}, {version.written_at}"
        slots = [f"{slot.start.isoformat()}  {slot.value}" for slot in version.slots]
        return [head, *slots, *told]

    return show
