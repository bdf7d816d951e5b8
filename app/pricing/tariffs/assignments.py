"""What is assigned where."""

from collections.abc import Mapping

from app.infra.database import Work
from app.pricing.tariffs import store
from app.pricing.tariffs.model import Target


async def assignments(work: Work) -> Mapping[Target, str]:
    """
    Return the tariff id that is assigned now to each target that has an assignment of its own.

    A step: it runs inside the caller's transaction.
    """
    return await store.assigned(work, work.now)
