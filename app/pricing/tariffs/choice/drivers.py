"""Drivers in groups: what the operator put them into, and what they may be put into."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from app.infra.database import Database, Work
from app.infra.question import Question
from app.people.identity.drivers.add import driver_for
from app.people.identity.drivers.group import put_into_groups
from app.people.identity.drivers.model import Driver
from app.people.identity.drivers.read import driver_of_address, known_driver
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice import store
from app.pricing.tariffs.choice.model import Group, GroupKind
from app.pricing.tariffs.errors import GroupInvalid

# The others say how somebody comes, not who it is.
_KINDS: Final = (GroupKind.INDIVIDUAL, GroupKind.FLEET, GroupKind.PRIVATE)
MOST_GROUPS: Final = 20
MOST_NAME: Final = 80


def groups_of(driver: Driver) -> frozenset[Group]:
    """Return the groups that the operator put *driver* into."""
    return frozenset(Group.parse(each) for each in driver.groups)


def driver_group(written: str) -> Group:
    """Return the group that is *written* such as `fleet:ACME`. Raises GroupInvalid."""
    try:
        group = Group.parse(written)
    except ValueError as wrong:
        raise GroupInvalid(f"there is no group {written!r}", field="groups") from wrong
    if group.kind not in _KINDS:
        detail = f"expected {', '.join(_KINDS)}, with or without a name, not {written!r}"
        raise GroupInvalid(detail, field="groups")
    if len(written) > MOST_NAME or written != written.strip():
        raise GroupInvalid(f"the name of a group is too long or has spaces: {written!r}")
    return group


async def put_driver(work: Work, address: str, written: Iterable[str]) -> bool:
    """
    Step: let who has this mail *address* be in exactly these groups; tell whether that is new.

    Who has not signed in yet is known from now on, and pays by them after signing in. Raises
    NotAnAddress, GroupInvalid.
    """
    groups = tuple(sorted({str(driver_group(each)) for each in written}))
    driver = await driver_for(work, address, (await get_operator(work)).languages[0])
    return await put_into_groups(work, driver, groups) != driver


def prices_drivers(operator_id: UUID, at: datetime) -> Question[bool]:
    """Ask whether some driver who signs in may have another price than others."""
    return store.stands_for_any(operator_id, _KINDS, at)


async def group_driver(
    address: str,
    written: Iterable[str],
    check: Callable[[Driver | None], None],
    *,
    operator_id: UUID,
    database: Database,
) -> Driver:
    """
    Do as `put_driver`, and return the driver, one edit after the other.

    *check* may refuse what the driver is before, None: nobody. Raises NotAnAddress, GroupInvalid.
    """
    async with database.work(operator_id) as work:
        await store.lock_rules(work)
        check(await known_driver(work, address))
        await put_driver(work, address, written)
        return await driver_of_address(work, address)


async def grouped_driver(address: str, *, operator_id: UUID, database: Database) -> Driver:
    """Return the driver with this mail *address*. Raises DriverNotFound."""
    async with database.work(operator_id) as work:
        return await driver_of_address(work, address)
