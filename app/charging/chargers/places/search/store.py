"""
Locations that match what is looked for, straight from the index of places.

A map asks at every move of a finger, and to make such a statement takes longer than to run it: so
there is one for each kind of question, made ready when it is asked for first.
"""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.charging.chargers.places.matching.store import (
    Kind,
    between,
    matches,
    metres_from_there,
    plugs_fit,
    values_of,
)
from app.charging.chargers.places.model import (
    DRAWN,
    MICRO,
    After,
    Area,
    Cluster,
    Sought,
    step_of,
)
from app.charging.chargers.places.store import cell_at, cells, height_of, places
from app.infra.database import Work
from app.infra.ready import Ready

_MOST_KINDS: Final = 256
_p = places.c


async def page_of(
    work: Work, sought: Sought, after: After | None, limit: int
) -> list[tuple[str, int | None]]:
    """Return ids of locations with their metres, the nearest first, else by id."""
    asked = _listed(Kind.of(sought), after is not None)
    values = values_of(work, sought) | {"most": limit}
    if after is not None:
        values |= {"after": after.location_id, "after_metres": after.metres or 0}
    return [(row.location_id, row.metres) for row in await work.rows(asked, values)]


async def clusters_of(
    work: Work, area: Area, zoom: int, sought: Sought, only: Collection[str] | None
) -> list[Cluster]:
    """
    Return the locations of *area* by cells of *zoom*, from what was counted where it can be.

    *only* are the ids that count, None: all.
    """
    sought = replace(sought, area=area, near=None)
    kind = Kind.of(sought)
    values = values_of(work, sought) | _cell_values(area, zoom) | {"named": list(only or ())}
    if only is None and zoom <= DRAWN and not sought.available and not sought.words:
        asked = _drawn(kind)
    else:
        asked = _counted(kind, zoom, only is not None)
    return [_cluster(row) for row in await work.rows(asked, values)]


def _cell_values(area: Area, zoom: int) -> dict[str, int]:
    """Return the rows and columns of the cells in *area*, by the names of the parameters."""
    (south, north), step = area.heights, step_of(zoom)
    high = height_of(step)
    values = {"zoom": zoom}
    values |= {"lowest": (south + 90 * MICRO) // high, "highest": (north + 90 * MICRO) // high}
    for number, (west, east) in enumerate(area.spans):
        values[f"first_{number}"] = (west + 180 * MICRO) // step
        values[f"last_{number}"] = (east + 180 * MICRO) // step
    return values


@lru_cache(_MOST_KINDS)
def _listed(kind: Kind, goes_on: bool) -> Ready:  # noqa: FBT001 - part of the kind
    """Return the list of such a question; *goes_on*: behind a place."""
    metres = metres_from_there() if kind.near else literal(None, Integer)
    asked = select(_p.location_id, metres.label("metres")).where(*matches(kind))
    after = bindparam("after", type_=Text)
    if not kind.near:
        asked = asked.where(_p.location_id > after) if goes_on else asked
        return Ready(asked.order_by(_p.location_id).limit(bindparam("most", type_=Integer)))
    found = asked.subquery()
    place = tuple_(found.c.metres, found.c.location_id)
    near = select(found).where(found.c.metres <= bindparam("metres", type_=Integer))
    if goes_on:
        near = near.where(place > tuple_(bindparam("after_metres", type_=Integer), after))
    near = near.order_by(found.c.metres, found.c.location_id)
    return Ready(near.limit(bindparam("most", type_=Integer)))


@lru_cache(_MOST_KINDS)
def _drawn(kind: Kind) -> Ready:
    """Return the clusters of a zoom from the cells that were counted."""
    its = cells.c
    asked = _clusters(cells, its.locations, its.x, its.y)
    asked = asked.where(its.zoom == bindparam("zoom", type_=Integer), *plugs_fit(its.plugs, kind))
    asked = asked.where(between(its.down, "lowest", "highest"))
    columns = (between(its.across, f"first_{n}", f"last_{n}") for n in range(kind.spans))
    return Ready(asked.where(or_(*columns)).group_by(its.across, its.down))


@lru_cache(_MOST_KINDS)
def _counted(kind: Kind, zoom: int, named: bool) -> Ready:  # noqa: FBT001 - part of the kind
    """Return the clusters of *zoom*, counted now; *named*: of some locations alone."""
    asked = _clusters(places, literal(1, Integer), _p.x, _p.y).where(*matches(kind))
    if named:
        asked = asked.where(_p.location_id == any_(bindparam("named", type_=ARRAY(Text))))
    return Ready(asked.group_by(*cell_at(step_of(zoom))))


def _clusters(
    table: Any,  # noqa: ANN401 - a table
    locations: ColumnElement[int],
    x: ColumnElement[int],
    y: ColumnElement[int],
) -> Select[Any]:
    return select(
        func.sum(locations).label("locations"),
        func.sum(table.c.evses).label("evses"),
        func.sum(x).label("x"),
        func.sum(y).label("y"),
        func.min(table.c.location_id).label("location_id"),
    ).where(table.c.operator_id == bindparam("of_operator", type_=Uuid))


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
