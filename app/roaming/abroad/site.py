"""A location of another platform as one of ours: its places, sockets and connectors."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from uuid import UUID

from app.charging.cdrs.countries import alpha2
from app.charging.chargers import model as chargers
from app.charging.chargers.setup.model import EvseDraft
from app.pricing.tariffs.model import Tariff
from app.roaming.abroad.model import code_of, identity_of, own_id
from app.roaming.platforms.model import Party
from app.roaming.wire.locations import Connector, Evse, Location

_SIX_DECIMALS = Decimal("0.000001")
_NOTHING = "-"


class Unusable(Exception):
    """Drivers cannot use an EVSE; the sentence says why."""


@dataclass(slots=True)
class Site:
    """A location that is being made, with the tariffs that were published for it already."""

    platform_id: UUID
    location: Location
    tariffs: dict[str, Tariff | None] = field(default_factory=dict)

    @property
    def party(self) -> Party:
        """Return whose location it is."""
        return Party(self.location.country_code, self.location.party_id)

    def uid_of(self, evse: Evse) -> str:
        """Return what *evse* is called here."""
        return own_id(self.platform_id, *self._names, evse.uid)

    @property
    def location_id(self) -> str:
        """Return what the location is called here."""
        return own_id(self.platform_id, *self._names)

    @property
    def _names(self) -> tuple[str, str, str]:
        return self.location.country_code, self.location.party_id, self.location.id


def location_at(site: Site) -> chargers.Location:
    """Return the location as one of ours. Raises Unusable where it is nowhere."""
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
        raise Unusable(f"its coordinates are no degrees: {text!r}") from wrong


def draft_of(site: Site, evse: Evse) -> EvseDraft:
    """Return the EVSE as one of ours."""
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
