"""Random rules and questions on a small map: two locations, three EVSEs, two regions."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st

from app.pricing.tariffs.choice.model import Group, GroupKind, Place, PlaceKind, Reach, Rule, Spot
from app.pricing.tariffs.choice.resolve import Asked
from tests.fakes.clock import START

GROUPS = [Group(kind) for kind in GroupKind] + [
    Group(GroupKind.FLEET, "ACME"),
    Group(GroupKind.PRIVATE, "STAFF"),
    Group(GroupKind.ROAMING, "NL*TNM"),
]
PLACES = [
    Place(),
    Place(PlaceKind.REGION, "WEST"),
    Place(PlaceKind.REGION, "COAST"),
    Place(PlaceKind.LOCATION, "L1"),
    Place(PlaceKind.LOCATION, "L2"),
    Place(PlaceKind.EVSE, "E1"),
    Place(PlaceKind.CONNECTOR, "E1/1"),
]
INSTANTS = st.none() | st.integers(0, 6).map(lambda hours: START + timedelta(hours=hours))
KILOWATTS = st.none() | st.sampled_from([Decimal(11), Decimal(22), Decimal(50), Decimal(150)])


def reach(least: Decimal | None, most: Decimal | None) -> Reach:
    """A reach that is not empty."""
    if least is not None and most is not None and most <= least:
        return Reach(least, None)
    return Reach(least, most)


@st.composite
def _rule(draw: st.DrawFn) -> Rule:
    since, until = draw(INSTANTS), draw(INSTANTS)
    if since is not None and until is not None and until <= since:
        until = None
    return Rule(
        name="",
        tariff_id=draw(st.sampled_from("AB")),
        group=draw(st.sampled_from(GROUPS)),
        place=draw(st.sampled_from(PLACES)),
        power=reach(draw(KILOWATTS), draw(KILOWATTS)),
        priority=draw(st.sampled_from([0, 0, 0, 5])),
        valid_from=since,
        valid_until=until,
    )


RULE = _rule()
RULES = st.lists(RULE, max_size=7).map(
    lambda rules: [replace(rule, name=f"rule {number}") for number, rule in enumerate(rules)]
)


@st.composite
def _asked(draw: st.DrawFn) -> Asked:
    location, evse, connector = draw(
        st.sampled_from([("L1", "E1", "1"), ("L1", "E2", None), ("L2", "E3", "1")])
    )
    regions = draw(st.sampled_from([[], ["WEST"], ["WEST", "COAST"]])) if location == "L1" else []
    return Asked(
        spot=Spot(location, evse, draw(st.sampled_from([Decimal(11), Decimal(50)])), connector),
        at=START + timedelta(hours=draw(st.integers(0, 7))),
        groups=frozenset(draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2))),
        regions=frozenset(Place(PlaceKind.REGION, region) for region in regions),
    )


ASKED = _asked()
