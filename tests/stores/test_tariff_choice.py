"""Which tariff holds, on a real PostgreSQL: the same answer as the pure rules give."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.infra.database import Database
from app.infra.question import answer
from app.pricing.tariffs.choice.choose import choose_for_driver, choose_tariff, every_choice
from app.pricing.tariffs.choice.model import (
    AD_HOC,
    PUBLIC,
    Choice,
    Group,
    GroupKind,
    Place,
    PlaceKind,
    Reach,
    Rule,
    Spot,
)
from app.pricing.tariffs.choice.read import rule_with_id, rules_of
from app.pricing.tariffs.choice.resolve import Asked, applicable
from app.pricing.tariffs.choice.write import (
    assign_tariff,
    write_regions,
    write_rule,
    write_rules,
)
from app.pricing.tariffs.errors import NoTariff, TariffNotFound
from app.pricing.tariffs.publish import publish_tariff
from tests.fakes.clock import START, FakeClock
from tests.pricing.builders import element, price, tariff
from tests.pricing.choice_strategies import ASKED, RULES

OPERATOR = UUID("01900000-0000-7000-8000-000000000001")
OTHER = UUID("01900000-0000-7000-8000-000000000002")
SPOT = Spot("LOC1", "E1", Decimal(22), "1")
AT_LOCATION = Place(PlaceKind.LOCATION, "LOC1")
AT_EVSE = Place(PlaceKind.EVSE, "E1")
ACME, FLEETS = Group(GroupKind.FLEET, "ACME"), Group(GroupKind.FLEET)


async def publish(database: Database, *names: str, **fields: object) -> None:
    """Publish tariffs of these names."""
    async with database.work(OPERATOR) as work:
        for name in names:
            await publish_tariff(work, tariff(element(price("ENERGY", "0.49")), id=name, **fields))


async def write(database: Database, *rules: Rule) -> list[str]:
    """Let exactly these rules stand."""
    async with database.work(OPERATOR) as work:
        return await write_rules(work, rules)


async def choose(
    database: Database, *groups: Group, spot: Spot = SPOT, owner: UUID = OPERATOR
) -> Choice:
    """Choose at the spot, by default for somebody who pays on the spot."""
    async with database.work(owner) as work:
        return await choose_tariff(work, spot, frozenset(groups or {AD_HOC}))


async def test_the_narrower_place_wins(database: Database):
    """Connector before EVSE, location, region and operator; and the choice names its rule."""
    await publish(database, "T")
    async with database.work(OPERATOR) as work:
        await write_regions(work, {"WEST": frozenset({"LOC1"}), "EAST": frozenset({"LOC2"})})
    places = (
        Place(),
        Place(PlaceKind.REGION, "WEST"),
        AT_LOCATION,
        AT_EVSE,
        Place(PlaceKind.CONNECTOR, "E1/1"),
    )
    chosen = []
    for place in places:
        async with database.work(OPERATOR) as work:
            await assign_tariff(work, "T", place)
        chosen.append((await choose(database)).rule.place)

    assert list(places) == chosen
    elsewhere = await choose(database, spot=Spot("LOC2", "E9", Decimal(22)))
    assert Place() == elsewhere.rule.place


async def test_the_narrower_group_wins_over_the_narrower_place(database: Database):
    """What a fleet has agreed on holds for it everywhere, until a rule names the fleet there."""
    await publish(database, "ALL", "HERE", "FLEET", "ACME", "ACME-HERE")
    acme = Group(GroupKind.FLEET, "ACME")
    rules = [
        Rule("all", "ALL"),
        Rule("here", "HERE", place=AT_EVSE),
        Rule("fleets", "FLEET", Group(GroupKind.FLEET)),
        Rule("acme", "ACME", acme),
    ]
    await write(database, *rules)

    assert "HERE" == (await choose(database)).tariff.tariff_id
    assert "FLEET" == (await choose(database, Group(GroupKind.FLEET, "OTHER"))).tariff.tariff_id
    assert "ACME" == (await choose(database, acme)).tariff.tariff_id
    await write(database, *rules, Rule("acme here", "ACME-HERE", acme, AT_LOCATION))
    assert "ACME-HERE" == (await choose(database, acme)).tariff.tariff_id


async def test_priority_goes_before_everything(database: Database):
    """Whatever is narrower."""
    await publish(database, "ALL", "HERE")
    await write(
        database, Rule("all", "ALL", priority=1), Rule("here", "HERE", AD_HOC, place=AT_EVSE)
    )

    assert "all" == (await choose(database)).rule.name


@pytest.mark.parametrize(("kw", "name"), [("49.999", "slow"), ("50", "fast"), ("149.9", "fast")])
async def test_a_power_class_has_an_open_end(database: Database, kw: str, name: str):
    """From 50 kW on it is fast, below 50 kW it is not."""
    await publish(database, "T")
    await write(
        database,
        Rule("slow", "T", power=Reach(None, Decimal(50))),
        Rule("fast", "T", power=Reach(Decimal(50), Decimal(150))),
        Rule("rest", "T"),
    )

    assert name == (await choose(database, spot=replace(SPOT, power_kw=Decimal(kw)))).rule.name


async def test_a_rule_holds_from_its_first_to_before_its_last_instant(
    database: Database, clock: FakeClock
):
    """To the second, and a dated rule goes before one that always holds."""
    await publish(database, "T")
    since, until = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)
    await write(
        database, Rule("always", "T"), Rule("sale", "T", valid_from=since, valid_until=until)
    )
    names = []
    for at in (since - timedelta(seconds=1), since, until - timedelta(seconds=1), until):
        clock.set(at)
        names.append((await choose(database)).rule.name)

    assert ["always", "sale", "sale", "always"] == names


async def test_the_newest_version_of_the_tariff_holds_at_once(database: Database):
    """A version is published, and no rule needs to change."""
    await publish(database, "T")
    await write(database, Rule("all", "T"))
    first = await choose(database)
    await publish(database, "T", max_price={"after_taxes": Decimal(9)})

    second = await choose(database)

    assert (1, 2) == (first.tariff.version, second.tariff.version)
    assert first.rule == second.rule


async def test_a_tariff_that_has_ended_is_passed_over(database: Database, clock: FakeClock):
    """After its end a tariff gives way to that of the next rule."""
    await publish(database, "ALL")
    await publish(database, "PROMO", end_date_time=clock.now() + timedelta(hours=1))
    await write(database, Rule("all", "ALL"), Rule("promo", "PROMO", place=AT_EVSE))

    before = await choose(database)
    clock.advance(timedelta(hours=1))

    assert ("promo", "all") == (before.rule.name, (await choose(database)).rule.name)


async def test_to_write_the_same_rules_again_changes_nothing(database: Database, clock: FakeClock):
    """An import may run twice: ids stay, and only what is different is written anew."""
    await publish(database, "T", "U")
    rules = [Rule("all", "T"), Rule("here", "T", place=AT_EVSE)]
    first = await write(database, *rules)
    before = (await choose(database)).rule
    clock.advance(minutes=1)
    again = await write(database, *rules)
    changed = await write(database, rules[0], replace(rules[1], tariff_id="U"))
    gone = await write(database, rules[0])

    assert (["all", "here"], [], ["here"], ["here"]) == (first, again, changed, gone)
    async with database.work(OPERATOR) as work:
        assert ["all"] == [rule.name for rule in await rules_of(work)]
        ended = await answer(work, rule_with_id(work.operator_id, before.rule_id))
    assert ended is not None
    assert clock.now() == ended.ended_at


async def test_what_held_once_can_be_told_later(database: Database, clock: FakeClock):
    """A rule that was replaced and a version that was followed by another are still explained."""
    await publish(database, "T", "U")
    await write(database, Rule("all", "T"), Rule("here", "U", place=AT_EVSE))
    then = clock.now()
    clock.advance(days=1)
    await publish(database, "T", max_price={"after_taxes": Decimal(9)})
    await write(database, Rule("all", "T"))

    async def told(at: datetime) -> list[tuple[str, str, int]]:
        async with database.work(OPERATOR) as work:
            found = await every_choice(work, SPOT, frozenset({AD_HOC}), at)
        return [(one.rule.name, one.tariff.tariff_id, one.tariff.version) for one in found]

    assert [("here", "U", 1), ("all", "T", 1)] == await told(then)
    assert [("all", "T", 2)] == await told(clock.now())
    assert [] == await told(START - timedelta(seconds=1))


async def test_without_any_rule_nothing_is_sold(database: Database):
    """A place without a tariff is a problem, never a free session."""
    with pytest.raises(NoTariff):
        await choose(database)


async def test_a_rule_for_a_tariff_that_does_not_exist_is_refused(database: Database):
    """A slip in a tariff id is told, and nothing is written."""
    with pytest.raises(TariffNotFound):
        await write(database, Rule("all", "NOPE"))
    async with database.work(OPERATOR) as work:
        assert [] == list(await rules_of(work))


async def test_the_rules_of_one_operator_are_not_those_of_another(database: Database):
    """Two operators may use the same names."""
    await publish(database, "T")
    await write(database, Rule("all", "T"))

    with pytest.raises(NoTariff):
        await choose(database, owner=OTHER)


async def test_a_single_rule_is_replaced_by_its_name(database: Database, clock: FakeClock):
    """The others stand as they are."""
    await publish(database, "T", "U")
    await write(database, Rule("all", "T"), Rule("here", "T", place=AT_EVSE))
    clock.advance(seconds=1)
    async with database.work(OPERATOR) as work:
        await write_rule(work, Rule("here", "U", PUBLIC, AT_EVSE))
        names = [(rule.name, rule.tariff_id) for rule in await rules_of(work)]

    assert [("all", "T"), ("here", "U")] == names


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rules=RULES, asked=ASKED, seed=st.integers(0, 1000))
async def test_the_database_chooses_as_the_rules_say_in_any_order(
    database: Database, rules: list[Rule], asked: Asked, seed: int
):
    """Whatever the order in which the rules were written."""
    await publish(database, "A", "B")
    shuffled = random.Random(seed).sample(rules, len(rules))
    async with database.work(OPERATOR) as work:
        await write_rules(work, shuffled)
        await write_regions(work, {place.id: frozenset({"L1"}) for place in asked.regions})
        assert asked.at is not None
        at = max(asked.at, work.now)
        found = await every_choice(work, asked.spot, asked.groups, at)

    expected = applicable(rules, replace(asked, at=at))
    assert [rule.name for rule in expected] == [choice.rule.name for choice in found]


async def choose_known(database: Database, *groups: Group) -> str:
    """Return the rule that is chosen for a driver in these groups."""
    async with database.work(OPERATOR) as work:
        return (await choose_for_driver(work, SPOT, frozenset(groups))).rule.name


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([], "everybody"),
        ([Rule("ad hoc", "T", AD_HOC)], "ad hoc"),
        ([Rule("ad hoc", "T", AD_HOC), Rule("fleets", "T", FLEETS)], "fleets"),
        # Narrower places do not count: who comes ad hoc is somebody else.
        ([Rule("ad hoc", "T", AD_HOC, AT_EVSE), Rule("fleets", "T", FLEETS)], "fleets"),
        ([Rule("ad hoc", "T", AD_HOC, priority=5), Rule("fleets", "T", FLEETS)], "fleets"),
        ([Rule("fleets", "T", FLEETS), Rule("acme", "T", ACME)], "acme"),
        ([Rule("other", "T", Group(GroupKind.FLEET, "OTHER"))], "everybody"),
        ([Rule("members", "T", Group(GroupKind.PRIVATE))], "everybody"),
        # What holds for everybody before everything else holds for a fleet, too.
        ([Rule("fair", "T", priority=1), Rule("acme", "T", ACME)], "fair"),
        (
            [
                Rule("fair", "T", priority=1),
                Rule("ad hoc", "T", AD_HOC, priority=2),
                Rule("acme", "T", ACME),
            ],
            "ad hoc",
        ),
    ],
)
async def test_a_driver_has_a_price_of_the_groups_or_that_of_whoever_comes(
    database: Database, others: list[Rule], chosen: str
):
    """A rule for a group counts when it goes before those for everybody; else it is as ad hoc."""
    await publish(database, "T")
    await write(database, Rule("everybody", "T"), *others)

    assert chosen == await choose_known(database, ACME)
    assert (await choose(database)).rule.name == await choose_known(database)


async def test_a_driver_is_sold_nothing_where_there_is_no_price(database: Database):
    """Groups open no place at which nothing is sold."""
    await publish(database, "T")
    await write(database, Rule("members", "T", Group(GroupKind.PRIVATE, "CLUB")))

    with pytest.raises(NoTariff):
        await choose_known(database, ACME)
