"""Check what no single entry can know: names used twice, things that are missing, currencies."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from app.charging.chargers.model import current_of
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
from app.charging.chargers.setup.owners import Owners
from app.kernel.money import Money
from app.office.import_operator.faults import Fault, Path
from app.office.import_operator.plan import Plan
from app.office.import_operator.rules import rules_met
from app.office.import_operator.series import clock_faults, series_faults, with_defaults
from app.pricing.tariffs.choice.model import PlaceKind, Rule

Numbered = list[tuple[Path, EvseDraft]]
Rules = list[tuple[Path, Rule]]


def cross_faults(plan: Plan, evses: Numbered, rules: Rules) -> Iterator[Fault]:
    """Yield what does not fit in *plan*; *evses* and *rules* are its own with their paths."""
    locations = [location.location_id for location in plan.locations]
    yield from _twice("location id", _numbered("locations", "id", locations))
    yield from _twice("tariff id", _numbered("tariffs", "id", [each.id for each in plan.tariffs]))
    yield from _twice("uid", [((*path, "uid"), evse.evse_uid) for path, evse in evses])
    yield from _twice("code", [((*path, "code"), evse.code) for path, evse in evses])
    paths = {evse.evse_uid: path for path, evse in evses}
    yield from _twice(
        "serial of a meter",
        [((*paths[each.evse_uid], "meter", "serial"), each.serial) for each in plan.meters],
    )
    yield from _stations(plan, evses)
    yield from _regions(plan, locations)
    yield from _twice("rule name", [((*path, "name"), rule.name) for path, rule in rules])
    yield from _rules(plan, evses, rules)
    yield from _twice(
        "series id", _numbered("price_series", "id", [each.id for each in plan.series])
    )
    yield from series_faults(plan)
    for path, evse in evses:
        yield from _sellable(plan, path, evse)
        yield from clock_faults(plan, path, evse)


def foreign_faults(evses: Numbered, owners: Owners, operator_id: UUID) -> Iterator[Fault]:
    """Yield codes and identities that are in use elsewhere in this installation."""
    for path, evse in evses:
        owner = owners.codes.get(evse.code)
        if owner is not None and owner != (operator_id, evse.evse_uid):
            yield Fault((*path, "code"), f"the code {evse.code} belongs to another charging point")
        if owners.identities.get(evse.identity, operator_id) != operator_id:
            yield Fault((*path, "charge_point"), f"{evse.identity!r} belongs to another operator")


def _numbered(part: str, field: str, names: Iterable[str]) -> list[tuple[Path, str]]:
    return [((part, number, field), name) for number, name in enumerate(names)]


def _twice(what: str, named: Iterable[tuple[Path, object]]) -> Iterator[Fault]:
    seen: set[object] = set()
    for path, name in named:
        if name in seen:
            yield Fault(path, f"the {what} {name!r} is used twice")
        seen.add(name)


def _stations(plan: Plan, evses: Numbered) -> Iterator[Fault]:
    identities = {identity for identity, _ in plan.stations}
    if len(identities) < len(plan.stations):
        yield Fault(("locations",), "an identity of a charge point is used twice")
    for path, evse in evses:
        if evse.identity not in identities:
            yield Fault((*path, "charge_point"), f"no charge point is called {evse.identity!r}")
    numbers = [((*path, "evse_no"), (evse.identity, evse.evse_no)) for path, evse in evses]
    yield from _twice("number of a charge point", numbers)
    connectors = [
        ((*path, "ocpp16_connector_id"), (evse.identity, evse.ocpp16_connector_id))
        for path, evse in evses
    ]
    yield from _twice("connector of a charge point", connectors)


def _regions(plan: Plan, locations: list[str]) -> Iterator[Fault]:
    for number, (region, found) in enumerate(plan.regions.items()):
        for location_id in sorted(found - set(locations)):
            path = ("regions", number, "locations")
            yield Fault(path, f"the region {region!r} names no location {location_id!r}")


def _rules(plan: Plan, evses: Numbered, rules: Rules) -> Iterator[Fault]:
    known = {
        PlaceKind.OPERATOR: {""},
        PlaceKind.REGION: set(plan.regions),
        PlaceKind.LOCATION: {location.location_id for location in plan.locations},
        PlaceKind.EVSE: {evse.evse_uid for _, evse in evses},
        PlaceKind.CONNECTOR: {
            f"{evse.evse_uid}/{each.connector_id}" for _, evse in evses for each in evse.connectors
        },
    }
    tariff_ids = plan.tariff_ids | {each.id for each in plan.series if each.default is not None}
    for path, rule in rules:
        where = path if path[-1] == "tariff" else (*path, "tariff")
        if rule.tariff_id not in tariff_ids:
            yield Fault(where, f"no tariff has the id {rule.tariff_id!r}")
        if rule.place.id not in known[rule.place.kind]:
            place = (*path, str(rule.place.kind))
            yield Fault(place, f"there is no {rule.place.kind} {rule.place.id!r}")


def _sellable(plan: Plan, path: Path, evse: EvseDraft) -> Iterator[Fault]:
    if not evse.connectors:
        return
    current, hold = current_of(evse.connectors), _hold_of(plan, evse)
    if hold is None:
        yield Fault(path, f"has no hold amount for {current}: set hold here or above")
    rules = rules_met(plan, evse)
    if not (rules and rules[-1].is_lasting):
        yield Fault(path, "has no tariff: set tariff here or above")
    used = with_defaults(plan, {rule.tariff_id for rule in rules})
    for tariff in plan.tariffs:
        if hold is not None and tariff.id in used and hold.currency != tariff.currency:
            reason = f"holds {hold.currency}, but its tariff {tariff.id!r} is in {tariff.currency}"
            yield Fault(path, reason)


def _hold_of(plan: Plan, evse: EvseDraft) -> Money | None:
    current = current_of(evse.connectors)
    for scope, target in (
        (HoldScope.EVSE, evse.evse_uid),
        (HoldScope.LOCATION, evse.location_id),
        (HoldScope.OPERATOR, ""),
    ):
        hold = plan.holds.get(HoldKey(scope, target, current))
        if hold is not None:
            return hold
    return None
