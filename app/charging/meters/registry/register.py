"""Register a meter: whoever does answers for its key."""

from app.charging.meters.registry import store
from app.charging.meters.registry.model import Meter
from app.infra.database import Work


async def register_meter(work: Work, meter: Meter) -> bool:
    """Save *meter* and tell whether that changed anything. A step of the caller's transaction."""
    return await store.put(work, meter)


async def registered_keys(work: Work, evse_uid: str) -> dict[str, str]:
    """Return the public keys of the meters at an EVSE, by serial number."""
    return {meter.serial: meter.public_key for meter in await store.at_evse(work, evse_uid)}


async def list_meters(work: Work) -> list[Meter]:
    """Return all meters of the operator by serial number."""
    return await store.every(work)
