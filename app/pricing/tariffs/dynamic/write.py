"""Write prices to a series: within its rails, as a new version, and on into the tariffs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app.infra.database import Work
from app.pricing.tariffs import store as tariffs
from app.pricing.tariffs.dynamic import store
from app.pricing.tariffs.dynamic.compose import composed
from app.pricing.tariffs.dynamic.errors import SeriesInvalid, SeriesNotFound
from app.pricing.tariffs.dynamic.formula import worked_out
from app.pricing.tariffs.dynamic.model import KEPT, Definition, Row, SeriesVersion, Slot, Written
from app.pricing.tariffs.dynamic.rails import Rail, check
from app.pricing.tariffs.dynamic.slots import laid_over
from app.pricing.tariffs.errors import TariffNotFound
from app.pricing.tariffs.events import PricesChanged
from app.pricing.tariffs.model import SeriesPart, TariffVersion
from app.pricing.tariffs.publish import publish_tariff

_WORKED_OUT = "worked out"


async def write_prices(work: Work, series_id: str, rows: Sequence[Row], source: str) -> Written:
    """
    Take *rows* into a series as far as its rails allow, and say what became of each.

    What is worked out from the series follows in the same transaction, and so do the tariffs; the
    same rows again change nothing. *source* says where they came from. A step. Raises
    SeriesNotFound, and SeriesInvalid for a series that a formula fills.
    """
    await store.lock_series(work)
    definitions = await store.definitions(work)
    definition = definitions.get(series_id)
    if definition is None:
        raise SeriesNotFound(f"there is no price series {series_id!r}", series=series_id)
    if definition.formula is not None:
        raise SeriesInvalid("a formula works these prices out: write to its sources", field="id")
    written = await _take(work, definition, rows, source)
    if not written.taken:
        return written
    followers = [
        await work_out(work, other)
        for other in definitions.values()
        if other.formula is not None and series_id in other.formula.sources
    ]
    return replace(written, worked_out=tuple(followers))


async def one_writer(work: Work) -> None:
    """Let nobody else write series of this operator until the work ends. A step."""
    await store.lock_series(work)


async def work_out(work: Work, definition: Definition) -> Written:
    """
    Work a series with a formula out anew from its sources, as far as its prices may still change.

    Say what became of each price. A step.
    """
    formula = definition.formula
    assert formula is not None, "only series with a formula are worked out"  # noqa: S101
    sources = {name: await _slots(work, name) for name in formula.sources}
    since = work.now
    if definition.default is not None:
        since += timedelta(minutes=definition.rails.lead_minutes)
    slots = worked_out(definition, sources, since)
    rows = [Row(number, slot.start, slot.end, slot.value) for number, slot in enumerate(slots, 1)]
    return await _take(work, definition, rows, _WORKED_OUT)


async def publish_series(work: Work, definition: Definition) -> TariffVersion | None:
    """
    Publish what a series makes of its default tariff; None for a mere curve.

    A step. Raises SeriesInvalid when a missing price would be none at all, and TariffNotFound.
    """
    if definition.default is None:
        return None
    found = await tariffs.newest(work, definition.default)
    if found is None:
        raise TariffNotFound(
            f"there is no tariff {definition.default!r}", tariff_id=definition.default
        )
    default, _ = found
    version = await store.newest(work, definition.id)
    number, slots = (0, ()) if version is None else (version.version, version.slots)
    known = await tariffs.newest(work, definition.id)
    if known is not None and _is_made_of(known[0], default, number):
        return None
    tariff, dated = composed(default.tariff, definition, slots, work.now)
    part = SeriesPart(default.tariff_id, default.version, number, dated)
    published = await publish_tariff(work, tariff, part)
    await work.emit(PricesChanged(published.tariff_id))
    return published


def _is_made_of(version: TariffVersion, default: TariffVersion, number: int) -> bool:
    part = version.series
    return part is not None and (part.default_id, part.default_version, part.series_version) == (
        default.tariff_id,
        default.version,
        number,
    )


async def _take(work: Work, definition: Definition, rows: Sequence[Row], source: str) -> Written:
    before = await store.newest(work, definition.id)
    known = () if before is None else before.slots
    number = 0 if before is None else before.version
    checked = check(rows, Rail(definition, known, work.now))
    published = None
    if checked.slots:
        number += 1
        slots = laid_over(known, checked.slots, since=work.now - KEPT)
        await store.add(work, SeriesVersion(definition.id, number, slots, work.now, source))
        published = await publish_series(work, definition)
    return Written(
        series_id=definition.id,
        version=number,
        taken=len(checked.slots),
        unchanged=checked.unchanged,
        clamped=tuple(checked.clamped),
        refused=tuple(checked.refused),
        tariffs=() if published is None else (published.name,),
    )


async def _slots(work: Work, series_id: str) -> Sequence[Slot]:
    version = await store.newest(work, series_id)
    return () if version is None else version.slots
