"""What a driver looks for on the map, as the page's form and its script send it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from app.charging.chargers.places.model import After, Area, Near, Sought
from app.directpay.places.model import Wanted
from app.web.scanning import BrokenForm

Value = TypeVar("Value")
PLACES_A_PAGE: Final = 20
_LONGEST_TEXT: Final = 80
_WIDEST, _HIGHEST = Decimal(180), Decimal(90)
_MOST_KW, _MOST_PRICE = Decimal(10_000), Decimal(1_000_000)
_DEEPEST_ZOOM: Final = 22
WORLD: Final = Area(-_WIDEST, -_HIGHEST, _WIDEST, _HIGHEST)
# What the form offers: OCPI's connector types that drivers in Europe ask for, and powers in kW.
PLUGS: Final = ("IEC_62196_T2", "IEC_62196_T2_COMBO", "CHADEMO", "DOMESTIC_F")
POWERS: Final = (11, 22, 50, 150)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, and its *fields* as they were sent, to be shown in the form again."""

    fields: Mapping[str, str]
    sought: Sought
    max_price_kwh: Decimal | None
    after: After | None

    @property
    def wanted(self) -> Wanted:
        """Return the page of the list that is asked for."""
        return Wanted(self.sought, PLACES_A_PAGE, self.after, self.max_price_kwh)


def asked_for(query: Mapping[str, str]) -> Asked:
    """
    Return what *query* asks for; an empty field asks for nothing.

    An area says more than a point near which to look: the driver has moved the map since. Raises
    BrokenForm.
    """
    names = ("q", "power", "plug", "free", "price", "near", "area")
    fields = {name: query.get(name, "").strip()[:_LONGEST_TEXT] for name in names}
    area = _area(fields["area"]) if fields["area"] else None
    sought = Sought(
        text=fields["q"].replace("\0", ""),
        area=area,
        near=_near(fields["near"]) if fields["near"] and area is None else None,
        min_kw=_number("power", fields["power"], _MOST_KW),
        connectors=_plugs(fields["plug"]),
        available=bool(fields["free"]),
    )
    after = _after(query.get("after", ""), query.get("metres", ""))
    price = _number("price", fields["price"].replace(",", "."), _MOST_PRICE)
    return Asked(fields, sought, price, after)


def area_of(query: Mapping[str, str]) -> Area:
    """Return the part of the map that is looked at. Raises BrokenForm."""
    return _area(query.get("area", ""))


def zoom_of(query: Mapping[str, str]) -> int:
    """Return how far in the map is. Raises BrokenForm."""
    return int(_parsed("zoom", query.get("zoom", ""), _whole(_DEEPEST_ZOOM)))


def _area(text: str) -> Area:
    west, south, east, north = _parsed("area", text, _degrees(4))
    if max(abs(west), abs(east)) > _WIDEST or not -_HIGHEST <= south <= north <= _HIGHEST:
        raise _not_ours("area")
    return Area(west, south, east, north)


def _near(text: str) -> Near:
    latitude, longitude = _parsed("near", text, _degrees(2))
    if abs(latitude) > _HIGHEST or abs(longitude) > _WIDEST:
        raise _not_ours("near")
    return Near(latitude, longitude)


def _plugs(text: str) -> tuple[str, ...]:
    if text and text not in PLUGS:
        raise _not_ours("plug")
    return (text,) if text else ()


def _number(name: str, text: str, most: Decimal) -> Decimal | None:
    if not text:
        return None
    value: Decimal = _parsed(name, text, Decimal)
    if not value.is_finite() or not 0 <= value <= most:
        raise _not_ours(name)
    return value


def _after(text: str, metres: str) -> After | None:
    if not text:
        return None
    return After(text[:36], int(_parsed("metres", metres, int)) if metres else None)


def _degrees(count: int) -> Callable[[str], list[Decimal]]:
    def parse(text: str) -> list[Decimal]:
        values = [Decimal(part) for part in text.split(",")]
        if len(values) != count or not all(value.is_finite() for value in values):
            raise ValueError(text)
        return values

    return parse


def _whole(most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not 0 <= value <= most:
            raise ValueError(text)
        return value

    return parse


def _parsed(name: str, text: str, parse: Callable[[str], Value]) -> Value:
    try:
        return parse(text)
    except (ValueError, InvalidOperation) as wrong:
        raise _not_ours(name) from wrong


def _not_ours(name: str) -> BrokenForm:
    return BrokenForm("this is not what the form sends", field=name)
