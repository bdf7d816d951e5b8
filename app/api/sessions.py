"""Sessions: begin one, follow it, stop it."""

import hashlib
from dataclasses import replace
from typing import Annotated, cast

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body
from litestar.types import ASGIApp

from app.api.answers import NOT_MODIFIED, fresh, private
from app.api.bodies import (
    IdempotencyKey,
    IfNoneMatch,
    NewSession,
    OrderKey,
    StartedSession,
    Token,
)
from app.api.contract.host import code_here
from app.api.contract.once import ONCE_REFUSALS, once
from app.api.counter import (
    AnyRequest,
    Counter,
    host_of,
    is_payer,
    require_control,
)
from app.api.drivers.caller import DRIVER_OR_NOBODY, driver_at
from app.api.drivers.paying import OWN_REFUSALS, with_own
from app.api.examples import NEW_SESSION, SESSION, STARTED, TARIFF
from app.api.following import Follower
from app.api.problems import declared
from app.charging.chargers.errors import UnknownCode
from app.directpay.command import stop
from app.directpay.desk import PAYMENTS_PER_NETWORK, find, live_topic
from app.directpay.errors import (
    DisplayCodeNeeded,
    JourneyNotFound,
    MethodUnavailable,
    NotYours,
    PaymentsDown,
    PlugInFirst,
    PointBusy,
    PointOffline,
    PointOutOfOrder,
    TariffChanged,
    TooManyDeclines,
)
from app.directpay.follow.show import journey_view, view_now
from app.directpay.offers.guess import Presented
from app.directpay.pay import PayOrder, pay
from app.directpay.prices.tell import tariff_of
from app.directpay.views import JourneyView
from app.funds.payments.errors import AccountNotFound
from app.funds.payments.ports import Origin
from app.infra.limits import TooManyRequests, take
from app.people.identity.drivers.errors import DriverNotFound, NotSignedIn
from app.pricing.promotions.errors import CouponMistyped, CouponRefused, OfferChanged
from app.pricing.tariffs.choice.drivers import groups_of
from app.pricing.tariffs.errors import NoTariff
from app.pricing.tariffs.ocpi import encode_tariff

CONTROL = [{"control": list[str]()}]
# Whoever has the token may look; with the control token there is more to see.
ANYONE = [{}, *CONTROL]
SESSION_EXAMPLES = [Example(summary="A session under way", value=SESSION)]
SESSION_NOW = {
    200: ResponseSpec(
        JourneyView,
        generate_examples=False,
        description="The session as it is now",
        examples=SESSION_EXAMPLES,
    )
}
_REFUSALS = (
    DisplayCodeNeeded,
    TooManyDeclines,
    PointBusy,
    PlugInFirst,
    PointOffline,
    PointOutOfOrder,
    TariffChanged,
    MethodUnavailable,
    PaymentsDown,
    OfferChanged,
    CouponMistyped,
    CouponRefused,
)


@post(
    "/sessions",
    operation_id="startSession",
    summary="Begin a session",
    description="Keeps the socket, opens the payment and answers where the driver pays. Charging "
    "begins when the payment is secured and the cable is in. The same `Idempotency-Key` again "
    "answers the same session, however often and whenever it is sent. With a driver's access token "
    "it is in the driver's history, and can be paid with the driver's own credit, or after it with "
    "a means that the driver keeps: then there is no page, and `checkout_url` is null.",
    tags=["Sessions"],
    security=DRIVER_OR_NOBODY,
    responses={
        201: ResponseSpec(
            StartedSession,
            generate_examples=False,
            description="The session has begun",
            examples=[Example(summary="Send the driver to pay", value=STARTED)],
        ),
        **declared(
            *ONCE_REFUSALS,
            UnknownCode,
            *_REFUSALS,
            NoTariff,
            AccountNotFound,
            TooManyDeclines,
            TooManyRequests,
            NotSignedIn,
            DriverNotFound,
            *OWN_REFUSALS,
        ),
    },
)
@once
async def start_session(
    request: AnyRequest,
    data: Annotated[NewSession, Body(examples=[Example(summary="By card", value=NEW_SESSION)])],
    idempotency_key: IdempotencyKey,
    counter: NamedDependency[Counter],
) -> Response[StartedSession]:
    """Begin a journey."""
    await take(counter.desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    await code_here(request, data.code, counter.desk)
    host = host_of(request)
    presented = Presented(data.coupon, data.driver or "", host, data.admission)
    driver = await driver_at(request, data.code, counter)
    if driver is not None:
        groups = groups_of(driver)
        presented = replace(presented, groups=groups, driver_id=driver.driver_id)
    order = replace(_order(data, idempotency_key), presented=presented, shown=data.offers)
    order = with_own(order, data, driver)
    begun = await pay(order, desk=counter.desk)
    started = StartedSession(begun.token, begun.control, begun.checkout_url)
    headers = {"Location": f"/api/v1/sessions/{begun.token}", "Cache-Control": "no-store"}
    return Response(started, headers=headers)


@get(
    "/sessions/{token:str}",
    operation_id="getSession",
    summary="Where a session stands",
    description="All that the session page shows. `version` orders the views of a session. The "
    "ETag changes when something happens, not because time goes by. The driver's mail address is "
    "only shown to who presents the control token.",
    tags=["Sessions"],
    security=ANYONE,
    responses={**SESSION_NOW, **NOT_MODIFIED, **declared(JourneyNotFound, NotSignedIn)},
)
async def get_session(
    request: AnyRequest,
    token: Token,
    counter: NamedDependency[Counter],
    if_none_match: IfNoneMatch = None,
) -> Response[JourneyView]:
    """Answer what the session page shows."""
    view = await _shown(request, token, counter)
    return fresh(view, if_none_match)


@get(
    "/sessions/{token:str}/tariff",
    operation_id="getSessionTariff",
    summary="The tariff that the driver saw",
    description="The OCPI 2.3.0 tariff of the session, as it was shown before paying: the same for "
    "as long as the session is kept, whatever was published since. Its numbers are JSON numbers, "
    "as OCPI asks for.",
    tags=["Sessions"],
    security=ANYONE,
    responses={
        200: ResponseSpec(
            dict[str, object],
            generate_examples=False,
            description="The tariff in the words of OCPI",
            examples=[Example(summary="A price per kWh", value=TARIFF)],
        ),
        **declared(JourneyNotFound),
    },
)
async def get_session_tariff(token: Token, counter: NamedDependency[Counter]) -> Response[bytes]:
    """Answer the tariff that the journey was agreed on."""
    tariff = await tariff_of(token, desk=counter.desk)
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response(encode_tariff(tariff), media_type="application/json", headers=headers)


@get(
    "/sessions/{token:str}/events",
    operation_id="followSession",
    summary="Follow a session",
    description="Server-sent events. Each unnamed event is the whole session as JSON, the first "
    "one at once; its id is the `version`. `ping` events keep the connection open. The event "
    "`done` says that nothing will change any more: close the stream.",
    tags=["Sessions"],
    security=ANYONE,
    responses={
        200: ResponseSpec(
            str,
            generate_examples=False,
            description="Events whose data is the JSON of the schema `JourneyView`",
            media_type="text/event-stream",
        ),
        **declared(JourneyNotFound, NotSignedIn, TooManyRequests),
    },
)
async def follow_session(
    request: AnyRequest, token: Token, counter: NamedDependency[Counter]
) -> ASGIApp:
    """Send the session whenever it changes."""
    journey = await find(token, desk=counter.desk)

    async def read() -> JourneyView:
        return await journey_view(token, desk=counter.desk)

    control = is_payer(request, journey, counter.desk)
    follower = Follower(live_topic(journey.journey_id), read, counter.live, control=control)
    # Starlette and Litestar describe the same protocol by different types.
    return cast("ASGIApp", follower.stream(counter.fan, host_of(request)))


@post(
    "/sessions/{token:str}/stop",
    operation_id="stopSession",
    summary="Stop a session",
    description="Stops charging, or gives the session up when charging has not begun: then all of "
    "the money goes back. Sending it again changes nothing.",
    tags=["Sessions"],
    security=CONTROL,
    status_code=200,
    responses={**SESSION_NOW, **declared(*ONCE_REFUSALS, JourneyNotFound, NotYours)},
)
@once
async def stop_session(
    request: AnyRequest,
    token: Token,
    idempotency_key: OrderKey,  # noqa: ARG001 - `once` takes it
    counter: NamedDependency[Counter],
) -> Response[JourneyView]:
    """Stop the journey and answer how it stands."""
    await require_control(request, token, counter.desk)
    await stop(token, desk=counter.desk)
    return private(await journey_view(token, desk=counter.desk))


async def _shown(request: AnyRequest, token: str, counter: Counter) -> JourneyView:
    journey = await find(token, desk=counter.desk)
    view = await view_now(journey, desk=counter.desk)
    if is_payer(request, journey, counter.desk):
        return view
    return msgspec.structs.replace(view, receipt_email=None)


def _order(data: NewSession, key: str) -> PayOrder:
    # Digested, because who reads the database must not learn a key that answers tokens.
    digest = hashlib.sha256(key.encode()).hexdigest()
    return PayOrder(
        code=data.code,
        method=data.method,
        tariff_id=data.tariff_id,
        tariff_version=data.tariff_version,
        key=f"api:{digest}",
        locale=data.locale,
        origin=Origin.APP,
    )
