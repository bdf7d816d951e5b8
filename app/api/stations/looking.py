"""Look at charge points: all, one, its transactions, and the calls that were made to it."""

from typing import Annotated, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.lists.cursors import clean, cursor_of, place_of
from app.api.problems import declared
from app.api.stations import examples
from app.api.stations.bodies import CallCursor, Cursor, Identity, Limit, TransactionId
from app.api.stations.views import (
    Calls,
    ChargePoints,
    ChargePointView,
    StationNotifications,
    TransactionDetail,
    Transactions,
    call_view,
    charge_point_view,
    message_view,
    notification_view,
    transaction_view,
)
from app.charging.chargers.calls.read import list_calls
from app.charging.chargers.errors import ChargePointNotFound
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.notifications.read import list_notifications
from app.charging.chargers.overview.model import Filter
from app.charging.chargers.overview.read import get_charge_point, list_charge_points
from app.charging.sessions.errors import TransactionNotFound
from app.charging.sessions.history.model import Page
from app.charging.sessions.history.read import get_transaction, list_transactions
from app.people.identity.keys.model import Scope

_DEFAULT_ROWS = 50
Connected = Annotated[
    bool | None, QueryParameter(description="Only those that can, or can't, be reached now.")
]
LocationId = Annotated[
    str | None,
    QueryParameter(name="location", max_length=36, description="Only those of a location."),
]
Status = Annotated[
    EvseStatus | None, QueryParameter(description="Only those with an EVSE in this status.")
]
Protocol = Annotated[
    Literal["ocpp1.6", "ocpp2.0.1", "ocpp2.1"] | None,
    QueryParameter(description="Only those that last spoke this version."),
]
Running = Annotated[
    bool | None, QueryParameter(description="Only those whose stop has not come, or has.")
]

OfAction = Annotated[
    str | None,
    QueryParameter(name="action", max_length=50, description="Only those of this name."),
]


@get(
    "/operator/charge-points",
    operation_id="listChargePoints",
    summary="Charge points",
    description="The operator's charge points by identity, with their live state. "
    "Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            ChargePoints,
            generate_examples=False,
            description="A page of charge points",
            examples=[Example(summary="One", value=examples.CHARGE_POINTS)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def list_stations(  # noqa: PLR0913 - the filters of the address
    request: AnyRequest,
    counter: NamedDependency[Counter],
    *,
    connected: Connected = None,
    location_id: LocationId = None,
    status: Status = None,
    protocol: Protocol = None,
    cursor: Cursor = None,
    limit: Limit = _DEFAULT_ROWS,
) -> Response[ChargePoints]:
    """Answer a page of charge points."""
    wanted = Filter(
        connected=connected,
        location_id=None if location_id is None else clean(location_id),
        protocol=protocol,
        status=status,
        after=clean(cursor or ""),
        most=limit + 1,
    )
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_charge_points(work, wanted)
    page = tuple(charge_point_view(each) for each in found[:limit])
    more = page[-1].identity if len(found) > limit else None
    return private(ChargePoints(page, more))


@get(
    "/operator/charge-points/{identity:str}",
    operation_id="getChargePoint",
    summary="A charge point",
    description="What it said of itself, whether it can be reached, and how its connectors are. "
    "Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            ChargePointView,
            generate_examples=False,
            description="The charge point",
            examples=[Example(summary="Connected", value=examples.CHARGE_POINT)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound),
    },
)
async def get_station(
    request: AnyRequest, identity: Identity, counter: NamedDependency[Counter]
) -> Response[ChargePointView]:
    """Answer how it is now."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await get_charge_point(work, identity)
    return private(charge_point_view(found))


@get(
    "/operator/charge-points/{identity:str}/transactions",
    operation_id="listTransactions",
    summary="Transactions of a charge point",
    description="What it started and stopped, the latest first, whoever paid or nobody. "
    "Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            Transactions,
            generate_examples=False,
            description="A page of transactions",
            examples=[Example(summary="One that runs", value=examples.TRANSACTIONS)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound),
    },
)
async def list_station_transactions(  # noqa: PLR0913 - the filters of the address
    request: AnyRequest,
    identity: Identity,
    counter: NamedDependency[Counter],
    *,
    running: Running = None,
    cursor: Cursor = None,
    limit: Limit = _DEFAULT_ROWS,
) -> Response[Transactions]:
    """Answer a page of transactions."""
    page = Page(place_of(cursor), running, limit + 1)
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await get_charge_point(work, identity)
        found = await list_transactions(work, identity, page)
    shown = tuple(transaction_view(each) for each in found[:limit])
    return private(
        Transactions(
            shown,
            cursor_of(shown[-1].received_at, shown[-1].transaction_id)
            if len(found) > limit
            else None,
        )
    )


@get(
    "/operator/charge-points/{identity:str}/transactions/{transaction_id:str}",
    operation_id="getTransaction",
    summary="A transaction with its messages",
    description="Start, samples and stop as they came, with the charge point's time and ours. "
    "Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            TransactionDetail,
            generate_examples=False,
            description="The transaction",
            examples=[Example(summary="With a sample", value=examples.TRANSACTION)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound, TransactionNotFound),
    },
)
async def get_station_transaction(
    request: AnyRequest,
    identity: Identity,
    transaction_id: TransactionId,
    counter: NamedDependency[Counter],
) -> Response[TransactionDetail]:
    """Answer what was said of it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await get_charge_point(work, identity)
        found, messages = await get_transaction(work, identity, transaction_id)
    said = tuple(message_view(each) for each in messages)
    return private(TransactionDetail(transaction_view(found), said))


@get(
    "/operator/charge-points/{identity:str}/calls",
    operation_id="listCalls",
    summary="Calls to a charge point",
    description="Every command that was sent, by whom, when and what came of it, the latest "
    "first. Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            Calls,
            generate_examples=False,
            description="A page of calls",
            examples=[Example(summary="One", value=examples.CALLS)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound),
    },
)
async def list_station_calls(
    request: AnyRequest,
    identity: Identity,
    counter: NamedDependency[Counter],
    cursor: CallCursor = None,
    limit: Limit = _DEFAULT_ROWS,
) -> Response[Calls]:
    """Answer a page of calls."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await get_charge_point(work, identity)
        found = await list_calls(work, identity, before=cursor, most=limit + 1)
        page = tuple(call_view(each, work.now) for each in found[:limit])
    return private(Calls(page, page[-1].id if len(found) > limit else None))


@get(
    "/operator/charge-points/{identity:str}/notifications",
    operation_id="listNotifications",
    summary="What a charge point told",
    description="Reports that were asked for, the progress of firmware and logs, security "
    "events: each as it came, the latest first, for 30 days. Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            StationNotifications,
            generate_examples=False,
            description="A page of notifications",
            examples=[Example(summary="One", value=examples.NOTIFICATIONS)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound),
    },
)
async def list_station_notifications(  # noqa: PLR0913 - the filters of the address
    request: AnyRequest,
    identity: Identity,
    counter: NamedDependency[Counter],
    *,
    action: OfAction = None,
    cursor: CallCursor = None,
    limit: Limit = _DEFAULT_ROWS,
) -> Response[StationNotifications]:
    """Answer a page of notifications."""
    only = None if action is None else clean(action)
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await get_charge_point(work, identity)
        found = await list_notifications(work, identity, action=only, before=cursor, most=limit + 1)
    page = tuple(notification_view(each) for each in found[:limit])
    return private(StationNotifications(page, page[-1].id if len(found) > limit else None))
