"""Where a driver stands, as those see it who choose a tariff, and those who give something."""

from app.charging.chargers.model import Evse
from app.pricing.promotions.model import Site
from app.pricing.tariffs.choice.model import Choice, Spot


def spot_of(evse: Evse) -> Spot:
    """Return where a price is asked for at *evse*; of several connectors none is known before."""
    connector_id = evse.connectors[0].connector_id if len(evse.connectors) == 1 else None
    return Spot(evse.location.location_id, evse.evse_uid, evse.max_power_kw, connector_id)


def site_of(evse: Evse, choice: Choice) -> Site:
    """Return where, and by which *choice* of a tariff, it is charged."""
    location = evse.location
    return Site(
        location_id=location.location_id,
        evse_uid=evse.evse_uid,
        tariff_id=choice.tariff.tariff_id,
        time_zone=location.time_zone,
        hold=evse.hold,
        group=str(choice.rule.group),
    )
