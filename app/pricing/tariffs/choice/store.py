"""Tables of the rules and of the regions that they speak of, and the one query that chooses."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Numeric,
    Row,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.pricing.tariffs.choice.model import (
    Choice,
    Group,
    GroupKind,
    Place,
    PlaceKind,
    Reach,
    Rule,
    Spot,
    memberships,
)
from app.pricing.tariffs.store import tariff_version, version_of

tariff_rule = operator_table(
    "tariff_rule",
    Column("rule_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("tariff_id", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("place_key", Text, nullable=False),
    Column("from_kw", Numeric(12, 3)),
    Column("below_kw", Numeric(12, 3)),
    Column("priority", Integer, nullable=False),
    Column("rank", ARRAY(BigInteger), nullable=False),
    Column("valid_from", UtcDateTime),
    Column("valid_until", UtcDateTime),
    Column("reason", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
Index(
    "uq_tariff_rule_name",
    tariff_rule.c.operator_id,
    tariff_rule.c.name,
    unique=True,
    postgresql_where=tariff_rule.c.ended_at.is_(None),
)
Index("ix_tariff_rule_place", tariff_rule.c.operator_id, tariff_rule.c.place_key)

tariff_region = operator_table(
    "tariff_region",
    Column("region_id", Text, primary_key=True),
    Column("location_id", Text, primary_key=True),
    Column("written_at", UtcDateTime, primary_key=True),
    Column("ended_at", UtcDateTime),
)


async def lock_rules(work: Work) -> None:
    """Let nobody else write rules of this operator until the work ends."""
    key = func.hashtextextended(f"{work.operator_id} tariff rules", 0)
    await work.execute(select(func.pg_advisory_xact_lock(key)))


async def add(work: Work, rule: Rule) -> None:
    """Insert a rule."""
    await work.execute(
        insert(tariff_rule).values(
            operator_id=work.operator_id,
            rule_id=rule.rule_id,
            name=rule.name,
            tariff_id=rule.tariff_id,
            group_key=str(rule.group),
            place_key=_key(rule.place),
            from_kw=rule.power.least,
            below_kw=rule.power.most,
            priority=rule.priority,
            rank=list(rule.rank),
            valid_from=rule.valid_from,
            valid_until=rule.valid_until,
            reason=rule.reason,
            written_at=rule.written_at,
        )
    )


async def end(work: Work, rule_ids: Iterable[UUID]) -> None:
    """Let these rules stand no more from now on."""
    mine = tariff_rule.c.operator_id == work.operator_id
    await work.execute(
        update(tariff_rule)
        .where(mine, tariff_rule.c.rule_id.in_(list(rule_ids)))
        .values(ended_at=work.now)
    )


async def standing(work: Work) -> Sequence[Rule]:
    """Return the rules that stand now, by name."""
    query = scoped(tariff_rule, work).where(tariff_rule.c.ended_at.is_(None))
    rows = await work.execute(query.order_by(tariff_rule.c.name.collate("C")))
    return [_rule(row) for row in rows]


def stands_for_any(operator_id: UUID, kinds: Sequence[GroupKind], at: datetime) -> Question[bool]:
    """Ask whether a rule stands for some group of one of these *kinds*."""
    asked = {"of_operator": operator_id, "at": at, "kinds": [str(kind) for kind in kinds]}
    return Question(_FOR_KINDS, asked, lambda row, _: row is not None)


async def standing_named(work: Work, name: str) -> Rule | None:
    """Return the rule of this *name* that stands now, or None."""
    query = scoped(tariff_rule, work).where(tariff_rule.c.ended_at.is_(None))
    row = (await work.execute(query.where(tariff_rule.c.name == name))).one_or_none()
    return None if row is None else _rule(row)


def find(operator_id: UUID, rule_id: UUID | None) -> Question[Rule | None]:
    """Ask for a rule of the operator, ended or not; None: there is none."""
    asked = {"of_operator": operator_id, "of_rule": rule_id}
    return Question(_RULE, asked, lambda row, _: None if row is None else _rule(row))


async def regions(work: Work) -> Mapping[str, frozenset[str]]:
    """Return the locations of each region as they are now."""
    query = scoped(tariff_region, work).where(tariff_region.c.ended_at.is_(None))
    found: dict[str, set[str]] = {}
    for row in await work.execute(query):
        found.setdefault(row.region_id, set()).add(row.location_id)
    return {region: frozenset(locations) for region, locations in found.items()}


async def add_to_region(work: Work, region_id: str, location_id: str) -> None:
    """Let a location belong to a region from now on."""
    statement = insert(tariff_region).values(
        operator_id=work.operator_id,
        region_id=region_id,
        location_id=location_id,
        written_at=work.now,
    )
    key = list(tariff_region.primary_key)
    await work.execute(statement.on_conflict_do_update(index_elements=key, set_={"ended_at": None}))


async def take_from_region(work: Work, region_id: str, location_id: str) -> None:
    """Let a location belong to a region no more."""
    columns = tariff_region.c
    mine = and_(columns.operator_id == work.operator_id, columns.ended_at.is_(None))
    await work.execute(
        update(tariff_region)
        .where(mine, columns.region_id == region_id, columns.location_id == location_id)
        .values(ended_at=work.now)
    )


async def choices(
    work: Work, spot: Spot, groups: frozenset[Group], at: datetime, most: int
) -> list[Choice]:
    """
    Return what holds at *spot* for somebody of *groups* at the instant *at*, the first in front.

    Rules and versions are taken as they stood at that instant.
    """
    asked = {
        "of_operator": work.operator_id,
        "at": at,
        "groups": [str(group) for group in memberships(groups)],
        "places": [_key(place) for place in spot.places()],
        "location": spot.location_id,
        "kw": spot.power_kw,
        "most": most,
    }
    return [_choice(row) for row in await work.rows(_CHOICES, asked)]


def _stood(table: Table) -> ColumnElement[bool]:
    at = bindparam("at", type_=UtcDateTime)
    return and_(
        table.c.operator_id == bindparam("of_operator", type_=Uuid),
        table.c.written_at <= at,
        or_(table.c.ended_at.is_(None), table.c.ended_at > at),
    )


def _within(
    low: ColumnElement[Any], value: ColumnElement[Any], high: ColumnElement[Any]
) -> ColumnElement[bool]:
    return and_(or_(low.is_(None), low <= value), or_(high.is_(None), high > value))


_OF_VERSION = (
    "version",
    "body",
    "published_at",
    "default_id",
    "default_version",
    "series_version",
    "dated",
)


def _statement() -> Any:  # noqa: ANN401 - a Select over two tables
    rules, versions, at = tariff_rule.c, tariff_version.c, bindparam("at", type_=UtcDateTime)
    newest = (
        select(tariff_version)
        .where(versions.operator_id == rules.operator_id, versions.tariff_id == rules.tariff_id)
        .where(versions.published_at <= at, _within(versions.valid_from, at, versions.valid_until))
        .order_by(versions.version.desc())
        .limit(1)
        .lateral("newest")
    )
    region = select(literal(f"{PlaceKind.REGION}:") + tariff_region.c.region_id).where(
        _stood(tariff_region), tariff_region.c.location_id == bindparam("location", type_=Text)
    )
    place = rules.place_key == any_(bindparam("places", type_=ARRAY(Text)))
    kilowatts = bindparam("kw", type_=Numeric(12, 3))
    return (
        select(*tariff_rule.c, *(newest.c[name] for name in _OF_VERSION))
        .join(newest, true())
        .where(_stood(tariff_rule), or_(place, rules.place_key.in_(region)))
        .where(rules.group_key == any_(bindparam("groups", type_=ARRAY(Text))))
        .where(_within(rules.from_kw, kilowatts, rules.below_kw))
        .where(_within(rules.valid_from, at, rules.valid_until))
        .order_by(rules.rank.desc(), rules.name.collate("C"))
        .limit(bindparam("most", type_=Integer))
    )


# Made once: every look at a socket asks them.
_CHOICES = Ready(_statement())
_RULE = Ready(
    select(tariff_rule).where(
        tariff_rule.c.operator_id == bindparam("of_operator"),
        tariff_rule.c.rule_id == bindparam("of_rule"),
    )
)
_FOR_KINDS = Ready(
    select(tariff_rule.c.rule_id)
    .where(_stood(tariff_rule))
    .where(
        func.split_part(tariff_rule.c.group_key, ":", 1)
        == any_(bindparam("kinds", type_=ARRAY(Text)))
    )
    .limit(1)
)


def _key(place: Place) -> str:
    return f"{place.kind}:{place.id}"


def _choice(row: Row[Any]) -> Choice:
    return Choice(version_of(row), _rule(row))


def _rule(row: Row[Any]) -> Rule:
    kind, _, name = row.place_key.partition(":")
    return Rule(
        name=row.name,
        tariff_id=row.tariff_id,
        group=Group.parse(row.group_key),
        place=Place(PlaceKind(kind), name),
        power=Reach(row.from_kw, row.below_kw),
        priority=row.priority,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        reason=row.reason,
        rule_id=row.rule_id,
        written_at=row.written_at,
        ended_at=row.ended_at,
    )
