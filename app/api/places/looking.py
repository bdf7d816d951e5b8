"""What an app says of what it looks for, as the verbs take it, and whose prices it is shown."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from litestar.di import Provide

from app.api.counter import AnyRequest, Counter, bearer_of, caller_by
from app.api.errors import InvalidRequest
from app.api.lists.cursors import clean
from app.api.places.bodies import Box, Connectors, FreeNow, LeastPower, NearPoint, Radius, Text
from app.charging.chargers.places.model import After, Area, Near, Sought
from app.people.identity.drivers.devices import whoever_calls
from app.people.identity.find import find_operator
from app.pricing.tariffs.choice.drivers import groups_of
from app.pricing.tariffs.choice.model import Group

_RADIUS: Final = 25_000
_POLE: Final = Decimal(90)
_DATE_LINE: Final = Decimal(180)


def _sought(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    text: Text = "",
    near: NearPoint = None,
    radius_m: Radius = _RADIUS,
    bbox: Box = None,
    min_kw: LeastPower = None,
    connector: Connectors = None,
    available: FreeNow = False,  # noqa: FBT002 - the query names it
) -> Sought:
    """Read the query. Raises InvalidRequest."""
    return Sought(
        text=text,
        area=None if bbox is None else area_of(bbox),
        near=None if near is None else _near(near, radius_m),
        min_kw=None if min_kw is None else Decimal(min_kw),
        connectors=() if connector is None else tuple(connector.split(",")),
        available=available,
    )


SOUGHT: Final = {"sought": Provide(_sought, sync_to_thread=False)}


def area_of(bbox: str) -> Area:
    """Return the box that a query names. Raises InvalidRequest."""
    west, south, east, north = (Decimal(each) for each in bbox.split(","))
    if max(abs(west), abs(east)) > _DATE_LINE or max(abs(south), abs(north)) > _POLE:
        raise InvalidRequest("there is no such place on earth", field="bbox")
    if south > north:
        raise InvalidRequest("the south lies above the north", field="bbox")
    return Area(west, south, east, north)


def _near(near: str, metres: int) -> Near:
    latitude, longitude = (Decimal(each) for each in near.split(","))
    if abs(latitude) > _POLE or abs(longitude) > _DATE_LINE:
        raise InvalidRequest("there is no such place on earth", field="near")
    return Near(latitude, longitude, metres)


def place_cursor(after: After | None) -> str | None:
    """Return the cursor of what comes behind a place."""
    if after is None:
        return None
    return f"{'' if after.metres is None else after.metres}~{after.location_id}"


def place_after(cursor: str | None, sought: Sought) -> After | None:
    """Return the place that a cursor names. Raises InvalidRequest."""
    if cursor is None:
        return None
    metres, _, location_id = clean(cursor).partition("~")
    is_number = metres.isascii() and metres.isdecimal() and len(metres) <= len(str(10**8))
    if not location_id or is_number is (sought.near is None):
        raise InvalidRequest("this is no cursor of such a list", field="cursor")
    return After(location_id, int(metres) if is_number else None)


async def operator_called(slug: str, counter: Counter) -> UUID:
    """Return the operator with this name in its addresses. Raises OperatorNotFound."""
    known = counter.desk.hosts.operator_named(slug)
    if known is not None:
        return known
    return (await find_operator(slug, database=counter.desk.database)).operator_id


async def groups_at(request: AnyRequest, operator_id: UUID, counter: Counter) -> frozenset[Group]:
    """
    Return the groups of who calls at this operator: none of a stranger, or another's driver.

    Raises NotSignedIn for an access token that is no longer good.
    """
    token = bearer_of(request)
    if token is None:
        return frozenset()
    known = caller_by(token, counter.desk)
    if known.operator_id != operator_id:
        return frozenset()
    return groups_of(await whoever_calls(known, database=counter.desk.database))
