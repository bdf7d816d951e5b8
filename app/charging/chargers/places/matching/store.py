"""
What is asked of places, without the values: the same for all that one statement answers.

The values are given by the names of the parameters.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Double,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.charging.chargers.model import OUT_OF_USE, EvseStatus
from app.charging.chargers.places.model import MICRO, Sought
from app.charging.chargers.places.store import place_words, places
from app.charging.chargers.stations.store import LEASE, charge_points
from app.charging.chargers.store import evses
from app.infra.database import Work
from app.infra.tables import UtcDateTime

_EARTH_METRES: Final = 6_371_000
# A metre of a great circle in millionths of a degree, rounded up.
_MICRO_PER_METRE: Final = 9
_HIGHEST: Final = "\U0010ffff"
_p = places.c


@dataclass(frozen=True, slots=True)
class Kind:
    """What a question asks, without the values: the same for all that one statement answers."""

    words: int
    spans: int
    near: bool
    power: bool
    connectors: bool
    available: bool

    @classmethod
    def of(cls, sought: Sought) -> "Kind":
        """Return what kind of question this is."""
        return cls(
            words=len(sought.words),
            spans=0 if sought.area is None else len(sought.area.spans),
            near=sought.near is not None,
            power=sought.min_kw is not None,
            connectors=bool(sought.connectors),
            available=sought.available,
        )


def values_of(work: Work, sought: Sought) -> dict[str, Any]:
    """Return what the statements ask for, by the names of their parameters."""
    values: dict[str, Any] = {
        "of_operator": work.operator_id,
        "least_kw": sought.min_kw,
        "standards": list(sought.connectors),
        "seen_after": work.now - LEASE,
    }
    for number, word in enumerate(sought.words):
        values |= {f"word_{number}": word, f"beyond_{number}": word + _HIGHEST}
    if sought.area is not None:
        values["south"], values["north"] = sought.area.heights
        for number, (west, east) in enumerate(sought.area.spans):
            values |= {f"west_{number}": west, f"east_{number}": east}
    if sought.near is not None:
        near = sought.near
        values |= {"latitude": near.latitude, "metres": near.metres}
        values |= {"x": _micro(near.longitude), "y": _micro(near.latitude)}
    return values


def matches(kind: Kind) -> list[ColumnElement[bool]]:
    """Return all that has to hold of a place."""
    found = [_p.operator_id == bindparam("of_operator", type_=Uuid), *plugs_fit(_p.plugs, kind)]
    if kind.spans:
        spans = (between(_p.x, f"west_{n}", f"east_{n}") for n in range(kind.spans))
        found += [between(_p.y, "south", "north"), or_(*spans)]
    if kind.near:
        found.append(_around())
    found.extend(_p.location_id.in_(_spoken(number)) for number in range(kind.words))
    if kind.available:
        found.append(_is_free(kind).exists())
    return found


def between(place: ColumnElement[int], low: str, high: str) -> ColumnElement[bool]:
    """Return that a number lies between the values of these names, both included."""
    return place.between(bindparam(low, type_=Integer), bindparam(high, type_=Integer))


def _around() -> ColumnElement[bool]:
    """Return a box around a point, so that the index gives what may be near."""
    x, y = bindparam("x", type_=Integer), bindparam("y", type_=Integer)
    high = bindparam("metres", type_=Integer) * _MICRO_PER_METRE
    narrow = func.greatest(func.cos(func.radians(_latitude())), literal(Decimal("0.01"), Double))
    wide = cast(func.ceil(high / narrow), Integer)
    return and_(_p.y.between(y - high, y + high), _p.x.between(x - wide, x + wide))


def _spoken(number: int) -> Select[Any]:
    its = place_words.c
    # Only comparisons that tell nothing of other rows: others would be made row by row, after
    # row-level security, and without the index.
    first = bindparam(f"word_{number}", type_=Text)
    begins = and_(its.word >= first, its.word < bindparam(f"beyond_{number}", type_=Text))
    mine = its.operator_id == bindparam("of_operator", type_=Uuid)
    return select(its.location_id).where(mine, begins)


def plugs_fit(plugs: ColumnElement[Any], kind: Kind) -> list[ColumnElement[bool]]:
    """Return what has to hold of the most kilowatts by connector type."""
    if not (kind.power or kind.connectors):
        return []
    plug = (
        func.jsonb_each_text(plugs)
        .table_valued(column("standard", Text), column("kw", Text))
        .render_derived("plug")
    )
    its = plug.c
    return [select(its.standard).where(*_fits(its.standard, its.kw, kind)).exists()]


def _is_free(kind: Kind) -> Select[Any]:
    """Return the EVSEs of a place that are free now and have what is sought."""
    its, on = evses.c, charge_points.c
    free = (
        select(its.evse_uid)
        .join(charge_points, and_(on.operator_id == its.operator_id, on.identity == its.identity))
        .where(its.operator_id == _p.operator_id, its.location_id == _p.location_id)
        .where(its.removed_at.is_(None), its.status == EvseStatus.AVAILABLE)
        .where(*(on.status != status for status in sorted(OUT_OF_USE)), on.connected)
        .where(on.last_seen_at > bindparam("seen_after", type_=UtcDateTime))
    )
    if not (kind.power or kind.connectors):
        return free
    plug = (
        func.jsonb_to_recordset(its.connectors)
        .table_valued(column("standard", Text), column("max_power_kw", Numeric))
        .render_derived("plug", with_types=True)
    ).c
    return free.where(
        select(plug.standard).where(*_fits(plug.standard, plug.max_power_kw, kind)).exists()
    )


def _fits(
    standard: ColumnElement[str], kw: ColumnElement[Any], kind: Kind
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if kind.connectors:
        found.append(standard == any_(bindparam("standards", type_=ARRAY(Text))))
    if kind.power:
        found.append(cast(kw, Numeric) >= bindparam("least_kw", type_=Numeric))
    return found


def _latitude() -> ColumnElement[Any]:
    return cast(bindparam("latitude", type_=Numeric), Double)


def metres_from_there() -> ColumnElement[int]:
    """Return how far away a place is, by the great circle."""
    # Haversine: exact enough for a drive, and no geometry extension is needed.
    micro, x = literal(Decimal(MICRO), Double), bindparam("x", type_=Integer)
    here, there = func.radians(_latitude()), func.radians(_p.y / micro)
    width = func.radians((_p.x - x) / micro)
    half = func.pow(func.sin((there - here) / 2), 2) + func.cos(here) * func.cos(there) * func.pow(
        func.sin(width / 2), 2
    )
    return cast(func.round(2 * _EARTH_METRES * func.asin(func.sqrt(half))), Integer)


def _micro(degrees: Decimal) -> int:
    return int(degrees * MICRO)
