"""A location as a line of a list: how far, how many are free, how strong, from which price on."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from app.directpay.places.views import PlaceView
from app.infra.i18n import format_plain, gettext
from app.pricing.tariffs.words.prices import Change, free_words, price_rows
from app.web.drawing.scan_page import distance_words, plug_name

SHEET: Final = "places.css"


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """A location in words; *tone* colours how many of its charging points are *free*."""

    location_id: str
    path: str
    name: str
    address: str
    free: str
    tone: str
    details: str
    price: str


def listed_place(place: PlaceView) -> ListedPlace:
    """Return *place* in the current language; its *path* is below the operator's app."""
    details = [power_words(place.max_power_kw), *plug_names(place)]
    if place.metres is not None:
        details.insert(0, distance_words(place.metres))
    return ListedPlace(
        location_id=place.location_id,
        path=f"locations/{quote(place.location_id, safe='')}",
        name=place.name,
        address=f"{place.address}, {place.city}",
        free=how_many_free(place),
        tone="good" if place.free else "warn",
        details=" · ".join(details),
        price=_from(place),
    )


def how_many_free(place: PlaceView) -> str:
    """Return how many charging points are free: `2 of 4 free`."""
    counts = {"free": place.free, "all": len(place.evses)}
    return gettext("%(free)s of %(all)s free") % counts


def power_words(kilowatts: Decimal) -> str:
    """Return the most power that is to be had: `up to 150 kW`."""
    power = f"{format_plain(kilowatts)}\N{NO-BREAK SPACE}kW"
    return gettext("up to %(power)s") % {"power": power}


def plug_names(place: PlaceView) -> list[str]:
    """Return what drivers call the plugs of a location, each once."""
    standards = (plug.standard for evse in place.evses for plug in evse.plugs)
    return list(dict.fromkeys(plug_name(standard) for standard in standards))


def _from(place: PlaceView) -> str:
    price = place.from_price
    if price is None:
        return ""
    rows = price_rows(price.components, Change(None, place.time_zone))
    if not rows:
        return free_words()
    return gettext("from %(price)s") % {"price": f"{rows[0].amount} {rows[0].per}"}
