"""Put a driver into groups, which decide about prices."""

from dataclasses import replace

from app.infra.database import Work
from app.people.identity.drivers import store
from app.people.identity.drivers.model import Driver


async def put_into_groups(work: Work, driver: Driver, groups: tuple[str, ...]) -> Driver:
    """Step: let *driver* be in exactly these groups, and return the driver as it is now."""
    changed = replace(driver, groups=groups)
    if changed != driver:
        await store.save_groups(work, changed)
    return changed
