"""Save the configuration of charging points: steps of the caller's transaction."""

import secrets
from collections.abc import Collection, Iterator, Mapping

from app.charging.chargers.errors import InvalidCharger
from app.charging.chargers.model import Location
from app.charging.chargers.setup import store
from app.charging.chargers.setup.model import (
    Complaint,
    EvseDraft,
    HoldKey,
    evse_complaints,
    hold_complaints,
    location_complaints,
    station_complaints,
)
from app.charging.chargers.stations.credential import SALT_BYTES
from app.infra.database import Work
from app.kernel.money import Money


async def save_location(work: Work, location: Location) -> bool:
    """Save *location* and tell whether that changed anything. Raises InvalidCharger."""
    _refuse(location_complaints(location))
    return await store.put_location(work, location)


async def save_charge_point(work: Work, identity: str, password: str) -> bool:
    """Save a charge point's password as digests; tell whether it changed. Raises InvalidCharger."""
    _refuse(station_complaints(identity, password))
    salt = secrets.token_bytes(SALT_BYTES)
    return await store.put_credential(work, identity, password, salt=salt)


async def save_evse(work: Work, evse: EvseDraft) -> bool:
    """Save *evse* and tell whether that changed anything. Raises InvalidCharger."""
    _refuse(evse_complaints(evse))
    return await store.put_evse(work, evse)


async def save_holds(work: Work, holds: Mapping[HoldKey, Money]) -> bool:
    """Replace the operator's hold amounts; tell whether they changed. Raises InvalidCharger."""
    for hold in holds.values():
        _refuse(hold_complaints(hold))
    return await store.put_holds(work, holds)


async def forgotten_evses(work: Work, kept: Collection[str]) -> list[str]:
    """Return the uids of EVSEs in use that are not among *kept*, in order."""
    return sorted(await store.evse_uids(work) - set(kept))


async def remove_evse(work: Work, evse_uid: str) -> bool:
    """Take an EVSE out of use; its sessions and receipts stay. False when there is none in use."""
    return await store.remove_evse(work, evse_uid)


def _refuse(complaints: Iterator[Complaint]) -> None:
    for complaint in complaints:
        raise InvalidCharger(f"{complaint.path}: {complaint.reason}", path=complaint.path)
