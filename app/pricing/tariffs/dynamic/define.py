"""Define an operator's price series, and how sessions lock their prices."""

from collections.abc import Mapping, Sequence

from app.infra.database import Work
from app.pricing.tariffs.dynamic import store
from app.pricing.tariffs.dynamic.model import Definition, Lock
from app.pricing.tariffs.dynamic.write import publish_series, work_out


async def define_series(work: Work, wanted: Sequence[Definition]) -> list[str]:
    """
    Save how series are defined; return the names of what changed, tariffs that follow included.

    A series that is not among the *wanted* stays, with its prices: a tariff may still need it. A
    step. Raises SeriesInvalid and TariffNotFound.
    """
    await store.lock_series(work)
    known = await store.definitions(work)
    changed = [series for series in wanted if known.get(series.id) != series]
    for series in changed:
        await store.save_definition(work, series)
    made = [version.name for series in wanted if (version := await publish_series(work, series))]
    for series in changed:
        if series.formula is not None:
            made += (await work_out(work, series)).tariffs
    return [f"price series {series.id}" for series in changed] + [f"tariff {name}" for name in made]


async def define_locks(work: Work, wanted: Mapping[str, Lock]) -> list[str]:
    """Save how prices lock, by country and ("") elsewhere; return what changed. A step."""
    known = await store.locks(work)
    if known == wanted:
        return []
    await store.save_locks(work, wanted)
    return ["price lock"]
