"""What the tariffs of an operator file break, or may surprise with, where they shall hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.charging.chargers.model import Location
from app.charging.chargers.setup.model import EvseDraft
from app.office.import_operator.faults import Fault, parsed
from app.office.import_operator.plan import Plan
from app.office.import_operator.rules import rules_met, spot_of_draft
from app.office.import_operator.series import with_defaults
from app.pricing.tariffs.findings import Finding, Severity
from app.pricing.tariffs.review.places import Place
from app.pricing.tariffs.review.review import review_tariff
from app.pricing.vat import VatRateUnknown, rate, territory


@dataclass(frozen=True, slots=True)
class _Seen:
    """A *finding* about the tariff with that *number* in the file, at a location."""

    number: int
    location_id: str
    finding: Finding


def tariff_faults(plan: Plan) -> list[Fault]:
    """Return what keeps the tariffs of *plan*, which is in order, from being sold at a location."""
    return [
        Fault(
            ("tariffs", seen.number, *parsed(seen.finding.field)),
            f"{seen.finding.text} (at {seen.location_id})",
        )
        for seen in _seen(plan, None)
        if seen.finding.severity is Severity.ERROR
    ]


def tariff_warnings(plan: Plan, at: datetime) -> tuple[str, ...]:
    """Return what may surprise about the tariffs of *plan* where they hold, as of *at*."""
    return tuple(
        f"warning: tariff {plan.tariffs[seen.number].id!r}: {seen.finding.field}: "
        f"{seen.finding.text} (at {seen.location_id})"
        for seen in _seen(plan, at)
        if seen.finding.severity is Severity.WARNING
    )


def _seen(plan: Plan, at: datetime | None) -> Iterator[_Seen]:
    """Yield every finding once, with the first location where it was made."""
    locations = {location.location_id: location for location in plan.locations}
    told: set[tuple[int, str, str]] = set()
    for evse in plan.evses:
        if not evse.connectors:
            continue
        place = _place(plan, locations[evse.location_id], evse, at)
        for number in _numbers(plan, evse):
            for finding in review_tariff(plan.tariffs[number], place):
                key = number, finding.code, finding.field
                if key not in told:
                    told.add(key)
                    yield _Seen(number, evse.location_id, finding)


def _numbers(plan: Plan, evse: EvseDraft) -> list[int]:
    """Return which tariffs a driver who pays on the spot may meet at *evse*."""
    used = with_defaults(plan, {rule.tariff_id for rule in rules_met(plan, evse)})
    return [number for number, tariff in enumerate(plan.tariffs) if tariff.id in used]


def _place(plan: Plan, location: Location, evse: EvseDraft, at: datetime | None) -> Place:
    return Place(
        country=location.country,
        power_kw=spot_of_draft(evse).power_kw,
        clock_is_certified=location.location_id in plan.certified_clocks,
        # No EVSE of a file that is in order is without one.
        has_hold=True,
        vat=None if at is None else _vat(location, at),
    )


def _vat(location: Location, at: datetime) -> Decimal | None:
    day = at.astimezone(ZoneInfo(location.time_zone)).date()
    try:
        return rate(territory(location.country, location.postal_code), day)
    except VatRateUnknown:
        return None
