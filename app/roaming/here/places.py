"""Our locations in the words of OCPI."""

from decimal import Decimal

from app.charging.cdrs.countries import alpha3
from app.charging.chargers import model as chargers
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.public.read import PublicEvse, PublicLocation
from app.people.identity.model import Operator
from app.roaming.here.offer import Offer
from app.roaming.wire.locations import Connector, Evse, Location
from app.roaming.wire.values import BusinessDetails, GeoLocation

_IN_USE = "CHARGING"
# OCPI, EVSE Status: a socket with a cable in it and no session can still begin one.
_STATUSES = {
    EvseStatus.AVAILABLE: "AVAILABLE",
    EvseStatus.PREPARING: "AVAILABLE",
    EvseStatus.RESERVED: "RESERVED",
    EvseStatus.UNAVAILABLE: "INOPERATIVE",
    EvseStatus.FAULTED: "OUTOFORDER",
    EvseStatus.UNKNOWN: "UNKNOWN",
}
_REMOTE = "REMOTE_START_STOP_CAPABLE"
# A terminal that takes cards: which ones, and whether it has keys, no charge point tells.
_TERMINAL = ("CREDIT_CARD_PAYABLE", "DEBIT_CARD_PAYABLE")
# Volts between a phase and neutral; of direct current the middle of what cars have.
_AC_VOLTS = 230
_DC_VOLTS = 400
_PHASES = {"AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2, "AC_3_PHASE": 3}


def ocpi_status(status: EvseStatus) -> str:
    """Return a status in the words of OCPI."""
    return _STATUSES.get(status, _IN_USE)


def ocpi_location(found: PublicLocation, operator: Operator, offer: Offer) -> Location:
    """Return a location of ours as others may know it, with the tariffs that it has for them."""
    place = found.location
    return Location(
        country_code=operator.address.country,
        party_id=operator.party_id,
        id=place.location_id,
        publish=True,
        name=place.name,
        address=place.address,
        city=place.city,
        postal_code=place.postal_code,
        country=alpha3(place.country),
        coordinates=GeoLocation(
            latitude=f"{place.latitude:.6f}", longitude=f"{place.longitude:.6f}"
        ),
        evses=tuple(ocpi_evse(found, evse, offer) for evse in found.evses),
        operator=BusinessDetails(name=operator.brand.name),
        time_zone=place.time_zone,
        help_phone=operator.support.phone,
        last_updated=found.updated_at,
    )


def ocpi_evse(place: PublicLocation, evse: PublicEvse, offer: Offer) -> Evse:
    """Return an EVSE in the words of OCPI."""
    return Evse(
        uid=evse.evse_uid,
        evse_id=evse.evse_id,
        status=ocpi_status(evse.status),
        capabilities=capabilities_of(evse),
        connectors=tuple(_connector(place, evse, one, offer) for one in evse.connectors),
        physical_reference=evse.physical_reference or None,
        last_updated=evse.updated_at,
    )


def capabilities_of(evse: PublicEvse) -> tuple[str, ...]:
    """
    Return what can be done with an EVSE, as far as it is known (OCPI, mod_locations, Capability).

    Only what a driver's own cable is plugged into can be unlocked, and only a charge point that
    said so keeps its EVSEs for somebody.
    """
    found = [_REMOTE]
    if any(one.format == "SOCKET" for one in evse.connectors):
        found.append("UNLOCK_CAPABLE")
    if evse.reserves:
        found.append("RESERVABLE")
    if evse.has_terminal:
        found += _TERMINAL
    return tuple(found)


def _connector(
    place: PublicLocation, evse: PublicEvse, one: chargers.Connector, offer: Offer
) -> Connector:
    watts = int(one.max_power_kw * 1000)
    volts = _DC_VOLTS if one.power_type == "DC" else _AC_VOLTS
    amperes = Decimal(watts) / (volts * _PHASES.get(one.power_type, 1))
    return Connector(
        id=one.connector_id,
        standard=one.standard,
        format=one.format,
        power_type=one.power_type,
        max_voltage=volts,
        max_amperage=max(int(amperes), 1),
        max_electric_power=watts,
        tariff_ids=tuple(offer.tariff_ids(place, evse, one.connector_id)),
        last_updated=evse.updated_at,
    )
