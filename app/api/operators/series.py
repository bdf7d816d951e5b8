"""An operator's price series: write prices to one, and see what is known of it."""

from typing import Annotated

from litestar import Request, Response, get, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from app.api.answers import NOT_MODIFIED, kept, private
from app.api.bodies import IfNoneMatch
from app.api.contract.versions import IfMatch, VersionChanged, require_match, tag_of
from app.api.counter import Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.operators.views import (
    SERIES,
    WRITTEN,
    DocumentOperation,
    SeriesView,
    SlotView,
    WrittenView,
    written_view,
)
from app.api.problems import declared
from app.infra.database import Work
from app.infra.i18n import SOURCE_LANGUAGE, speaking
from app.people.identity.keys.model import Scope
from app.pricing.tariffs.dynamic.documents import read_rows
from app.pricing.tariffs.dynamic.errors import PriceDocumentInvalid, SeriesInvalid, SeriesNotFound
from app.pricing.tariffs.dynamic.read import get_series, review_series
from app.pricing.tariffs.dynamic.write import one_writer, write_prices

# A year of hours in XML; two days of five minutes are a tenth of it.
_MOST_BODY_BYTES = 1_048_576
_MOST_INT4 = 2_147_483_647
SeriesId = Annotated[
    str,
    PathParameter(pattern="^[0-9A-Za-z_.]{1,23}$", description="The id of the price series."),
]
VersionNumber = Annotated[
    int | None,
    QueryParameter(ge=1, le=_MOST_INT4, description="A version as it was; default: the newest."),
]


@put(
    "/operator/price-series/{series_id:str}",
    operation_id="writePrices",
    summary="Write prices",
    description="Takes the prices of a document (CSV, JSON, or ENTSO-E's day-ahead XML, by its "
    "`Content-Type`) into a series as far as its guard rails allow, and tells row by row what was "
    "clamped or refused. The same document again changes nothing. With the ETag of "
    "`getPriceSeries` as If-Match nothing is written over what the caller has not seen. Needs the "
    "scope `prices:write`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.PRICES_WRITE)],
    request_max_body_size=_MOST_BODY_BYTES,
    operation_class=DocumentOperation,
    responses={
        200: ResponseSpec(
            WrittenView,
            generate_examples=False,
            description="What became of each row",
            examples=[Example(summary="A day of quarters", value=WRITTEN)],
        ),
        **declared(
            SeriesNotFound, SeriesInvalid, PriceDocumentInvalid, VersionChanged, *KEY_REFUSALS
        ),
    },
)
async def write_series(
    request: Request[object, object, State],
    series_id: SeriesId,
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[WrittenView]:
    """Write the document's prices to the series."""
    key, body = caller_of(request), await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    async with counter.desk.database.work(key.operator_id) as work:
        if if_match is not None:
            await one_writer(work)
            require_match(if_match, await _shown(work, series_id))
        definition, _ = await get_series(work, series_id)
        rows = read_rows(body, media_type, definition)
        written = await write_prices(work, series_id, rows, f"API key {key.prefix}")
    return private(written_view(written))


@get(
    "/operator/price-series/{series_id:str}",
    operation_id="getPriceSeries",
    summary="What is known of a price series",
    description="The prices of a version, which never change, and what surprises about the newest. "
    "Needs the scope `prices:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.PRICES_READ)],
    responses={
        200: ResponseSpec(
            SeriesView,
            generate_examples=False,
            description="The prices",
            examples=[Example(summary="Two quarters", value=SERIES)],
        ),
        **NOT_MODIFIED,
        **declared(SeriesNotFound, *KEY_REFUSALS),
    },
)
async def read_series(
    request: Request[object, object, State],
    series_id: SeriesId,
    counter: NamedDependency[Counter],
    version: VersionNumber = None,
    if_none_match: IfNoneMatch = None,
) -> Response[SeriesView]:
    """Answer what is known of the series."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        view = await _shown(work, series_id, version)
    return kept(view, if_none_match, tag_of(view))


async def _shown(work: Work, series_id: str, version: int | None = None) -> SeriesView:
    definition, found = await get_series(work, series_id, version)
    findings = await review_series(work, series_id)
    slots = () if found is None else found.slots
    with speaking(SOURCE_LANGUAGE):
        notes = tuple(f"{one.code}: {one.text}" for one in findings)
    return SeriesView(
        id=definition.id,
        unit=definition.unit,
        currency=definition.currency or None,
        version=0 if found is None else found.version,
        written_at=None if found is None else found.written_at,
        prices=tuple(SlotView(slot.start, slot.end, slot.value) for slot in slots),
        notes=notes,
    )
