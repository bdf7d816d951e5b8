"""Read price series, how prices lock, and the tariff of a session that began under one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.infra.database import Work
from app.pricing.tariffs import store as tariffs
from app.pricing.tariffs.dynamic import store
from app.pricing.tariffs.dynamic.errors import SeriesNotFound
from app.pricing.tariffs.dynamic.lint import lint_series
from app.pricing.tariffs.dynamic.locked import locked_as
from app.pricing.tariffs.dynamic.model import Definition, Lock, SeriesVersion
from app.pricing.tariffs.findings import Finding
from app.pricing.tariffs.get import get_tariff
from app.pricing.tariffs.model import TariffVersion


@dataclass(frozen=True, slots=True)
class Agreed:
    """The tariff that a session was agreed on: its version, and the one price that it locked."""

    tariff_id: str
    version: int
    variant: str = ""


async def lock_in(work: Work, country: str) -> Lock:
    """Return how dynamic prices lock in a country; where nothing is said, at the start. A step."""
    locks = await store.locks(work)
    return locks.get(country, locks.get(store.ANYWHERE, Lock.SESSION_START))


async def session_tariff(work: Work, agreed: Agreed, at: datetime) -> TariffVersion:
    """
    Return the tariff that prices a session that was agreed on, as of the instant *at*.

    A locked price is the one that was agreed on. Live prices are the newest that were published by
    then over the same default tariff: another default is for others. A step. Raises TariffNotFound.
    """
    version = await get_tariff(work, agreed.tariff_id, agreed.version)
    if version.series is None:
        return version
    if agreed.variant:
        return locked_as(version, agreed.variant)
    return await tariffs.newest_of_default(work, version, at) or version


async def get_series(
    work: Work, series_id: str, number: int | None = None
) -> tuple[Definition, SeriesVersion | None]:
    """
    Return how a series is defined, and its version *number* or the newest, if there is one.

    A step. Raises SeriesNotFound.
    """
    definition = await store.definition(work, series_id)
    if definition is None:
        raise SeriesNotFound(f"there is no price series {series_id!r}", series=series_id)
    if number is None:
        return definition, await store.newest(work, series_id)
    version = await store.find(work, series_id, number)
    if version is None:
        raise SeriesNotFound(f"there is no version {number} of {series_id!r}", series=series_id)
    return definition, version


async def review_series(work: Work, series_id: str) -> Sequence[Finding]:
    """Return what surprises about a series now. A step. Raises SeriesNotFound."""
    definition, version = await get_series(work, series_id)
    default = None
    if definition.default is not None:
        found = await tariffs.newest(work, definition.default)
        default = None if found is None else found[0].tariff
    return tuple(lint_series(definition, default, version, work.now))
