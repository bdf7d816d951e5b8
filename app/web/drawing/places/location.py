"""The page of a location: what is free, what it costs, and how to get there."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.directpay.favourites.mine import Mine
from app.directpay.places.views import PlaceEvseView, PlacePriceView, PlaceView
from app.infra.i18n import format_plain, gettext
from app.pricing.tariffs.words.prices import (
    Change,
    PriceRow,
    free_words,
    price_rows,
    vat_words,
)
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look
from app.web.drawing.places.listed import SHEET, how_many_free
from app.web.drawing.scan_page import STARTABLE, State, plug_name, socket_name, state_words
from app.web.words.payment import Device

_MAPS_OF_OTHERS: Final = "https://www.openstreetmap.org/directions"


@dataclass(frozen=True, slots=True)
class LocationPage:
    """
    What the page shows: a *place*, for a *device* that knows maps of its own.

    *mine* is what the driver keeps of it, None where nobody is signed in.
    """

    frame: Frame
    place: PlaceView
    device: Device
    mine: Mine | None = None


@dataclass(frozen=True, slots=True)
class EvseWords:
    """A charging point in words; a driver can start at it when it is *startable*."""

    code: str
    name: str
    evse_id: str
    state: State
    facts: str
    rows: tuple[PriceRow, ...]
    startable: bool

    @property
    def action(self) -> str:
        """Return what its page is opened for."""
        return gettext("Start here") if self.startable else gettext("Show the price")


def render_location(page: LocationPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    place = page.place
    return render_framed(
        "location.html",
        page.frame,
        Here.MAP,
        (SHEET,),
        place=place,
        free=how_many_free(place),
        tone="good" if place.free else "warn",
        evses=[_evse_words(each, place.time_zone) for each in place.evses],
        vat=_vat(place),
        directions=directions(place, page.device),
        mine=page.mine,
    )


def directions(place: PlaceView, device: Device) -> str:
    """Return the address that leads to *place*: in the device's own maps where it has some."""
    position = f"{place.latitude:f},{place.longitude:f}"
    if device is Device.APPLE:
        return f"https://maps.apple.com/?{urlencode({'daddr': position})}"
    if device is Device.ANDROID:
        return f"geo:{position}?{urlencode({'q': f'{position}({place.name})'})}"
    return f"{_MAPS_OF_OTHERS}?{urlencode({'to': position})}"


def _evse_words(evse: PlaceEvseView, time_zone: str) -> EvseWords:
    plugs = dict.fromkeys(plug_name(each.standard) for each in evse.plugs)
    power = f"{format_plain(evse.max_power_kw)}\N{NO-BREAK SPACE}kW"
    return EvseWords(
        code=evse.code,
        name=socket_name(evse.physical_reference) or evse.evse_id,
        evse_id=evse.evse_id,
        state=state_words(evse.state),
        facts=" · ".join((*plugs, power)),
        rows=() if evse.price is None else _rows(evse.price, time_zone),
        startable=evse.state in STARTABLE and evse.price is not None,
    )


def _rows(price: PlacePriceView, time_zone: str) -> tuple[PriceRow, ...]:
    return price_rows(price.components, Change(None, time_zone)) or (
        PriceRow(free_words(), "", ()),
    )


def _vat(place: PlaceView) -> str:
    """Return what is said of VAT, which is the same for all of a location."""
    prices = (each.price for each in place.evses if each.price is not None)
    price = next(prices, None)
    return "" if price is None else vat_words(price.vat_rate)
