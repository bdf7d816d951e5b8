"""Locations, EVSEs and connectors (OCPI, mod_locations)."""

from datetime import datetime
from decimal import Decimal

from app.pricing.tariffs.model import DisplayText, OcpiObject
from app.roaming.errors import OcpiObjectUnknown
from app.roaming.wire.values import BusinessDetails, GeoLocation, Image


class AdditionalGeoLocation(OcpiObject, frozen=True, kw_only=True):
    """A place that belongs to a location, such as its entrance."""

    latitude: str
    longitude: str
    name: DisplayText | None = None


class PublishToken(OcpiObject, frozen=True, kw_only=True):
    """Whom a location that is not public may be shown to."""

    uid: str | None = None
    type: str | None = None
    visual_number: str | None = None
    issuer: str | None = None
    group_id: str | None = None


class StatusSchedule(OcpiObject, frozen=True, kw_only=True):
    """A status that an EVSE will have."""

    period_begin: datetime
    period_end: datetime | None = None
    status: str


class Connector(OcpiObject, frozen=True, kw_only=True):
    """A plug or socket; volts, amperes and watts, None where a platform does not say them."""

    id: str
    standard: str
    format: str
    power_type: str | None = None
    max_voltage: int | None = None
    max_amperage: int | None = None
    max_electric_power: int | None = None
    tariff_ids: tuple[str, ...] = ()
    terms_and_conditions: str | None = None
    capabilities: tuple[str, ...] = ()
    last_updated: datetime | None = None

    @property
    def power_kw(self) -> Decimal:
        """Return its power in kW: as stated, else what volts and amperes allow; 0 is unknown."""
        if self.max_electric_power is not None:
            return Decimal(self.max_electric_power) / 1000
        phases = 3 if self.power_type == "AC_3_PHASE" else 1
        return Decimal((self.max_voltage or 0) * (self.max_amperage or 0) * phases) / 1000


class EvseParking(OcpiObject, frozen=True, kw_only=True):
    """A parking place of an EVSE, and where the EVSE stands beside it."""

    parking_id: str
    evse_position: str | None = None


class Parking(OcpiObject, frozen=True, kw_only=True):
    """A parking place; metres and kilograms (AFIR)."""

    id: str
    physical_reference: str | None = None
    vehicle_types: tuple[str, ...] = ()
    max_vehicle_weight: Decimal | None = None
    max_vehicle_height: Decimal | None = None
    max_vehicle_length: Decimal | None = None
    max_vehicle_width: Decimal | None = None
    parking_space_length: Decimal | None = None
    parking_space_width: Decimal | None = None
    dangerous_goods_allowed: bool | None = None
    direction: str | None = None
    drive_through: bool | None = None
    restricted_to_type: bool | None = None
    reservation_required: bool | None = None
    time_limit: Decimal | None = None
    roofed: bool | None = None
    images: tuple[Image, ...] = ()
    lighting: bool | None = None
    refrigeration_outlet: bool | None = None
    standards: tuple[str, ...] = ()
    apds_reference: str | None = None


class Evse(OcpiObject, frozen=True, kw_only=True):
    """A charging point that serves one car at a time."""

    uid: str
    evse_id: str | None = None
    status: str
    status_schedule: tuple[StatusSchedule, ...] = ()
    capabilities: tuple[str, ...] = ()
    connectors: tuple[Connector, ...] = ()
    floor_level: str | None = None
    coordinates: GeoLocation | None = None
    physical_reference: str | None = None
    directions: tuple[DisplayText, ...] = ()
    parking_restrictions: tuple[str, ...] = ()
    parking: tuple[EvseParking, ...] = ()
    images: tuple[Image, ...] = ()
    accepted_service_providers: tuple[str, ...] = ()
    last_updated: datetime


class RegularHours(OcpiObject, frozen=True, kw_only=True):
    """Hours of a weekday, 1 (Monday) to 7, in local time."""

    weekday: int
    period_begin: str
    period_end: str


class ExceptionalPeriod(OcpiObject, frozen=True, kw_only=True):
    """A time of exception."""

    period_begin: datetime
    period_end: datetime


class Hours(OcpiObject, frozen=True, kw_only=True):
    """When a location is open."""

    twentyfourseven: bool
    regular_hours: tuple[RegularHours, ...] = ()
    exceptional_openings: tuple[ExceptionalPeriod, ...] = ()
    exceptional_closings: tuple[ExceptionalPeriod, ...] = ()


class EnergySource(OcpiObject, frozen=True, kw_only=True):
    """A part of an energy mix, in percent."""

    source: str
    percentage: Decimal


class EnvironmentalImpact(OcpiObject, frozen=True, kw_only=True):
    """Grams per kWh of what the energy leaves behind."""

    category: str
    amount: Decimal


class EnergyMix(OcpiObject, frozen=True, kw_only=True):
    """Where the energy comes from."""

    is_green_energy: bool
    energy_sources: tuple[EnergySource, ...] = ()
    environ_impact: tuple[EnvironmentalImpact, ...] = ()
    supplier_name: str | None = None
    energy_product_name: str | None = None


class Location(OcpiObject, frozen=True, kw_only=True):
    """A place with EVSEs; *country* has three letters, *time_zone* is an IANA name."""

    country_code: str
    party_id: str
    id: str
    publish: bool
    publish_allowed_to: tuple[PublishToken, ...] = ()
    name: str | None = None
    address: str
    city: str
    postal_code: str | None = None
    state: str | None = None
    country: str
    coordinates: GeoLocation
    related_locations: tuple[AdditionalGeoLocation, ...] = ()
    parking_type: str | None = None
    evses: tuple[Evse, ...] = ()
    parking_places: tuple[Parking, ...] = ()
    directions: tuple[DisplayText, ...] = ()
    operator: BusinessDetails | None = None
    suboperator: BusinessDetails | None = None
    owner: BusinessDetails | None = None
    facilities: tuple[str, ...] = ()
    time_zone: str
    opening_times: Hours | None = None
    charging_when_closed: bool | None = None
    images: tuple[Image, ...] = ()
    energy_mix: EnergyMix | None = None
    help_phone: str | None = None
    last_updated: datetime


def part_of(location: Location, path: tuple[str, ...]) -> OcpiObject:
    """Return the EVSE that *path* names, or its connector. Raises OcpiObjectUnknown."""
    found: OcpiObject = location
    for wanted in path:
        parts = [(one.uid, one) for one in location.evses]
        if isinstance(found, Evse):
            parts = [(one.id, one) for one in found.connectors]  # type: ignore[misc]  # of a kind
        fitting = [one for name, one in parts if name.lower() == wanted.lower()]
        if not fitting:
            raise OcpiObjectUnknown(f"location {location.id} has no {wanted}", module="locations")
        found = fitting[0]
    return found
