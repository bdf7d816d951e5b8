"""Make sockets of other platforms' EVSEs: found by code, priced by their tariff, held by ours."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from msgspec import structs

from app.charging.chargers import model as chargers
from app.charging.chargers.errors import EvseNotFound, InvalidCharger
from app.charging.chargers.read import get_evse
from app.charging.chargers.record_status import record_status
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import HoldKey, HoldScope
from app.charging.chargers.setup.save import (
    remove_evse,
    save_evse,
    save_hold,
    save_location,
    save_point_elsewhere,
)
from app.directpay.prices.show import vat_at
from app.infra.database import Work
from app.kernel.money import Money
from app.pricing.tariffs.choice.model import Place, PlaceKind, Rule
from app.pricing.tariffs.choice.write import ELSEWHERE, write_rule
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.model import Tariff
from app.pricing.tariffs.publish import publish_tariff
from app.pricing.vat.errors import VatRateUnknown
from app.roaming.abroad import store
from app.roaming.abroad.model import (
    REMOTE,
    Point,
    identity_of,
    named_connector,
    priced_by,
    status_of,
    strongest,
    tariff_id_of,
)
from app.roaming.abroad.site import Site, Unusable, draft_of, location_at
from app.roaming.desk import RoamingDesk
from app.roaming.platforms.find import is_connected
from app.roaming.platforms.model import Party
from app.roaming.received.keep import find_received
from app.roaming.received.model import LOCATIONS, TARIFFS, Name
from app.roaming.wire.locations import Connector, Evse, Location

# EVSEs that are saved in one transaction.
_AT_ONCE = 50


async def adopt(name: Name, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """
    Let drivers use what a location of another platform has now; a job that may run twice.

    What they cannot use is kept with the reason, see `Point.trouble`. One at a time: locations
    share tariffs, and would wait for each other in turns. A few EVSEs at a time: whoever writes
    rules of this operator has to wait for as long.
    """
    async with desk.database.work(operator_id) as work:
        await store.lock_adoption(work)
        location = await find_received(work, name, Location)
        evses: tuple[Evse, ...] = ()
        if location is not None and location.publish:
            evses = await _sold(work, name, location)
        await _take_away_others(work, name, location, evses)
    if location is None:
        return
    site = Site(name.platform_id, location)
    for start in range(0, len(evses), _AT_ONCE):
        async with desk.database.work(operator_id) as work:
            await store.lock_adoption(work)
            if not await is_connected(work, name.platform_id):
                return  # it went meanwhile, and its sockets with it
            few = evses[start : start + _AT_ONCE]
            reports = [await _adopt(work, site, evse) for evse in few]
        for report in filter(None, reports):
            await record_status(report, database=desk.database)


async def _sold(work: Work, name: Name, location: Location) -> tuple[Evse, ...]:
    if not await is_connected(work, name.platform_id):
        return ()
    return tuple(one for one in location.evses if one.status.upper() != "REMOVED")


async def _take_away_others(
    work: Work, name: Name, location: Location | None, evses: Iterable[Evse]
) -> None:
    """Sell nothing at *location* but *evses*."""
    kept: set[str] = set()
    if location is not None:
        site = Site(name.platform_id, location)
        kept = {site.uid_of(evse) for evse in evses}
    for point in await store.points_at(work, name.platform_id, name.object_id):
        if point.evse_uid not in kept:
            await _take_away(work, point, "the platform took it away")


async def withdraw_gone(work: Work, platform_id: UUID) -> bool:
    """Sell nothing more at a platform that is gone; False when it is not gone. A step."""
    if await is_connected(work, platform_id):
        return False
    await store.lock_adoption(work)
    for point in await store.points_of(work, platform_id):
        await _take_away(work, point, "the platform is not connected")
    return True


async def _take_away(work: Work, point: Point, reason: str) -> None:
    await remove_evse(work, point.evse_uid)
    await store.put_point(work, replace(point, trouble=reason))


async def adopt_tariff(name: Name, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """Publish a tariff that changed, and try again what had no price; a job that may run twice."""
    async with desk.database.work(operator_id) as work:
        await store.lock_adoption(work)
        tariff = await find_received(work, name, Tariff)
        if tariff is not None:
            await _publish_or_leave(work, Party(name.country_code, name.party_id), tariff)
        for point in await store.points_of(work, name.platform_id):
            if point.trouble is not None:
                defer_adoption(work, name.platform_id, point.party, point.location_id)


def adoptions(work: Work) -> str:
    """Return the lock of the jobs that adopt: they wait in the queue, not on a connection each."""
    return f"ocpi.adopt:{work.operator_id}"


def defer_adoption(work: Work, platform_id: UUID, party: Party, location_id: str) -> None:
    """Let a location be adopted after the commit; one that waits for it waits once. A step."""
    work.defer(
        "ocpi.adopt",
        lock=adoptions(work),
        queueing_lock=f"ocpi.adopt:{platform_id}:{party}:{location_id.lower()}",
        platform_id=platform_id,
        module=LOCATIONS,
        country_code=party.country_code,
        party_id=party.party_id,
        object_id=location_id,
    )


async def _publish_or_leave(work: Work, party: Party, tariff: Tariff) -> None:
    try:
        await publish_tariff(work, _as_ours(party, tariff))
    except TariffInvalid:
        return  # the EVSEs that need it say so


async def _adopt(work: Work, site: Site, evse: Evse) -> StatusReport | None:
    uid = site.uid_of(evse)
    chosen = strongest(evse)
    if chosen is None:
        return None
    point = Point(uid, site.platform_id, site.party, site.location.id, evse.uid)
    try:
        point = replace(point, connector_id=named_connector(evse, chosen))
        await _furnish(work, site, evse, chosen)
    except (Unusable, InvalidCharger, TariffInvalid) as wrong:
        await remove_evse(work, uid)
        await store.put_point(work, replace(point, trouble=str(wrong)))
        return None
    await store.put_point(work, point)
    return StatusReport(
        operator_id=work.operator_id,
        identity=point.identity,
        evse_no=None,
        connector_no=1,
        status=status_of(evse),
        error_code=None,
        at=evse.last_updated,
        received_at=work.now,
    )


async def _furnish(work: Work, site: Site, evse: Evse, chosen: Connector) -> None:
    """Save what a socket needs. Raises what says that it cannot be one."""
    if evse.capabilities and REMOTE not in evse.capabilities:
        raise Unusable("it cannot be started from afar")
    uid = site.uid_of(evse)
    tariff = await _tariff(work, site, chosen)
    await save_location(work, location_at(site))
    await save_point_elsewhere(work, identity_of(uid))
    draft = draft_of(site, evse)
    await save_evse(work, draft)
    if tariff.preauthorize_amount is not None:
        current = chargers.current_of(draft.connectors)
        hold = Money.of(tariff.preauthorize_amount, tariff.currency)
        await save_hold(work, HoldKey(HoldScope.EVSE, uid, current), hold)
    await _check_hold(work, uid, tariff)
    place = Place(PlaceKind.EVSE, uid)
    await write_rule(work, Rule(name=f"{ELSEWHERE}{uid}", tariff_id=tariff.id, place=place))


async def _check_hold(work: Work, uid: str, tariff: Tariff) -> None:
    try:
        evse = await get_evse(work, uid)
        hold = evse.hold
        vat_at(evse, work.now)
    except VatRateUnknown as unknown:
        raise Unusable(unknown.detail) from unknown
    except EvseNotFound as missing:
        raise Unusable("no amount to hold is set for it") from missing
    if hold.currency != tariff.currency:
        raise Unusable(f"its tariff is in {tariff.currency}, the hold in {hold.currency}")


async def _tariff(work: Work, site: Site, connector: Connector) -> Tariff:
    """Return the tariff of *connector* under our name, published. Raises what forbids that."""
    found: list[Tariff] = []
    for tariff_id in connector.tariff_ids:
        name = Name(site.platform_id, TARIFFS, *_of(site.party), tariff_id)
        tariff = await find_received(work, name, Tariff)
        if tariff is not None:
            found.append(tariff)
    chosen = priced_by(found, work.now)
    if chosen is None:
        named = ", ".join(connector.tariff_ids) or "none"
        raise Unusable(f"none of its tariffs is known and valid: {named}")
    ours = _as_ours(site.party, chosen)
    if ours.id not in site.tariffs:
        await publish_tariff(work, ours)
        site.tariffs[ours.id] = ours
    return ours


def _as_ours(party: Party, tariff: Tariff) -> Tariff:
    return structs.replace(tariff, id=tariff_id_of(party, tariff.id))


def _of(party: Party) -> tuple[str, str]:
    return party.country_code, party.party_id
