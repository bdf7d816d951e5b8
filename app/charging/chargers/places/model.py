"""What is looked for on the map, and what is found; positions in whole millionths of a degree."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from app.charging.chargers.model import Connector, Location
from app.charging.chargers.public.store import PublicLocation

MICRO: Final = 1_000_000
WORLD: Final = 360 * MICRO
# A driver who types more words than this is not looking for a charging point.
MOST_WORDS: Final = 6
FARTHEST: Final = 200_000
# From this zoom on a map shows each location by itself.
APART: Final = 15
# Cells of zooms up to this one are counted beforehand: further in, a map shows a small part.
DRAWN: Final = 8

_LETTERS: Final = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d"})
_BREAKS: Final = re.compile(r"[\W_]+")
_EVSE_ID: Final = re.compile(r"[A-Z]{2}[*-]?[A-Z0-9]{3}[*-]?E[A-Z0-9*-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Area:
    """A box on the map in degrees; one whose *west* is greater than its *east* crosses 180°."""

    west: Decimal
    south: Decimal
    east: Decimal
    north: Decimal

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Return its longitudes in millionths of a degree: two spans where it crosses 180°."""
        west, east = _down(self.west), _up(self.east)
        if west <= east:
            return ((west, east),)
        return ((west, WORLD // 2), (-WORLD // 2, east))

    @property
    def heights(self) -> tuple[int, int]:
        """Return its latitudes in millionths of a degree."""
        return _down(self.south), _up(self.north)


@dataclass(frozen=True, slots=True)
class Near:
    """A point in degrees, and how many *metres* away is still near."""

    latitude: Decimal
    longitude: Decimal
    metres: int = 25_000


@dataclass(frozen=True, slots=True)
class Sought:
    """
    Which locations are looked for: all that is said has to hold.

    *text* is of names, streets, towns, or an EVSE id. One EVSE has to have one of the *connectors*
    (OCPI ConnectorType; none: any) with at least *min_kw*, and be free now where *available* says
    so.
    """

    text: str = ""
    area: Area | None = None
    near: Near | None = None
    min_kw: Decimal | None = None
    connectors: tuple[str, ...] = ()
    available: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of the text, as they are indexed; each may be the begin of one."""
        if _EVSE_ID.fullmatch(self.text.strip()):
            return (plain(self.text),)
        return tuple(dict.fromkeys(words_of(self.text)))[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of a list goes on: behind this location, *metres* away where that orders it."""

    location_id: str
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A location with its EVSEs as they are now, *metres* away where a point was given."""

    place: PublicLocation
    metres: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Locations of a list, and behind which one there are *more*."""

    found: tuple[Found, ...]
    more: After | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """
    Locations close together: where they are on average, and how many with how many EVSEs.

    *location_id* is set when it is one alone.
    """

    latitude: Decimal
    longitude: Decimal
    locations: int
    evses: int
    location_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A location as it is indexed: *plugs* are its connector types with their most kilowatts."""

    location_id: str
    x: int
    y: int
    evses: int
    plugs: dict[str, Decimal] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


def entry_of(
    location: Location, evse_ids: Iterable[str], connectors: Iterable[Connector], evses: int
) -> Entry:
    """Return the entry of a *location* whose EVSEs in use have these ids and connectors."""
    plugs: dict[str, Decimal] = {}
    for each in connectors:
        plugs[each.standard] = max(each.max_power_kw, plugs.get(each.standard, each.max_power_kw))
    said = (location.name, location.address, location.postal_code, location.city)
    words = {word for text in said for word in words_of(text)}
    return Entry(
        location_id=location.location_id,
        x=_down(location.longitude),
        y=_down(location.latitude),
        evses=evses,
        plugs=plugs,
        words=frozenset(words | {plain(evse_id) for evse_id in evse_ids}),
    )


def step_of(zoom: int) -> int:
    """Return how wide a cell is at *zoom*: a quarter of a map tile; one point when far in."""
    return 1 if zoom >= APART else (WORLD >> zoom) // 4


def cells_around(area: Area, zoom: int) -> Area:
    """Return *area* widened to whole groups of eight cells of *zoom*."""
    wide, high = Decimal(step_of(zoom) * 8) / MICRO, Decimal(step_of(zoom) * 5) / MICRO
    return Area(
        west=max(_floor(area.west, wide), Decimal(-180)),
        south=max(_floor(area.south, high), Decimal(-90)),
        east=min(_floor(area.east, wide) + wide, Decimal(180)),
        north=min(_floor(area.north, high) + high, Decimal(90)),
    )


def words_of(text: str) -> list[str]:
    """Return the words of *text* without case and accents: `Zürich-West` is zurich and west."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return [word for word in _BREAKS.split(bare) if word]


def plain(evse_id: str) -> str:
    """Return an EVSE id as it is indexed: without separators and case."""
    return "".join(words_of(evse_id))


def _floor(degrees: Decimal, step: Decimal) -> Decimal:
    return (degrees / step).to_integral_value(ROUND_FLOOR) * step


def _down(degrees: Decimal) -> int:
    return int((degrees * MICRO).to_integral_value(ROUND_FLOOR))


def _up(degrees: Decimal) -> int:
    return int((degrees * MICRO).to_integral_value(ROUND_CEILING))
