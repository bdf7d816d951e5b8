"""Which tariff holds at a place."""

from app.infra.database import Work
from app.pricing.tariffs import store
from app.pricing.tariffs.errors import NoTariff
from app.pricing.tariffs.model import Target, TariffVersion


async def choose_tariff(work: Work, *, location_id: str, evse_uid: str) -> TariffVersion:
    """
    Return the tariff that holds now at an EVSE: assigned to it, else to its location, else to all.

    It is the newest version that is valid now; a tariff that has ended or not yet begun is passed
    over. A step: it runs inside the caller's transaction. Raises NoTariff.
    """
    targets = (Target.evse(evse_uid), Target.location(location_id), Target.everywhere())
    found = await store.choose(work, targets)
    if found is None:
        raise NoTariff(
            f"no tariff holds at EVSE {evse_uid}", location_id=location_id, evse_uid=evse_uid
        )
    return found
