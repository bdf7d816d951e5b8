"""An operator's own programs and the groups that its drivers are in."""

from datetime import datetime
from typing import Annotated

from litestar import Response, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body
from msgspec import Meta, Struct

from app.api.answers import answer
from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.wallets.bodies import Email
from app.people.identity.drivers.errors import DriverNotFound, NotAnAddress
from app.people.identity.drivers.model import Driver
from app.people.identity.keys.model import Scope
from app.pricing.tariffs.choice.drivers import MOST_GROUPS, group_driver, grouped_driver
from app.pricing.tariffs.errors import GroupInvalid


class WhoseGroups(Struct, frozen=True, forbid_unknown_fields=True):
    """The driver with the mail address *email*."""

    email: Email


class GroupsOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The *groups* that the driver with the mail address *email* is in from now on."""

    email: Email
    groups: Annotated[list[str], Meta(max_length=MOST_GROUPS)]


class GroupedDriver(Struct, frozen=True):
    """A driver, known *since*, and the groups that decide about prices."""

    email: str
    since: datetime
    groups: tuple[str, ...]


_EMAIL = "anna@example.com"
_AT = datetime.fromisoformat("2026-03-02T09:00:00Z")
_ORDER = [Example(summary="A fleet", value=GroupsOrder(_EMAIL, ["fleet:ACME"]))]
_WHOSE = [Example(summary="A driver", value=WhoseGroups(_EMAIL))]
_ANSWER = answer(GroupedDriver, "The driver", GroupedDriver(_EMAIL, _AT, ("fleet:ACME",)))


@put(
    "/operator/drivers/groups",
    operation_id="groupDriver",
    summary="Put a driver into groups",
    description="Lets who has a mail address be in exactly these groups: `individual`, `fleet` or "
    "`private`, with or without a name (`fleet:ACME`). Tariff rules for them decide about the "
    "price as soon as the driver signs in; without one the driver pays as whoever comes ad hoc. "
    "Sessions that were begun keep their price. With the ETag of `findDriver` as If-Match nobody "
    "else's change is undone.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.DRIVERS_WRITE)],
    responses={200: _ANSWER, **declared(*KEY_REFUSALS, NotAnAddress, GroupInvalid, VersionChanged)},
)
async def group_one_driver(
    request: AnyRequest,
    data: Annotated[GroupsOrder, Body(examples=_ORDER)],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[GroupedDriver]:
    """Set the groups."""

    def unchanged(known: Driver | None) -> None:
        require_match(if_match, None if known is None else _view(known))

    operator_id, database = caller_of(request).operator_id, counter.desk.database
    driver = await group_driver(
        data.email, data.groups, unchanged, operator_id=operator_id, database=database
    )
    return versioned(_view(driver))


@post(
    "/operator/drivers/search",
    operation_id="findDriver",
    summary="A driver's groups",
    description="The address is in the body, so that it stands in no log.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.DRIVERS_READ)],
    status_code=200,
    responses={200: _ANSWER, **declared(*KEY_REFUSALS, DriverNotFound)},
)
async def find_one_driver(
    request: AnyRequest,
    data: Annotated[WhoseGroups, Body(examples=_WHOSE)],
    counter: NamedDependency[Counter],
) -> Response[GroupedDriver]:
    """Answer who it is."""
    operator_id, database = caller_of(request).operator_id, counter.desk.database
    driver = await grouped_driver(data.email, operator_id=operator_id, database=database)
    return versioned(_view(driver))


def _view(driver: Driver) -> GroupedDriver:
    return GroupedDriver(driver.email, driver.since, driver.groups)
