"""What the calls about stickers send and get back, with examples."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from app.charging.stickers.fitters.model import Fitter
from app.charging.stickers.model import StickerState
from app.charging.stickers.order import MOST_AT_ONCE
from app.charging.stickers.read import Listed, Silent
from app.charging.stickers.reports.model import Report, Wrong
from app.charging.stickers.sheets import LEAST_DPI, MOST_DPI, File
from qr.labels.label import Form

_Name = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[^\\x00]*$")]
_Names = Annotated[list[_Name], Meta(max_length=MOST_AT_ONCE)]
_Text = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^\\x00]*$")]
Serial = Annotated[
    str, PathParameter(pattern="^[0-9A-Za-z]{1,12}-[0-9]{1,6}$", description="Such as 7KQ2M9-3.")
]
Days = Annotated[int, QueryParameter(ge=1, le=366, description="For so many days.")]
State = Annotated[StickerState | None, QueryParameter(description="Only those in this state.")]
AtLocation = Annotated[
    str | None,
    QueryParameter(max_length=64, pattern="^[^\\x00]*$", description="Only those at this one."),
]


class StickerOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """
    Stickers to print: of the points at *locations* or with these uids (*evses*); neither is all.

    With *serials* those are printed once more as they are. *dpi* is for a PNG.
    """

    layout: _Name = "A6"
    form: Form = "pdf"
    dpi: Annotated[int, Meta(ge=LEAST_DPI, le=MOST_DPI)] = 300
    locations: _Names = []
    evses: _Names = []
    serials: _Names = []


class FileView(Struct, frozen=True):
    """A file: its *content* is base64."""

    name: str
    media_type: str
    content: bytes


class Printed(Struct, frozen=True):
    """The files of the stickers: one PDF, or an SVG or PNG of each sheet."""

    files: tuple[FileView, ...]


class StickerView(Struct, frozen=True):
    """
    A sticker; *ended_at*, by whom and the *reason* are of one that was replaced or revoked.

    *scans* are those of 30 days, *last_scan* is the day of the last one within 400.
    """

    serial: str
    evse_uid: str
    layout: str
    state: StickerState
    printed_at: datetime
    printed_by: str
    mounted_at: datetime | None
    mounted_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None
    scans: int
    last_scan: date | None


class Stickers(Struct, frozen=True):
    """A page of stickers, by code and number; *next_cursor* is null on the last."""

    stickers: tuple[StickerView, ...]
    next_cursor: str | None = None


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a sticker is revoked."""

    reason: _Text


class SilentPoint(Struct, frozen=True):
    """A point that nobody scanned since *last_scan*, null for 400 days or never."""

    evse_uid: str
    evse_id: str
    code: str
    location_id: str
    last_scan: date | None


class SilentPoints(Struct, frozen=True):
    """A page of points that nobody scans, by location; *next_cursor* is null on the last."""

    points: tuple[SilentPoint, ...]
    next_cursor: str | None = None


class ReportView(Struct, frozen=True):
    """What somebody saw at a point, and says of it in a *note*."""

    id: UUID
    evse_uid: str
    reason: Wrong
    note: str
    reported_at: datetime


class Reports(Struct, frozen=True):
    """A page of open reports, the oldest first; *next_cursor* is null on the last."""

    reports: tuple[ReportView, ...]
    next_cursor: str | None = None


class Outcome(Struct, frozen=True, forbid_unknown_fields=True):
    """What was found when somebody looked."""

    outcome: _Text


class FitterOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Who mounts stickers, and for how many days."""

    name: _Text
    days: Annotated[int, Meta(ge=1, le=366)] = 7


class FitterView(Struct, frozen=True):
    """Whose link it is, and until when it is good."""

    id: UUID
    name: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class NewFitter(Struct, frozen=True):
    """A link for who mounts stickers. It is told once."""

    id: UUID
    link: str
    expires_at: datetime


class Fitters(Struct, frozen=True):
    """Links of fitters, the latest first."""

    fitters: tuple[FitterView, ...]


def printed_view(files: list[File]) -> Printed:
    """Return *files* as they travel."""
    return Printed(tuple(FileView(each.name, each.media_type, each.content) for each in files))


def sticker_view(listed: Listed) -> StickerView:
    """Return a sticker as it travels."""
    names = set(StickerView.__struct_fields__) - {"scans", "last_scan"}
    known = {name: getattr(listed.sticker, name) for name in names}
    return StickerView(**known, scans=listed.scans, last_scan=listed.last_scan)


def silent_view(silent: Silent) -> SilentPoint:
    """Return a point that nobody scans as it travels."""
    evse = silent.evse
    place = evse.location.location_id
    return SilentPoint(evse.evse_uid, evse.evse_id, evse.code, place, silent.last_scan)


def report_view(report: Report) -> ReportView:
    """Return a report as it travels."""
    seen = (report.evse_uid, report.reason, report.note, report.reported_at)
    return ReportView(report.report_id, *seen)


def fitter_view(fitter: Fitter) -> FitterView:
    """Return a fitter as it travels."""
    until = (fitter.made_at, fitter.expires_at, fitter.revoked_at)
    return FitterView(fitter.fitter_id, fitter.name, *until)


_AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
_ID = UUID("019cadc6-9a80-7f62-a012-4dc19c0824d4")
ORDER = StickerOrder(layout="L7160", locations=["AMS-1"])
PRINTED = Printed((FileView("stickers.pdf", "application/pdf", b"%PDF-1.7"),))
STICKER = StickerView(
    *("7KQ2M9-3", "AMS-KADE-1", "L7160", StickerState.MOUNTED, _AT, "help desk", _AT, "Ans"),
    *(None, None, None, 41, _AT.date()),
)
STICKERS = Stickers((STICKER,))
SILENT = SilentPoints((SilentPoint("AMS-KADE-1", "NL*VST*E1*1", "7KQ2M9", "AMS-1", None),))
REPORTS = Reports((ReportView(_ID, "AMS-KADE-1", Wrong.PASTED_OVER, "a code below it", _AT),))
NEW_FITTER = NewFitter(_ID, "https://pay.example/fit/Zk3-T2x9QmV7bL0cD4sWn1pRy8H", _AT)
FITTER = FitterView(_ID, "Ans of Kabel B.V.", _AT, _AT, None)
FITTERS = Fitters((FITTER,))
