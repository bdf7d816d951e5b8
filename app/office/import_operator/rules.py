"""The rules of an operator file: those that are spelled out, and those that `tariff` stands for."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from app.charging.chargers.setup.model import EvseDraft, HoldScope
from app.office.import_operator.entries.prices import RuleEntry
from app.office.import_operator.faults import Fault, Path
from app.office.import_operator.plan import Plan
from app.pricing.tariffs.choice.lint import Map
from app.pricing.tariffs.choice.model import Group, GroupKind, Place, PlaceKind, Reach, Rule, Spot
from app.pricing.tariffs.choice.resolve import Asked, applicable

_KINDS = {
    HoldScope.OPERATOR: PlaceKind.OPERATOR,
    HoldScope.LOCATION: PlaceKind.LOCATION,
    HoldScope.EVSE: PlaceKind.EVSE,
}
_PLACES = (PlaceKind.REGION, PlaceKind.LOCATION, PlaceKind.EVSE, PlaceKind.CONNECTOR)
_MOST_PRIORITY = 1000
_MOST_NAME = 80


def plain_rule(scope: HoldScope, target: str, tariff_id: str) -> Rule:
    """Return the rule that `tariff` stands for: the tariff holds there for everybody."""
    place = Place(_KINDS[scope], target)
    return Rule(name=str(place), tariff_id=tariff_id, place=place)


def spelled_rule(path: Path, entry: RuleEntry, faults: list[Fault]) -> Rule:
    """Return the rule of *entry*; what is wrong with it is added to *faults*."""
    before = len(faults)
    faults += [Fault((*path, field), reason) for field, reason in _complaints(entry)]
    group, since, until = Group(GroupKind.PUBLIC), None, None
    if len(faults) == before:
        group = Group.parse(entry.group)
        since, until = _instant(entry.valid_from), _instant(entry.valid_until)
    named = [(kind, name) for kind in _PLACES if (name := getattr(entry, kind))]
    return Rule(
        name=entry.name,
        tariff_id=entry.tariff,
        group=group,
        place=Place(*named[0]) if named else Place(),
        power=Reach(entry.from_kw, entry.below_kw),
        priority=entry.priority,
        valid_from=since,
        valid_until=until,
        reason=entry.reason,
    )


def _complaints(entry: RuleEntry) -> Iterator[tuple[str, str]]:
    if not 0 < len(entry.name) <= _MOST_NAME:
        yield "name", f"expected 1 to {_MOST_NAME} characters"
    try:
        Group.parse(entry.group)
    except ValueError:
        kinds = ", ".join(GroupKind)
        yield "group", f"expected one of {kinds}, some with a name such as fleet:ACME"
    if sum(bool(getattr(entry, kind)) for kind in _PLACES) > 1:
        yield "name", "expected at most one of region, location, evse and connector"
    if abs(entry.priority) > _MOST_PRIORITY:
        yield "priority", f"expected -{_MOST_PRIORITY} to {_MOST_PRIORITY}"
    yield from _bounds(entry)
    yield from _times(entry)


def _bounds(entry: RuleEntry) -> Iterator[tuple[str, str]]:
    for field in ("from_kw", "below_kw"):
        bound = getattr(entry, field)
        if bound is not None and (bound <= 0 or bound != round(Decimal(bound), 3)):
            yield field, "expected kilowatts above 0 with at most three decimals"
    if entry.from_kw is not None and entry.below_kw is not None and entry.below_kw <= entry.from_kw:
        yield "below_kw", "expected more than from_kw"


def _times(entry: RuleEntry) -> Iterator[tuple[str, str]]:
    found = {}
    for field in ("valid_from", "valid_until"):
        text = getattr(entry, field)
        try:
            found[field] = _instant(text)
        except ValueError:
            yield field, "expected an instant with its zone, such as 2026-12-01T00:00:00+01:00"
            return
    since, until = found["valid_from"], found["valid_until"]
    if since is not None and until is not None and until <= since:
        yield "valid_until", "expected an instant after valid_from"


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        msg = "no zone"
        raise ValueError(msg)
    return at


def spot_of_draft(evse: EvseDraft) -> Spot:
    """Return where a price is asked for at an EVSE of the file."""
    power = max((each.max_power_kw for each in evse.connectors), default=Decimal(0))
    connector = evse.connectors[0].connector_id if len(evse.connectors) == 1 else None
    return Spot(evse.location_id, evse.evse_uid, power, connector)


def regions_of(plan: Plan, location_id: str) -> frozenset[Place]:
    """Return the regions of a location."""
    return frozenset(
        Place(PlaceKind.REGION, region)
        for region, locations in plan.regions.items()
        if location_id in locations
    )


def rules_met(plan: Plan, evse: EvseDraft) -> list[Rule]:
    """Return the rules that may decide at *evse*: none that comes after one that always holds."""
    asked = Asked(spot_of_draft(evse), None, regions=regions_of(plan, evse.location_id))
    rules = applicable(plan.rules, asked)
    lasting = next((number for number, rule in enumerate(rules) if rule.is_lasting), len(rules))
    return rules[: lasting + 1]


def map_of(plan: Plan) -> Map:
    """Return which places of the file lie within which, with the powers of their EVSEs."""
    within: dict[Place, frozenset[Place]] = {}
    powers: dict[Place, set[Decimal]] = {}
    for evse in plan.evses:
        spot = spot_of_draft(evse)
        above = regions_of(plan, evse.location_id)
        location, at_evse = (
            Place(PlaceKind.LOCATION, evse.location_id),
            Place(PlaceKind.EVSE, evse.evse_uid),
        )
        within[location] = above
        within[at_evse] = above | {location}
        inside = _connectors(evse)
        within |= {place: above | {location, at_evse} for place in inside}
        for place in (Place(), *above, location, at_evse, *inside):
            powers.setdefault(place, set()).add(spot.power_kw)
    return Map(within, {place: frozenset(found) for place, found in powers.items()})


def _connectors(evse: EvseDraft) -> Sequence[Place]:
    return [
        Place(PlaceKind.CONNECTOR, f"{evse.evse_uid}/{each.connector_id}")
        for each in evse.connectors
    ]
