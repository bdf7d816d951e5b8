"""What the calls about locations answer, and what an app may say of what it looks for."""

from typing import Annotated, Final

from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from app.directpay.places.views import ClusterView, PlaceEvseView, PlaceView

_DEGREES: Final = r"-?\d{1,3}(\.\d{1,9})?"

OperatorName = Annotated[
    str,
    QueryParameter(
        name="operator",
        pattern="^[a-z0-9-]{2,40}$",
        description="Whose locations: the operator's name in its addresses.",
    ),
]
LocationId = Annotated[
    str, PathParameter(max_length=50, description="The location's id at the operator.")
]
Text = Annotated[
    str,
    QueryParameter(
        name="q", max_length=100, description="Words of a name, street or town, or an EVSE id."
    ),
]
NearPoint = Annotated[
    str | None,
    QueryParameter(
        name="near",
        pattern=f"^{_DEGREES},{_DEGREES}$",
        description="Latitude and longitude: the nearest come first.",
    ),
]
Radius = Annotated[
    int,
    QueryParameter(ge=1, le=200_000, description="How many metres away is still near."),
]
Box = Annotated[
    str | None,
    QueryParameter(
        name="bbox",
        pattern=f"^{_DEGREES},{_DEGREES},{_DEGREES},{_DEGREES}$",
        description="West, south, east and north; a box across 180 degrees has west > east.",
    ),
]
LeastPower = Annotated[
    str | None,
    QueryParameter(pattern=r"^\d{1,4}(\.\d{1,3})?$", description="An EVSE of so many kW at least."),
]
Connectors = Annotated[
    str | None,
    QueryParameter(
        pattern="^[A-Za-z0-9_]{1,30}(,[A-Za-z0-9_]{1,30}){0,9}$",
        description="With one of these connectors (OCPI ConnectorType), by commas.",
    ),
]
FreeNow = Annotated[bool, QueryParameter(description="Only where one of those EVSEs is free now.")]
MostPrice = Annotated[
    str | None,
    QueryParameter(
        pattern=r"^\d{1,6}(\.\d{1,6})?$",
        description="An EVSE with a kWh for so much at most, incl. VAT, in major units.",
    ),
]
Zoom = Annotated[int, QueryParameter(ge=0, le=22, description="Of a map with tiles of 256 pixels.")]
PlaceCursor = Annotated[
    str | None, QueryParameter(max_length=100, description="`next_cursor` of the page before.")
]
EvseName = Annotated[
    str,
    PathParameter(
        pattern="^[0-9A-Za-z*-]{1,60}$", description="The code in the QR code, or the EVSE id."
    ),
]


class Locations(Struct, frozen=True):
    """A page of locations; *next_cursor* is null after the last one."""

    locations: tuple[PlaceView, ...]
    next_cursor: str | None


class Clusters(Struct, frozen=True):
    """What a map shows at a zoom; those at the edges may lie a little outside of it."""

    clusters: tuple[ClusterView, ...]


class EvseAtPlace(Struct, frozen=True):
    """A charging point and where it is."""

    operator: str
    location_id: str
    location_name: str
    evse: PlaceEvseView
