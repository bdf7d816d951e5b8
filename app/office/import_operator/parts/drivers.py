"""The drivers of an operator file, and the groups that they are in."""

from dataclasses import dataclass

from app.infra.addresses import one_address
from app.office.import_operator.document import DriverEntry
from app.office.import_operator.faults import Fault
from app.pricing.tariffs.choice.drivers import MOST_GROUPS, driver_group
from app.pricing.tariffs.errors import GroupInvalid


@dataclass(frozen=True, slots=True)
class DriverOrder:
    """A driver's mail address, and the groups to be put into."""

    email: str
    groups: tuple[str, ...]


def driver_orders(entries: list[DriverEntry], faults: list[Fault]) -> tuple[DriverOrder, ...]:
    """Return what *entries* order; what is wrong with them is added to *faults*."""
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        path = ("drivers", number)
        if one_address(entry.email) is None:
            faults.append(Fault((*path, "email"), f"{entry.email!r} is not a mail address"))
        if entry.email.lower() in seen:
            faults.append(Fault((*path, "email"), f"{entry.email!r} stands here twice"))
        seen.add(entry.email.lower())
        if len(entry.groups) > MOST_GROUPS:
            faults.append(Fault((*path, "groups"), f"expected at most {MOST_GROUPS}"))
        for place, group in enumerate(entry.groups):
            try:
                driver_group(group)
            except GroupInvalid as wrong:
                faults.append(Fault((*path, "groups", place), wrong.detail))
    return tuple(DriverOrder(entry.email, tuple(entry.groups)) for entry in entries)
