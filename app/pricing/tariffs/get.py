"""A tariff version by its name."""

from uuid import UUID

from app.infra.database import Work
from app.infra.question import Question, answer, needed
from app.pricing.tariffs import store
from app.pricing.tariffs.errors import TariffNotFound
from app.pricing.tariffs.model import TariffVersion


async def get_tariff(work: Work, tariff_id: str, version: int) -> TariffVersion:
    """
    Return the version that was published under this number, as it was then.

    A step: it runs inside the caller's transaction. Raises TariffNotFound.
    """
    return await answer(work, tariff_with_id(work.operator_id, tariff_id, version))


def tariff_with_id(operator_id: UUID, tariff_id: str, version: int) -> Question[TariffVersion]:
    """Ask for that version. Reading the answer raises TariffNotFound."""
    missing = TariffNotFound(
        f"there is no version {version} of tariff {tariff_id!r}",
        tariff_id=tariff_id,
        version=version,
    )
    return needed(store.find(operator_id, tariff_id, version), missing)


async def newest_tariffs(work: Work) -> list[TariffVersion]:
    """Return the newest version of each of the operator's tariffs, by id. A step."""
    return await store.newest_of_all(work)
