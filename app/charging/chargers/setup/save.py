"""Save the configuration of charging points: steps of the caller's transaction."""

import secrets
from collections.abc import Collection, Iterator, Mapping

from app.charging.chargers.errors import InvalidCharger
from app.charging.chargers.model import ELSEWHERE, Location
from app.charging.chargers.places.keep import note_place
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
    is_news = await store.put_location(work, location)
    if is_news:
        note_place(work, location.location_id)
    return is_news


async def save_charge_point(work: Work, identity: str, password: str) -> bool:
    """Save a charge point's password as digests; tell whether it changed. Raises InvalidCharger."""
    _refuse(station_complaints(identity, password))
    salt = secrets.token_bytes(SALT_BYTES)
    return await store.put_credential(work, identity, password, salt=salt)


async def save_point_elsewhere(work: Work, identity: str) -> None:
    """Let *identity* be a charge point of another platform, which no OCPP can speak for. A step."""
    await store.put_elsewhere(work, identity, secrets.token_bytes(SALT_BYTES))


async def close_points_elsewhere(work: Work, identities: Collection[str], *, is_open: bool) -> None:
    """Let these charge points of another platform be reachable or not. A step."""
    await store.open_elsewhere(work, identities, is_open=is_open)


async def save_evse(work: Work, evse: EvseDraft) -> bool:
    """Save *evse* and tell whether that changed anything. Raises InvalidCharger."""
    _refuse(evse_complaints(evse))
    former = await store.place_of_evse(work, evse.evse_uid)
    is_news = await store.put_evse(work, evse)
    if is_news:
        for location_id in {evse.location_id, former or evse.location_id}:
            note_place(work, location_id)
    return is_news


async def save_hold(work: Work, key: HoldKey, hold: Money) -> None:
    """Save one hold amount, and leave the others. A step. Raises InvalidCharger."""
    _refuse(hold_complaints(hold))
    await store.put_hold(work, key, hold)


async def save_holds(work: Work, holds: Mapping[HoldKey, Money]) -> bool:
    """Replace the operator's hold amounts; tell whether they changed. Raises InvalidCharger."""
    for hold in holds.values():
        _refuse(hold_complaints(hold))
    return await store.put_holds(work, holds)


async def forgotten_evses(work: Work, kept: Collection[str]) -> list[str]:
    """Return the uids of our EVSEs in use that are not among *kept*, in order."""
    known = await store.evse_uids(work) - set(kept)
    return sorted(uid for uid in known if not uid.startswith(f"{ELSEWHERE}."))


async def remove_evse(work: Work, evse_uid: str) -> bool:
    """Take an EVSE out of use; its sessions and receipts stay. False when there is none in use."""
    location_id = await store.remove_evse(work, evse_uid)
    if location_id is not None:
        note_place(work, location_id)
    return location_id is not None


def _refuse(complaints: Iterator[Complaint]) -> None:
    for complaint in complaints:
        raise InvalidCharger(f"{complaint.path}: {complaint.reason}", path=complaint.path)
