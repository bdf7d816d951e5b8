"""What the calls of operators send and get back about price series, with examples."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from msgspec import Struct

from app.pricing.tariffs.dynamic.documents import READERS
from app.pricing.tariffs.dynamic.model import Note, Written

_JSON = "application/json"


class NoteView(Struct, frozen=True):
    """What became of a row of a document that was not taken as it stood; *row* counts from 1."""

    row: int
    start: datetime | None
    reason: str


class WrittenView(Struct, frozen=True):
    """
    What became of a document of prices: how many are new, known already, clamped, refused.

    *tariffs* name the tariff versions that follow; *worked_out* tells the same of the series whose
    formulas follow from this one.
    """

    id: str
    version: int
    taken: int
    unchanged: int
    clamped: tuple[NoteView, ...]
    refused: tuple[NoteView, ...]
    tariffs: tuple[str, ...]
    worked_out: tuple["WrittenView", ...] = ()


class SlotView(Struct, frozen=True):
    """From *start* to before *end* the *price* holds: per kWh in major units, or a percentage."""

    start: datetime
    end: datetime
    price: Decimal


class SeriesView(Struct, frozen=True):
    """
    A version of a price series; 0 is one to which nothing was written.

    *unit* is kwh or percent. *notes* tell what surprises about the newest version.
    """

    id: str
    unit: str
    currency: str | None
    version: int
    written_at: datetime | None
    prices: tuple[SlotView, ...]
    notes: tuple[str, ...]


def note_views(notes: Iterable[Note]) -> tuple[NoteView, ...]:
    """Return *notes* as they travel."""
    return tuple(NoteView(note.row, note.start, note.reason) for note in notes)


def written_view(written: Written) -> WrittenView:
    """Return what became of a document as it travels."""
    return WrittenView(
        id=written.series_id,
        version=written.version,
        taken=written.taken,
        unchanged=written.unchanged,
        clamped=note_views(written.clamped),
        refused=note_views(written.refused),
        tariffs=written.tariffs,
        worked_out=tuple(written_view(each) for each in written.worked_out),
    )


_MIDNIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)

WRITTEN = WrittenView(
    id="spot",
    version=8,
    taken=94,
    unchanged=0,
    clamped=(NoteView(13, _MIDNIGHT + 12 * _QUARTER, "0.0871 became 0.15"),),
    refused=(
        NoteView(40, _MIDNIGHT + 39 * _QUARTER, "a step of 2.2 from 0.31: more than 0.40"),
        NoteView(97, None, "the price is no number with a decimal point"),
    ),
    tariffs=("spot version 9",),
)

SERIES = SeriesView(
    id="spot",
    unit="kwh",
    currency="EUR",
    version=8,
    written_at=_MIDNIGHT,
    prices=(
        SlotView(_MIDNIGHT, _MIDNIGHT + _QUARTER, Decimal("0.2512")),
        SlotView(_MIDNIGHT + _QUARTER, _MIDNIGHT + 2 * _QUARTER, Decimal("0.2467")),
    ),
    notes=("series_silent: no price is known for this moment: the default tariff's holds",),
)
_DOCUMENT = {"prices": [{"start": "2026-03-02T23:00:00Z", "price": "0.2512"}]}


@dataclass
class DocumentOperation(Operation):
    """An operation whose body is a document of prices, in one of its formats."""

    def __post_init__(self) -> None:
        """Describe the body."""
        text = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
        rows = OpenAPIMediaType(
            schema=Schema(type=OpenAPIType.OBJECT, required=["prices"]),
            examples={"hour": Example(summary="An hour", value=_DOCUMENT)},
        )
        self.request_body = RequestBody(
            required=True,
            description="A document of prices: see docs/reference/price-series.md",
            content={kind: rows if kind == _JSON else text for kind in READERS},
        )
