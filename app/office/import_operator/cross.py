"""Check what no single entry can know: names used twice, things that are missing, currencies."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from app.charging.chargers.model import current_of
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
from app.charging.chargers.setup.owners import Owners
from app.kernel.money import Money
from app.office.import_operator.faults import Fault, Path
from app.office.import_operator.plan import Plan
from app.pricing.tariffs.model import Target

Numbered = list[tuple[Path, EvseDraft]]


def cross_faults(plan: Plan, evses: Numbered) -> Iterator[Fault]:
    """Yield what does not fit together in *plan*; *evses* are its EVSEs with their paths."""
    locations = [location.location_id for location in plan.locations]
    yield from _twice("location id", _numbered("locations", "id", locations))
    yield from _twice("tariff id", _numbered("tariffs", "id", [each.id for each in plan.tariffs]))
    yield from _twice("uid", [((*path, "uid"), evse.evse_uid) for path, evse in evses])
    yield from _twice("code", [((*path, "code"), evse.code) for path, evse in evses])
    yield from _stations(plan, evses)
    yield from _assignments(plan, evses)
    for path, evse in evses:
        yield from _sellable(plan, path, evse)


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


def _assignments(plan: Plan, evses: Numbered) -> Iterator[Fault]:
    paths: dict[Target, Path] = {Target.everywhere(): ()}
    for number, location in enumerate(plan.locations):
        paths[Target.location(location.location_id)] = ("locations", number)
    for path, evse in evses:
        paths[Target.evse(evse.evse_uid)] = path
    for target, tariff_id in plan.assignments.items():
        if tariff_id not in plan.tariff_ids:
            yield Fault((*paths[target], "tariff"), f"no tariff has the id {tariff_id!r}")


def _sellable(plan: Plan, path: Path, evse: EvseDraft) -> Iterator[Fault]:
    if not evse.connectors:
        return
    hold, tariff_id = _hold_of(plan, evse), _tariff_of(plan, evse)
    current = current_of(evse.connectors)
    if hold is None:
        yield Fault(path, f"has no hold amount for {current}: set hold here or above")
    if tariff_id is None:
        yield Fault(path, "has no tariff: set tariff here or above")
    tariff = next((each for each in plan.tariffs if each.id == tariff_id), None)
    if hold is not None and tariff is not None and hold.currency != tariff.currency:
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


def _tariff_of(plan: Plan, evse: EvseDraft) -> str | None:
    for target in (
        Target.evse(evse.evse_uid),
        Target.location(evse.location_id),
        Target.everywhere(),
    ):
        if target in plan.assignments:
            return plan.assignments[target]
    return None
