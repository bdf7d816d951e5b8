"""The one query that chooses at many spots."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Integer,
    Numeric,
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
    true,
)
from sqlalchemy.dialects.postgresql import array

from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime
from app.pricing.tariffs.choice.model import Group, PlaceKind, Spot, memberships
from app.pricing.tariffs.choice.store import tariff_region, tariff_rule
from app.pricing.tariffs.store import tariff_version


class Chosen(NamedTuple):
    """At the spot of this *number*: the tariff that holds, and of which group its rule is."""

    number: int
    tariff_id: str
    version: int
    group_key: str


async def chosen(
    work: Work, spots: Sequence[Spot], groups: Collection[Group], at: datetime
) -> list[Chosen]:
    """Return what goes first at each of *spots* that has a tariff, as `store.choices` does."""
    asked = {
        "of_operator": work.operator_id,
        "at": at,
        "groups": [str(group) for group in memberships(frozenset(groups))],
        # As JSON: the driver's arrays cost twice as much.
        "spots": msgspec.json.encode(
            [_record(number, spot) for number, spot in enumerate(spots)]
        ).decode(),
    }
    return [Chosen(*row) for row in await work.rows(_CHOSEN, asked)]


def _record(number: int, spot: Spot) -> dict[str, object]:
    return {
        "number": number,
        "location": spot.location_id,
        "evse": spot.evse_uid,
        # No connector has this name: OCPI's are at most 36 printable characters.
        "connector": f"{spot.evse_uid}/{spot.connector_id or ''}",
        "kw": spot.power_kw,
    }


def _statement() -> Any:  # noqa: ANN401 - a Select over a function and two tables
    spot = (
        func.json_to_recordset(cast(bindparam("spots", type_=Text), JSON))
        .table_valued(
            *(column(name, Text) for name in ("location", "evse", "connector")),
            column("kw", Numeric(12, 3)),
            column("number", Integer),
        )
        .render_derived("spot", with_types=True)
    )
    best = _best(spot).lateral("best")
    names = (best.c.tariff_id, best.c.version, best.c.group_key)
    return select(spot.c.number, *names).join_from(spot, best, true())


def _best(spot: Any) -> Any:  # noqa: ANN401 - a function as a table, a Select
    rules, versions, at = tariff_rule.c, tariff_version.c, bindparam("at", type_=UtcDateTime)
    newest = (
        select(versions.version)
        .where(versions.operator_id == rules.operator_id, versions.tariff_id == rules.tariff_id)
        .where(versions.published_at <= at, _within(versions.valid_from, at, versions.valid_until))
        .order_by(versions.version.desc())
        .limit(1)
        .lateral("newest")
    )
    return (
        select(rules.tariff_id, newest.c.version, rules.group_key)
        .join_from(tariff_rule, newest, true())
        .where(_stood(rules), _is_at(rules.place_key, spot))
        .where(rules.group_key == any_(bindparam("groups", type_=ARRAY(Text))))
        .where(_within(rules.from_kw, spot.c.kw, rules.below_kw))
        .where(_within(rules.valid_from, at, rules.valid_until))
        .order_by(rules.rank.desc(), rules.name.collate("C"))
        .limit(1)
    )


def _is_at(place_key: ColumnElement[str], spot: Any) -> ColumnElement[bool]:  # noqa: ANN401
    named = {
        PlaceKind.LOCATION: spot.c.location,
        PlaceKind.EVSE: spot.c.evse,
        PlaceKind.CONNECTOR: spot.c.connector,
    }
    keys = array([literal(f"{PlaceKind.OPERATOR}:"), *(_key(*each) for each in named.items())])
    regions = (
        select(_key(PlaceKind.REGION, tariff_region.c.region_id))
        .where(_stood(tariff_region.c), tariff_region.c.location_id == spot.c.location)
        .correlate(spot)
        .scalar_subquery()
    )
    # One array, so that the index gives the few rules of these places.
    return place_key == any_(func.array_cat(keys, func.array(regions, type_=ARRAY(Text))))


def _key(kind: PlaceKind, name: ColumnElement[str]) -> ColumnElement[str]:
    return literal(f"{kind}:", Text) + name


def _stood(its: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of either table
    at = bindparam("at", type_=UtcDateTime)
    return and_(
        its.operator_id == bindparam("of_operator", type_=Uuid),
        its.written_at <= at,
        or_(its.ended_at.is_(None), its.ended_at > at),
    )


def _within(
    low: ColumnElement[Any], value: ColumnElement[Any], high: ColumnElement[Any]
) -> ColumnElement[bool]:
    return and_(or_(low.is_(None), low <= value), or_(high.is_(None), high > value))


_CHOSEN: Final = Ready(_statement())
