"""Take what a platform tells of its locations and tariffs: keep it, and adopt it after."""

from collections.abc import Mapping

from app.infra.database import Work
from app.pricing.tariffs.model import Tariff
from app.roaming.abroad.adopt import adoptions, defer_adoption
from app.roaming.desk import RoamingDesk
from app.roaming.platforms.model import Party, Platform
from app.roaming.received.keep import change, forget, keep, put_part
from app.roaming.received.model import Name
from app.roaming.wire.locations import Connector, Evse, Location


async def tell_location(
    platform: Platform, name: Name, location: Location, *, desk: RoamingDesk
) -> bool:
    """Keep a location of *platform*; True when it was new."""
    async with desk.database.work(platform.operator_id) as work:
        kept = await keep(work, name, location)
        if kept.is_changed:
            _adopt_later(work, name)
    return kept.is_new


async def tell_part(
    platform: Platform,
    name: Name,
    part: Evse | Connector,
    path: tuple[str, ...],
    *,
    desk: RoamingDesk,
) -> None:
    """Keep an EVSE of a location, or a connector of one. OcpiObjectUnknown, OcpiInvalid."""
    async with desk.database.work(platform.operator_id) as work:
        await put_part(work, name, Location, part, path)
        _adopt_later(work, name)


async def change_location(
    platform: Platform,
    name: Name,
    news: Mapping[str, object],
    path: tuple[str, ...],
    *,
    desk: RoamingDesk,
) -> None:
    """Change a location, an EVSE or a connector of it. OcpiObjectUnknown, OcpiInvalid."""
    async with desk.database.work(platform.operator_id) as work:
        await change(work, name, Location, news, path)
        _adopt_later(work, name)


async def tell_tariff(platform: Platform, name: Name, tariff: Tariff, *, desk: RoamingDesk) -> bool:
    """Keep a tariff of *platform*; True when it was new."""
    async with desk.database.work(platform.operator_id) as work:
        kept = await keep(work, name, tariff)
        if kept.is_changed:
            _tariff_later(work, name)
    return kept.is_new


async def forget_tariff(platform: Platform, name: Name, *, desk: RoamingDesk) -> None:
    """Forget a tariff: what was sold by it stays, nothing more is. Raises OcpiObjectUnknown."""
    async with desk.database.work(platform.operator_id) as work:
        await forget(work, name)
        _tariff_later(work, name)


def _adopt_later(work: Work, name: Name) -> None:
    party = Party(name.country_code, name.party_id)
    defer_adoption(work, name.platform_id, party, name.object_id)


def _tariff_later(work: Work, name: Name) -> None:
    work.defer(
        "ocpi.adopt_tariff",
        lock=adoptions(work),
        queueing_lock=f"ocpi.adopt_tariff:{'/'.join(str(part) for part in name.key.values())}",
        platform_id=name.platform_id,
        module=name.module,
        country_code=name.country_code,
        party_id=name.party_id,
        object_id=name.object_id,
    )
