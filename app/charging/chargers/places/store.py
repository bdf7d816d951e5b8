"""Where locations are on the map, the words by which they are found, and how many are where."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    SmallInteger,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.charging.chargers.connectors import connectors_of
from app.charging.chargers.model import Location
from app.charging.chargers.places.model import DRAWN, MICRO, Entry, entry_of, step_of
from app.charging.chargers.store import evses, locations
from app.infra.database import Work
from app.infra.tables import operator_table, scoped

places = operator_table(
    "place",
    Column("location_id", Text, primary_key=True),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("evses", Integer, nullable=False),
    Column("plugs", JSONB, nullable=False),
)
Index("ix_place_position", places.c.operator_id, places.c.x, places.c.y)

# In the order of the bytes, so that all words with one beginning lie together.
place_words = operator_table(
    "place_word",
    Column("word", Text(collation="C"), primary_key=True),
    Column("location_id", Text, primary_key=True),
)
Index("ix_place_word_location", place_words.c.operator_id, place_words.c.location_id)

cells = operator_table(
    "map_cell",
    Column("zoom", SmallInteger, primary_key=True),
    Column("across", Integer, primary_key=True),
    Column("down", Integer, primary_key=True),
    Column("plugs", JSONB, primary_key=True),
    Column("locations", Integer, nullable=False),
    Column("evses", Integer, nullable=False),
    Column("x", BigInteger, nullable=False),
    Column("y", BigInteger, nullable=False),
    Column("location_id", Text, nullable=False),
)

_PLACE: Final = (
    "name",
    "address",
    "postal_code",
    "city",
    "country",
    "latitude",
    "longitude",
    "time_zone",
)
_in_use = and_(
    evses.c.operator_id == locations.c.operator_id,
    evses.c.location_id == locations.c.location_id,
    evses.c.removed_at.is_(None),
)


async def lock(work: Work) -> None:
    """Let nobody else index locations of this operator until the work ends."""
    key = func.hashtextextended(f"{work.operator_id} places", 0)
    await work.execute(select(func.pg_advisory_xact_lock(key)))


async def forget(work: Work, location_ids: Sequence[str]) -> None:
    """Let these locations be found no more."""
    for table in (places, place_words):
        mine = table.c.operator_id == work.operator_id
        await work.execute(delete(table).where(mine, table.c.location_id.in_(location_ids)))


async def add(work: Work, location_ids: Sequence[str]) -> None:
    """Let those of these locations be found that have an EVSE in use; they are not in the index."""
    entries = await _entries(work, location_ids)
    if not entries:
        return
    await work.execute(insert(places), [_place_row(work, each) for each in entries])
    spoken = [(word, each.location_id) for each in entries for word in sorted(each.words)]
    names = ["operator_id", "word", "location_id"]
    pairs = func.unnest(*(cast(list(texts), ARRAY(Text)) for texts in zip(*spoken, strict=True)))
    each_pair = pairs.table_valued(column("word", Text), column("location_id", Text))
    said = select(literal(work.operator_id), *each_pair.render_derived("said").c)
    await work.execute(insert(place_words).from_select(names, said))


async def operators_unindexed(work: Work) -> list[UUID]:
    """Return whose locations are not all indexed yet; *work* is of every operator."""
    found = await work.execute(select(locations.c.operator_id).where(*_unindexed()).distinct())
    return list(found.scalars())


async def unindexed(work: Work, after: str, limit: int) -> list[str]:
    """Return locations with EVSEs in use that are not indexed yet, by id, behind *after*."""
    asked = scoped(locations, work, locations.c.location_id).where(*_unindexed())
    asked = asked.where(locations.c.location_id > after)
    found = await work.execute(asked.order_by(locations.c.location_id).limit(limit))
    return list(found.scalars())


async def draw(work: Work) -> None:
    """Count the operator's locations by cells of each zoom anew."""
    await work.execute(delete(cells).where(cells.c.operator_id == work.operator_id))
    for zoom in range(DRAWN + 1):
        across, down = cell_at(step_of(zoom))
        its = places.c
        counted = (
            scoped(
                places,
                work,
                its.operator_id,
                bindparam("zoom", zoom, SmallInteger),
                across,
                down,
                its.plugs,
                func.count(),
                func.sum(its.evses),
                func.sum(its.x),
                func.sum(its.y),
                func.min(its.location_id),
            )
        ).group_by(its.operator_id, across, down, its.plugs)
        await work.execute(insert(cells).from_select([each.name for each in cells.c], counted))


def cell_at(step: int) -> tuple[Any, Any]:
    """Return the column and the row of a place's cell, *step* millionths of a degree wide."""
    # Written out: as parameters they would be two different expressions to the database.
    column = literal_column(f"(place.x + {180 * MICRO}) / {step}", Integer)
    row = literal_column(f"(place.y + {90 * MICRO}) / {height_of(step)}", Integer)
    return column, row


def height_of(step: int) -> int:
    """Return how high a cell is that is *step* wide: on Europe's maps about a square."""
    return max(step * 5 // 8, 1)


def _unindexed() -> tuple[ColumnElement[bool], ...]:
    known = select(places.c.location_id).where(
        places.c.operator_id == locations.c.operator_id,
        places.c.location_id == locations.c.location_id,
    )
    return ~known.exists(), select(evses.c.evse_uid).where(_in_use).exists()


async def _entries(work: Work, location_ids: Sequence[str]) -> list[Entry]:
    asked = scoped(locations, work, locations, evses.c.evse_id, evses.c.connectors).join(
        evses, _in_use
    )
    rows = await work.execute(
        asked.where(locations.c.location_id.in_(location_ids)).order_by(locations.c.location_id)
    )
    grouped: dict[str, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.location_id, []).append(row)
    return [_entry(some) for some in grouped.values()]


def _entry(rows: Sequence[Row[Any]]) -> Entry:
    first = rows[0]
    place = Location(first.location_id, **{name: getattr(first, name) for name in _PLACE})
    connectors = [each for row in rows for each in connectors_of(row.connectors)]
    return entry_of(place, (row.evse_id for row in rows), connectors, len(rows))


def _place_row(work: Work, entry: Entry) -> dict[str, Any]:
    return {
        "operator_id": work.operator_id,
        "location_id": entry.location_id,
        "x": entry.x,
        "y": entry.y,
        "evses": entry.evses,
        # As text, in one order: what has the same plugs is counted together.
        "plugs": {name: str(entry.plugs[name]) for name in sorted(entry.plugs)},
    }
