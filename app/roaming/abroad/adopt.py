"""Make sockets of other platforms' EVSEs: found by code, priced by their tariff, held by ours."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from uuid import UUID

from msgspec import structs

from app.charging.cdrs.countries import alpha2
from app.charging.chargers import model as chargers
from app.charging.chargers.errors import EvseNotFound, InvalidCharger
from app.charging.chargers.read import get_evse
from app.charging.chargers.record_status import record_status
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
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
    code_of,
    identity_of,
    named_connector,
    own_id,
    priced_by,
    status_of,
    strongest,
    tariff_id_of,
)
from app.roaming.desk import RoamingDesk
from app.roaming.platforms.find import is_connected
from app.roaming.platforms.model import Party
from app.roaming.received.keep import find_received
from app.roaming.received.model import LOCATIONS, TARIFFS, Name
from app.roaming.wire.locations import Connector, Evse, Location

_SIX_DECIMALS = Decimal("0.000001")
_NOTHING = "-"


class _Unusable(Exception):
    """Drivers cannot use an EVSE; the sentence says why."""


@dataclass(slots=True)
class _Site:
    """A location that is being made, with the tariffs that were published for it already."""

    platform_id: UUID
    location: Location
    tariffs: dict[str, Tariff | None] = field(default_factory=dict)

    @property
    def party(self) -> Party:
        return Party(self.location.country_code, self.location.party_id)

    def uid_of(self, evse: Evse) -> str:
        return own_id(self.platform_id, *self._names, evse.uid)

    @property
    def location_id(self) -> str:
        return own_id(self.platform_id, *self._names)

    @property
    def _names(self) -> tuple[str, str, str]:
        return self.location.country_code, self.location.party_id, self.location.id


async def adopt(name: Name, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """
    Let drivers use what a location of another platform has now; a job that may run twice.

    What they cannot use is kept with the reason, see `Point.trouble`. One at a time: locations
    share tariffs, and would wait for each other in turns.
    """
    async with desk.database.work(operator_id) as work:
        await store.lock_adoption(work)
        location = await find_received(work, name, Location)
        known = await store.points_at(work, name.platform_id, name.object_id)
        is_sold = location is not None and location.publish
        is_sold = is_sold and await is_connected(work, name.platform_id)
        evses = location.evses if location is not None and is_sold else ()
        reports = []
        if location is not None:
            site = _Site(name.platform_id, location)
            evses = tuple(one for one in evses if one.status.upper() != "REMOVED")
            reports = [await _adopt(work, site, evse) for evse in evses]
            kept = {site.uid_of(evse) for evse in evses}
            known = [point for point in known if point.evse_uid not in kept]
        for gone in known:
            await _take_away(work, gone, "the platform took it away")
    for report in reports:
        if report is not None:
            await record_status(report, database=desk.database)


async def withdraw_gone(work: Work, platform_id: UUID) -> bool:
    """Sell nothing more at a platform that is gone; False when it is not gone. A step."""
    if await is_connected(work, platform_id):
        return False
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


def defer_adoption(work: Work, platform_id: UUID, party: Party, location_id: str) -> None:
    """Let a location be adopted after the commit; one that waits for it waits once. A step."""
    work.defer(
        "ocpi.adopt",
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


async def _adopt(work: Work, site: _Site, evse: Evse) -> StatusReport | None:
    uid = site.uid_of(evse)
    chosen = strongest(evse)
    if chosen is None:
        return None
    point = Point(uid, site.platform_id, site.party, site.location.id, evse.uid)
    try:
        point = replace(point, connector_id=named_connector(evse, chosen))
        await _furnish(work, site, evse, chosen)
    except (_Unusable, InvalidCharger, TariffInvalid) as wrong:
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


async def _furnish(work: Work, site: _Site, evse: Evse, chosen: Connector) -> None:
    """Save what a socket needs. Raises what says that it cannot be one."""
    if evse.capabilities and REMOTE not in evse.capabilities:
        raise _Unusable("it cannot be started from afar")
    uid = site.uid_of(evse)
    tariff = await _tariff(work, site, chosen)
    await save_location(work, _location(site))
    await save_point_elsewhere(work, identity_of(uid))
    draft = _draft(site, evse)
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
        raise _Unusable(unknown.detail) from unknown
    except EvseNotFound as missing:
        raise _Unusable("no amount to hold is set for it") from missing
    if hold.currency != tariff.currency:
        raise _Unusable(f"its tariff is in {tariff.currency}, the hold in {hold.currency}")


async def _tariff(work: Work, site: _Site, connector: Connector) -> Tariff:
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
        raise _Unusable(f"none of its tariffs is known and valid: {named}")
    ours = _as_ours(site.party, chosen)
    if ours.id not in site.tariffs:
        await publish_tariff(work, ours)
        site.tariffs[ours.id] = ours
    return ours


def _as_ours(party: Party, tariff: Tariff) -> Tariff:
    return structs.replace(tariff, id=tariff_id_of(party, tariff.id))


def _of(party: Party) -> tuple[str, str]:
    return party.country_code, party.party_id


def _location(site: _Site) -> chargers.Location:
    place = site.location
    return chargers.Location(
        location_id=site.location_id,
        name=place.name or place.address,
        address=place.address,
        postal_code=place.postal_code or _NOTHING,
        city=place.city,
        country=alpha2(place.country.upper()) or place.country,
        latitude=_degrees(place.coordinates.latitude),
        longitude=_degrees(place.coordinates.longitude),
        time_zone=place.time_zone,
    )


def _degrees(text: str) -> Decimal:
    try:
        return Decimal(text).quantize(_SIX_DECIMALS)
    except InvalidOperation as wrong:
        raise _Unusable(f"its coordinates are no degrees: {text!r}") from wrong


def _draft(site: _Site, evse: Evse) -> EvseDraft:
    uid = site.uid_of(evse)
    return EvseDraft(
        evse_uid=uid,
        evse_id=evse.evse_id or f"{site.party}*E{uid.partition('.')[2].upper()}",
        code=code_of(uid),
        location_id=site.location_id,
        identity=identity_of(uid),
        evse_no=1,
        ocpp16_connector_id=1,
        connectors=tuple(_connectors(evse.connectors)),
        physical_reference=evse.physical_reference or "",
    )


def _connectors(connectors: Iterable[Connector]) -> Iterable[chargers.Connector]:
    for one in connectors:
        yield chargers.Connector(
            one.id, one.standard, one.format, one.power_type or "", one.power_kw.normalize() + 0
        )
