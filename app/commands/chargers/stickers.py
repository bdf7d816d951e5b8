"""`directpay stickers`: print them, see what became of them, and let others mount them."""

import argparse
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from app.charging.stickers.change import revoke_sticker
from app.charging.stickers.fitters.links import list_fitters, make_fitter, revoke_fitter
from app.charging.stickers.fitters.model import Fitter
from app.charging.stickers.model import StickerState
from app.charging.stickers.order import Wanted
from app.charging.stickers.read import Listed, list_stickers, points_without_scans
from app.charging.stickers.reports.work import close_report, list_reports
from app.charging.stickers.sheets import File
from app.commands.running import run
from app.directpay.desk import Desk
from app.embedded import database_of
from app.people.identity.find import find_operator
from app.serving import database_url
from app.settings import Settings, SettingsError
from app.wiring import create_services
from qr.labels.layout import layouts

_BY = "the command line"
_Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001
_Deed = Callable[[argparse.Namespace, UUID, Desk], Awaitable[Sequence[str]]]


def add_stickers(commands: _Actions) -> None:
    """Add the commands for stickers."""
    actions = commands.add_parser(
        "stickers", help="print the codes of charging points, and look after them"
    ).add_subparsers(required=True, dest="action", metavar="ACTION")
    actions.add_parser("layouts", help="what they can be printed on").set_defaults(run=_layouts)
    for action, deed in {**_about_stickers(actions), **_about_people(actions)}.items():
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_doing(deed))


def _about_stickers(actions: _Actions) -> dict[argparse.ArgumentParser, _Deed]:
    printing = actions.add_parser("print", help="print new ones, or some of them again")
    printing.add_argument("--layout", default="A6", help="a name (default: A6), see layouts")
    printing.add_argument("--form", choices=("pdf", "svg", "png"), default="pdf")
    printing.add_argument("--dpi", type=int, default=300, help="dots per inch of a PNG")
    printing.add_argument("--serial", action="append", default=[], help="print this one again")
    printing.add_argument("--output", type=Path, default=Path(), help="a folder (default: here)")
    listing = actions.add_parser("list", help="all of them, with how often each was scanned")
    listing.add_argument("--state", choices=[state.value for state in StickerState])
    for action in (printing, listing):
        action.add_argument("--location", action="append", default=[], help="only at this one")
        action.add_argument("--evse", action="append", default=[], help="only of this EVSE (uid)")
    revoke = actions.add_parser("revoke", help="let one lead to a warning from now on")
    revoke.add_argument("serial", help="what is printed on it, such as 7KQ2M9-3")
    revoke.add_argument("--reason", required=True)
    silent = actions.add_parser("silent", help="points that nobody scans")
    silent.add_argument("--days", type=_days, default=30, help="for so long (default: 30)")
    return {printing: _print, listing: _list, revoke: _revoke, silent: _silent}


def _about_people(actions: _Actions) -> dict[argparse.ArgumentParser, _Deed]:
    reports = actions.add_parser("reports", help="what people say about stickers")
    close = actions.add_parser("close", help="note that somebody looked")
    close.add_argument("report", type=UUID)
    close.add_argument("--outcome", required=True, help="what was found")
    fitter = actions.add_parser("fitter", help="make a link for who mounts stickers")
    fitter.add_argument("name", help="who that is")
    fitter.add_argument("--days", type=_days, default=7, help="how long it is good (default: 7)")
    fitters = actions.add_parser("fitters", help="the links, and until when they are good")
    end = actions.add_parser("end-fitter", help="let a link be good for nothing from now on")
    end.add_argument("fitter", type=UUID)
    return {reports: _reports, close: _close, fitter: _fitter, fitters: _fitters, end: _end}


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


def _layouts(_: argparse.Namespace) -> None:
    folders = Settings.from_env(os.environ).sticker_layouts
    for name, layout in sorted(layouts(*folders).items()):
        print(f"{name}  {layout.title}")


async def _print(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    wanted = Wanted(given.layout, _BY, given.location, given.evse, given.serial)
    files = await desk.stickers.make(wanted, given.form, given.dpi, operator_id=operator_id)
    return [_written(given.output, file) for file in files]


def _written(folder: Path, file: File) -> str:
    path = folder / file.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    return f"{path}  {len(file.content)} bytes"


async def _list(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    state = None if given.state is None else StickerState(given.state)
    async with desk.database.work(operator_id) as work:
        found = await list_stickers(
            work, location_ids=given.location, evse_uids=given.evse, state=state
        )
    return [_line(each) for each in found] or ["There are no stickers."]


def _line(listed: Listed) -> str:
    sticker = listed.sticker
    since = sticker.ended_at or sticker.mounted_at or sticker.printed_at
    last = f"last on {listed.last_scan}" if listed.last_scan else "never"
    why = f" ({sticker.reason})" if sticker.reason else ""
    return (
        f"{sticker.serial}  {sticker.evse_uid}  {sticker.state} {since:%Y-%m-%d}{why}"
        f"  {listed.scans} scans in 30 days, {last}"
    )


async def _revoke(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    async with desk.database.work(operator_id) as work:
        sticker = await revoke_sticker(work, given.serial, by=_BY, reason=given.reason)
    return [f"{sticker.serial} leads to a warning within ten seconds."]


async def _silent(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    async with desk.database.work(operator_id) as work:
        found = await points_without_scans(work, given.days)
    return [
        f"{each.evse.evse_id}  {each.evse.location.name}  code {each.evse.code}"
        f"  {f'last scan on {each.last_scan}' if each.last_scan else 'never scanned'}"
        for each in found
    ] or [f"Every point was scanned within {given.days} days."]


async def _reports(_: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    async with desk.database.work(operator_id) as work:
        found = await list_reports(work)
    return [
        f"{each.report_id}  {each.reported_at:%Y-%m-%d %H:%M}  {each.evse_uid}  {each.reason}"
        f"  {each.note}".rstrip()
        for each in found
    ] or ["There are no open reports."]


async def _close(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    async with desk.database.work(operator_id) as work:
        await close_report(work, given.report, by=_BY, outcome=given.outcome)
    return [f"{given.report} is closed."]


async def _fitter(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    async with desk.database.work(operator_id) as work:
        made, secret = await make_fitter(work, given.name, timedelta(days=given.days))
    return [
        f"{desk.base_of(operator_id)}/fit/{secret}",
        f"Whoever opens it mounts stickers until {made.expires_at:%Y-%m-%d %H:%M} UTC.",
        f"It is told once; `directpay stickers end-fitter {made.fitter_id}` ends it.",
    ]


async def _fitters(_: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    async with desk.database.work(operator_id) as work:
        found = await list_fitters(work)
    return [_fitter_line(each) for each in found] or ["There are no links."]


def _fitter_line(fitter: Fitter) -> str:
    ended = f"  revoked {fitter.revoked_at:%Y-%m-%d %H:%M}" if fitter.revoked_at else ""
    return f"{fitter.fitter_id}  {fitter.name}  until {fitter.expires_at:%Y-%m-%d %H:%M}{ended}"


async def _end(given: argparse.Namespace, operator_id: UUID, desk: Desk) -> Sequence[str]:
    async with desk.database.work(operator_id) as work:
        await revoke_fitter(work, given.fitter)
    return [f"{given.fitter} is good for nothing any more."]


def _days(text: str) -> int:
    days = int(text)
    if not 0 < days <= 366:  # noqa: PLR2004 - a year
        raise argparse.ArgumentTypeError("expected 1 to 366 days")
    return days
