"""Locations that match what is looked for, straight from the index of places."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.charging.chargers.model import OUT_OF_USE, EvseStatus
from app.charging.chargers.places.model import (
    DRAWN,
    MICRO,
    After,
    Area,
    Cluster,
    Near,
    Sought,
    step_of,
)
from app.charging.chargers.places.store import (
    cell_at,
    cells,
    height_of,
    place_words,
    places,
)
from app.charging.chargers.stations.store import LEASE, charge_points
from app.charging.chargers.store import evses
from app.infra.database import Work
from app.infra.tables import scoped

_EARTH_METRES: Final = 6_371_000
# A metre of a great circle in millionths of a degree, rounded up.
_MICRO_PER_METRE: Final = 9
_HIGHEST: Final = "\U0010ffff"
_p = places.c


async def page_of(
    work: Work, sought: Sought, after: After | None, limit: int
) -> list[tuple[str, int | None]]:
    """Return ids of locations with their metres, the nearest first, else by id."""
    metres = None if sought.near is None else _metres_from(sought.near)
    asked = scoped(places, work, _p.location_id).where(*_matches(work, sought))
    if metres is None:
        if after is not None:
            asked = asked.where(_p.location_id > after.location_id)
        rows = await work.execute(asked.order_by(_p.location_id).limit(limit))
        return [(row.location_id, None) for row in rows]
    return await _nearest(work, asked.add_columns(metres.label("metres")), sought, after, limit)


async def _nearest(
    work: Work, asked: Select[Any], sought: Sought, after: After | None, limit: int
) -> list[tuple[str, int | None]]:
    assert sought.near is not None, "somebody stands somewhere"  # noqa: S101
    found = asked.subquery()
    near = select(found).where(found.c.metres <= sought.near.metres)
    if after is not None:
        place = tuple_(found.c.metres, found.c.location_id)
        near = near.where(place > tuple_(after.metres or 0, after.location_id))
    rows = await work.execute(near.order_by(found.c.metres, found.c.location_id).limit(limit))
    return [(row.location_id, row.metres) for row in rows]


async def clusters_of(
    work: Work, area: Area, zoom: int, sought: Sought, only: Collection[str] | None
) -> list[Cluster]:
    """
    Return the locations of *area* by cells of *zoom*, from what was counted where it can be.

    *only* are the ids that count, None: all.
    """
    if only is not None:
        asked = _counted(work, area, zoom, sought).where(_p.location_id == _one_of(only))
    elif zoom <= DRAWN and not sought.available and not sought.words:
        asked = _drawn(work, area, zoom, sought)
    else:
        asked = _counted(work, area, zoom, sought)
    return [_cluster(row) for row in await work.execute(asked)]


def _drawn(work: Work, area: Area, zoom: int, sought: Sought) -> Select[Any]:
    its, step = cells.c, step_of(zoom)
    return (
        scoped(
            cells,
            work,
            func.sum(its.locations).label("locations"),
            func.sum(its.evses).label("evses"),
            func.sum(its.x).label("x"),
            func.sum(its.y).label("y"),
            func.min(its.location_id).label("location_id"),
        )
        .where(its.zoom == zoom, *_plugs(its.plugs, sought))
        .where(_cells_in(area, step))
        .group_by(its.across, its.down)
    )


def _cells_in(area: Area, step: int) -> ColumnElement[bool]:
    its, (south, north) = cells.c, area.heights
    high = height_of(step)
    rows = its.down.between((south + 90 * MICRO) // high, (north + 90 * MICRO) // high)
    columns = (
        its.across.between((west + 180 * MICRO) // step, (east + 180 * MICRO) // step)
        for west, east in area.spans
    )
    return and_(rows, or_(*columns))


def _counted(work: Work, area: Area, zoom: int, sought: Sought) -> Select[Any]:
    across, down = cell_at(step_of(zoom))
    return (
        scoped(
            places,
            work,
            func.count().label("locations"),
            func.sum(_p.evses).label("evses"),
            func.sum(_p.x).label("x"),
            func.sum(_p.y).label("y"),
            func.min(_p.location_id).label("location_id"),
        )
        .where(_within(area), *_matches(work, sought))
        .group_by(across, down)
    )


def _matches(work: Work, sought: Sought) -> list[ColumnElement[bool]]:
    found = _plugs(_p.plugs, sought)
    if sought.area is not None:
        found.append(_within(sought.area))
    if sought.near is not None:
        found.append(_around(sought.near))
    found.extend(_p.location_id.in_(_spoken(work, word)) for word in sought.words)
    if sought.available:
        found.append(_is_free(work, sought).exists())
    return found


def _within(area: Area) -> ColumnElement[bool]:
    spans = (_p.x.between(west, east) for west, east in area.spans)
    return and_(_p.y.between(*area.heights), or_(*spans))


def _around(near: Near) -> ColumnElement[bool]:
    """Return a box around *near*, so that the index gives what may be near."""
    x, y = _micro(near.longitude), _micro(near.latitude)
    high = near.metres * _MICRO_PER_METRE
    narrow = func.greatest(func.cos(func.radians(cast(near.latitude, Numeric))), Decimal("0.01"))
    wide = cast(func.ceil(high / narrow), Integer)
    return and_(_p.y.between(y - high, y + high), _p.x.between(x - wide, x + wide))


def _spoken(work: Work, word: str) -> Select[Any]:
    its = place_words.c
    # Only comparisons that tell nothing of other rows: others would be made row by row, after
    # row-level security, and without the index.
    between = and_(its.word >= word, its.word < word + _HIGHEST)
    return scoped(place_words, work, its.location_id).where(between)


def _plugs(plugs: ColumnElement[Any], sought: Sought) -> list[ColumnElement[bool]]:
    if sought.min_kw is None and not sought.connectors:
        return []
    plug = (
        func.jsonb_each_text(plugs)
        .table_valued(column("standard", Text), column("kw", Text))
        .render_derived("plug")
    )
    fitting = select(plug.c.standard)
    if sought.connectors:
        fitting = fitting.where(plug.c.standard == _one_of(sought.connectors))
    if sought.min_kw is not None:
        fitting = fitting.where(cast(plug.c.kw, Numeric) >= sought.min_kw)
    return [fitting.exists()]


def _is_free(work: Work, sought: Sought) -> Select[Any]:
    """Return the EVSEs of a place that are free now and have what is sought."""
    its, on = evses.c, charge_points.c
    free = (
        select(its.evse_uid)
        .join(charge_points, and_(on.operator_id == its.operator_id, on.identity == its.identity))
        .where(its.operator_id == _p.operator_id, its.location_id == _p.location_id)
        .where(its.removed_at.is_(None), its.status == EvseStatus.AVAILABLE)
        .where(on.status.not_in(OUT_OF_USE), on.connected, on.last_seen_at > work.now - LEASE)
    )
    if sought.min_kw is None and not sought.connectors:
        return free
    plug = (
        func.jsonb_to_recordset(its.connectors)
        .table_valued(column("standard", Text), column("max_power_kw", Numeric))
        .render_derived("plug", with_types=True)
    )
    return free.where(select(plug.c.standard).where(*_fits(plug.c, sought)).exists())


def _fits(plug: Any, sought: Sought) -> list[ColumnElement[bool]]:  # noqa: ANN401 - its columns
    found: list[ColumnElement[bool]] = []
    if sought.connectors:
        found.append(plug.standard == _one_of(sought.connectors))
    if sought.min_kw is not None:
        found.append(plug.max_power_kw >= sought.min_kw)
    return found


def _one_of(texts: Collection[str]) -> ColumnElement[Any]:
    return any_(bindparam(None, list(texts), type_=ARRAY(Text)))


def _metres_from(near: Near) -> ColumnElement[int]:
    # Haversine: exact enough for a drive, and no geometry extension is needed.
    here, there = func.radians(cast(near.latitude, Numeric)), func.radians(_p.y / Decimal(MICRO))
    width = func.radians((_p.x - _micro(near.longitude)) / Decimal(MICRO))
    half = func.pow(func.sin((there - here) / 2), 2) + func.cos(here) * func.cos(there) * func.pow(
        func.sin(width / 2), 2
    )
    return cast(func.round(2 * _EARTH_METRES * func.asin(func.sqrt(half))), Integer)


def _micro(degrees: Decimal) -> int:
    return int(degrees * MICRO)


def _cluster(row: Any) -> Cluster:  # noqa: ANN401 - a row of either query
    return Cluster(
        latitude=_degrees(row.y, row.locations),
        longitude=_degrees(row.x, row.locations),
        locations=row.locations,
        evses=row.evses,
        location_id=row.location_id if row.locations == 1 else None,
    )


def _degrees(total: Decimal | int, count: Decimal | int) -> Decimal:
    return (Decimal(total) / Decimal(count) / MICRO).quantize(Decimal("0.000001"))
