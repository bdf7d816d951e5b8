"""Read charge points inside another's transaction."""

from collections.abc import Sequence

from app.charging.chargers.errors import ChargePointNotFound
from app.charging.chargers.overview import store
from app.charging.chargers.overview.model import ChargePointState, Filter
from app.infra.database import Work


async def get_charge_point(work: Work, identity: str) -> ChargePointState:
    """Return the operator's charge point as it is now. A step. Raises ChargePointNotFound."""
    # PostgreSQL's texts hold no NUL, so no identity does.
    found = None if "\0" in identity else await store.charge_point(work, identity)
    if found is None:
        raise ChargePointNotFound("the operator has no such charge point", identity=identity)
    return found


async def list_charge_points(work: Work, wanted: Filter) -> Sequence[ChargePointState]:
    """Return the operator's charge points as *wanted*, by identity. A step."""
    return await store.charge_points_of(work, wanted)
