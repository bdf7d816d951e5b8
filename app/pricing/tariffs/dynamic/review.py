"""Look at a series as it is now: what surprises about its prices."""

from collections.abc import Sequence

from app.infra.database import Work
from app.pricing.tariffs import store as tariffs
from app.pricing.tariffs.dynamic.lint import lint_series
from app.pricing.tariffs.dynamic.read import get_series
from app.pricing.tariffs.findings import Finding


async def review_series(work: Work, series_id: str) -> Sequence[Finding]:
    """Return what surprises about a series now. A step. Raises SeriesNotFound."""
    definition, version = await get_series(work, series_id)
    default = None
    if definition.default is not None:
        found = await tariffs.newest(work, definition.default)
        default = None if found is None else found[0].tariff
    return tuple(lint_series(definition, default, version, work.now))
